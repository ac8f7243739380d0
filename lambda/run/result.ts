import { ATTRIBUTES } from '../../contract/attributes';
import { Tally } from './tally';

/** What all runs of a request came to. */
export class Result {
  targetCount = 0;
  readonly tally = new Tally();
  readonly reasons: string[] = [];

  /** Why the request failed. */
  get reason(): string | undefined {
    return this.reasons.length > 0 ? this.reasons.join(' ') : undefined;
  }

  get attributes(): Record<string, string> {
    const { ended, alreadyGone, reconnected, failed } = this.tally;
    const counts = { targets: this.targetCount, ended, alreadyGone, reconnected, failed };
    return Object.fromEntries(Object.entries(counts).map(([name, count]) => [ATTRIBUTES[name as keyof typeof counts], String(count)]));
  }
}
