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
    const { ended, alreadyGone, denied, reconnected, failed, throttled, errors } = this;
    return { ended, alreadyGone, denied, reconnected, failed, throttled, errors: [...errors].slice(0, MOST_ERRORS) };
  }

  /** Before these were counted. */
  without(outcomes: Iterable<Outcome>): Figures {
    const before = Tally.from(this.figures);
    for (const outcome of outcomes) {
      if ('error' in outcome) {
        before.failed -= 1;
        const others = (before.errors.get(outcome.error) ?? 1) - 1;
        if (others > 0) before.errors.set(outcome.error, others);
        else before.errors.delete(outcome.error);
      } else {
        before[outcome.ending] -= 1;
        if (outcome.ending === 'denied') before.alreadyGone -= 1;
      }
    }
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

  fail(target: string, failure: Failure): void {
    this.failed += 1;
    this.errors.set(failure.name, (this.errors.get(failure.name) ?? 0) + 1);
    if (this.samples.length < MAX_SAMPLES) this.samples.push({ ...failure, target });
    this.total?.fail(target, failure);
  }
}
