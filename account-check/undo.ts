import type { Clock } from './clock';
import { described } from './described';

/** A policy is not ready to be deleted for up to five minutes: https://docs.aws.amazon.com/iot/latest/apireference/API_DetachPolicy.html */
const CONFLICTS = { mostMs: 7 * 60_000, everyMs: 15_000 };
const GONE = /NotFound|NoSuch/;

/** What was made, and how it is unmade. */
export class Undo {
  private readonly steps: Array<{ what: string; act: () => Promise<unknown> }> = [];
  /** What is there still, and why. */
  readonly left: string[] = [];

  constructor(private readonly clock: Clock) {}

  /** Before it is made: a call that fails may have made it. */
  add(what: string, act: () => Promise<unknown>): void {
    this.steps.push({ what, act });
  }

  /** The newest first, each whether or not others can be. */
  async all(): Promise<void> {
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      const { what, act } = step;
      const begun = this.clock.now();
      for (;;) {
        const error = await act().then(
          () => undefined,
          (reason) => reason,
        );
        if (error === undefined || GONE.test(error.name)) break;
        if (error.$metadata?.httpStatusCode !== 409 || this.clock.now() - begun >= CONFLICTS.mostMs) {
          this.left.push(`${what} (${described(error)})`);
          break;
        }
        await this.clock.sleep(CONFLICTS.everyMs);
      }
    }
  }
}
