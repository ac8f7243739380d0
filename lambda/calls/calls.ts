import { setTimeout as sleep } from 'node:timers/promises';
import { withPermission, type Denials } from './denials';
import { Refusal } from './failure';
import type { Words } from './redaction';
import type { Pace } from './pace';
import { isRetryable, isThrottling, MAX_ATTEMPTS, pauseAfterFault, pauseAfterThrottling } from './retry';

/** What the calls for all targets of a run have in common. */
export interface Run {
  /** Of the call that ends a target. */
  readonly pace: Pace;
  /** In the time of `performance.now()`; nothing begins after it. */
  readonly deadline: number;
  readonly denials: Denials;
  readonly words: Words;
  /** Makes a call when not too many others are under way. */
  track<T>(call: () => Promise<T>): Promise<T>;
  onThrottled(): void;
}

export interface CallOptions {
  /** What the call needs, as a person would grant it. Without one, a denial is no matter of permissions. */
  readonly permission?: string;
  /** Of another call than the one that ends the target. */
  readonly pace?: Pace;
}

/** The calls that are made for one target: each in its turn, and again where that may help. */
export class Calls {
  /** @param onBegin when the target's first call is made, and at every other */
  constructor(
    private readonly run: Run,
    private readonly onBegin: () => void = () => undefined,
  ) {}

  async make<T>(call: () => Promise<T>, { permission, pace = this.run.pace }: CallOptions = {}): Promise<T> {
    const { deadline, denials, words } = this.run;
    if (!(await pace.turn(deadline))) throw new OutOfTime();
    for (let attempt = 1; ;) {
      try {
        return await this.run.track(() => {
          this.onBegin();
          return call();
        });
      } catch (error) {
        const throttled = isThrottling(error);
        if (throttled) {
          pace.slowDown();
          this.run.onThrottled();
        }
        // Neither says anything about the target, so it may be tried for as long as there is time.
        const costsNothing = throttled || (permission !== undefined && denials.mayPass(error));
        if (!costsNothing) attempt += 1;
        const told = permission === undefined ? error : withPermission(error, permission, words);
        if (!costsNothing && !(isRetryable(error) && attempt <= MAX_ATTEMPTS)) throw told;
        const pause = costsNothing ? pauseAfterThrottling() : pauseAfterFault(attempt);
        if (!(await this.pause(pause)) || !(await pace.turn(deadline))) throw new OutOfTime(told);
      }
    }
  }

  get millisecondsLeft(): number {
    return this.run.deadline - performance.now();
  }

  /** False, at once, if the time would be up before. */
  async pause(milliseconds: number): Promise<boolean> {
    if (milliseconds >= this.millisecondsLeft) return false;
    await sleep(milliseconds);
    return true;
  }
}

/** The time was up before a call's turn came. */
export class OutOfTime extends Refusal {
  /** @param failure what can be said of the target all the same; nothing if it was not reached */
  constructor(readonly failure?: unknown) {
    super('OutOfTime', 'the time was up before its turn came');
  }
}

/** What was ended had come back, and the time was up before it stayed away. */
export class ComesBack extends OutOfTime {}

/** What turns out to carry others ends after them: it is asked for again when all others have ended. */
export class CarriesOthers extends Refusal {
  constructor() {
    super('CarriesOthers', 'others must end before it');
  }
}
