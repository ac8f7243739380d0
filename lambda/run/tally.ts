import type { Failure } from './failure';
import type { Ending } from './service';

const MAX_SAMPLES = 5;

/** The counts of a run's outcomes, with a few samples of failures. */
export class Tally {
  ended = 0;
  alreadyGone = 0;
  failed = 0;
  /** Found, but the time was up before their turn. */
  left = 0;
  readonly errors = new Map<string, number>();
  readonly samples: Array<Failure & { readonly target: string }> = [];

  get targets(): number {
    return this.ended + this.alreadyGone + this.failed + this.left;
  }

  add(ending: Ending): void {
    this[ending] += 1;
  }

  fail(target: string, failure: Failure): void {
    this.failed += 1;
    this.errors.set(failure.name, (this.errors.get(failure.name) ?? 0) + 1);
    if (this.samples.length < MAX_SAMPLES) this.samples.push({ ...failure, target });
  }

  absorb(other: Tally): void {
    this.ended += other.ended;
    this.alreadyGone += other.alreadyGone;
    this.failed += other.failed;
    this.left += other.left;
  }
}
