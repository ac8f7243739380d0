import { ATTRIBUTES } from '../../contract/attributes';
import { Tally } from './tally';

/** What CloudFormation is told of a request. */
export interface Answer {
  /** Why it failed. */
  readonly reason?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What all runs of a request came to. */
export class Result implements Answer {
  targetCount = 0;
  readonly tally = new Tally();
  readonly reasons: string[] = [];
  /** Of a run of an earlier request, which this one waited for. */
  earlier?: Answer;

  get reason(): string | undefined {
    const reasons = [this.earlier?.reason, ...this.reasons].filter((reason) => reason !== undefined);
    return reasons.length > 0 ? reasons.join(' ') : undefined;
  }

  get attributes(): Readonly<Record<string, string>> {
    return this.earlier?.attributes ?? attributesOf(this.targetCount, this.tally);
  }
}

export function attributesOf(targets: number, { ended, alreadyGone, reconnected, failed }: Tally): Record<string, string> {
  const counts = { targets, ended, alreadyGone, reconnected, failed };
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [ATTRIBUTES[name as keyof typeof counts], String(count)]));
}
