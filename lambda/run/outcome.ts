import type { Answer } from './answer';
import { Tally } from './tally';

/** What is answered. */
export class Outcome {
  targetCount = 0;
  readonly tally = new Tally();
  readonly reasons: string[] = [];
  /** Of another run of the same construct, which this request waited for. */
  of?: Answer;

  get answer(): Answer {
    return this.of ?? answerOf(this.reasons, this.targetCount, this.tally);
  }
}

/** @param reasons why the request failed; none if it did not */
export function answerOf(reasons: readonly string[], targetCount: number, { ended, alreadyGone, reconnected, failed }: Tally): Answer {
  const counts = { TargetCount: targetCount, EndedCount: ended, AlreadyGoneCount: alreadyGone, ReconnectedCount: reconnected, FailedCount: failed };
  return {
    Status: reasons.length > 0 ? 'FAILED' : 'SUCCESS',
    Reason: reasons.length > 0 ? reasons.join(' ') : undefined,
    Data: Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)])),
  };
}
