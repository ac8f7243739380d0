import type { Failure } from '../calls/failure';

const MAX_SAMPLES = 5;
/** Far above the errors that services have; of one target each it would be more than can be carried on. */
const MOST_ERRORS = 30;

/** `denied`: gone as far as can be told. */
export type Ending = 'ended' | 'alreadyGone' | 'denied' | 'reconnected';

/** Of a target, as it is counted. */
export type Outcome = { readonly ending: Ending } | { readonly error: string };

/** What of a tally names no target. */
export interface Figures {
  readonly ended: number;
  readonly alreadyGone: number;
  readonly denied: number;
  readonly reconnected: number;
  readonly failed: number;
  readonly throttled: number;
  readonly unlisted: number;
  readonly errors: ReadonlyArray<readonly [name: string, count: number]>;
}

/** The counts of a run's outcomes, with a few samples of those that did not end. */
export class Tally {
  ended = 0;
  alreadyGone = 0;
  /** Of those that are already gone, how many only as far as can be told. */
  denied = 0;
  /** Ended, and back again. */
  reconnected = 0;
  failed = 0;
  /** Found, but the time was up before their turn or their answer. */
  left = 0;
  /** Calls, not targets. */
  throttled = 0;
  /** Of those that have ended, how many were called and then listed no more: nobody saw it. */
  unlisted = 0;
  readonly errors = new Map<string, number>();
  readonly samples: Array<Failure & { readonly target: string }> = [];
  readonly reconnectedSamples: string[] = [];

  /** @param total what this one's outcomes are added to as they come */
  constructor(private readonly total?: Tally) {}

  /** Without the samples, which name targets. */
  static from({ errors, ...counts }: Figures): Tally {
    const tally = Object.assign(new Tally(), counts);
    for (const [name, count] of errors) tally.errors.set(name, count);
    return tally;
  }

  get figures(): Figures {
    const { ended, alreadyGone, denied, reconnected, failed, throttled, unlisted, errors } = this;
    return { ended, alreadyGone, denied, reconnected, failed, throttled, unlisted, errors: [...errors].slice(0, MOST_ERRORS) };
  }

  /** Before these were counted. */
  without(outcomes: Iterable<Outcome>): Figures {
    const before = Tally.from(this.figures);
    for (const outcome of outcomes) before.takeBack(outcome);
    return before.figures;
  }

  get done(): number {
    return this.ended + this.alreadyGone + this.reconnected + this.failed;
  }

  get targets(): number {
    return this.done + this.left;
  }

  get counts() {
    const { targets, ended, alreadyGone, reconnected, failed, left } = this;
    return { targets, ended, alreadyGone, reconnected, failed, left };
  }

  add(ending: Ending, target: string): void {
    this[ending] += 1;
    if (ending === 'denied') this.alreadyGone += 1;
    if (ending === 'reconnected' && this.reconnectedSamples.length < MAX_SAMPLES) this.reconnectedSamples.push(target);
    this.total?.add(ending, target);
  }

  /** @param isProof that a source lists them no more */
  addUnlisted(count: number, isProof: boolean): void {
    this.ended += count;
    if (!isProof) this.unlisted += count;
    this.total?.addUnlisted(count, isProof);
  }

  /** @param count of targets that one name stands for */
  fail(target: string, failure: Failure, count = 1): void {
    this.failed += count;
    this.errors.set(failure.name, (this.errors.get(failure.name) ?? 0) + count);
    if (this.samples.length < MAX_SAMPLES) this.samples.push({ ...failure, target });
    this.total?.fail(target, failure, count);
  }

  /** What was counted of a target that has another outcome to come. */
  takeBack(outcome: Outcome, target?: string): void {
    if ('error' in outcome) {
      this.failed -= 1;
      const others = (this.errors.get(outcome.error) ?? 1) - 1;
      if (others > 0) this.errors.set(outcome.error, others);
      else this.errors.delete(outcome.error);
      const sample = this.samples.findIndex((one) => one.target === target);
      if (sample !== -1) this.samples.splice(sample, 1);
    } else {
      this[outcome.ending] -= 1;
      if (outcome.ending === 'denied') this.alreadyGone -= 1;
    }
    this.total?.takeBack(outcome, target);
  }
}
