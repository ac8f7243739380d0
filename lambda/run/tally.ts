import type { Failure } from '../calls/failure';

const MAX_SAMPLES = 5;

/** `denied`: gone as far as can be told. */
export type Ending = 'ended' | 'alreadyGone' | 'denied' | 'reconnected';

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
