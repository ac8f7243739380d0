import { setTimeout as sleep } from 'node:timers/promises';
import { isRetryable, isThrottling, Refusal } from './failure';
import type { Pace } from './pace';

const MAX_ATTEMPTS = 6;
/** Above AWS IoT's one request a second for a client id. */
const SHORTEST_WAIT_MS = 1_100;
const LONGEST_JITTER_MS = 20_000;

/** What the calls for all targets of a run have in common. */
export interface Run {
  /** Of the call that ends a target. */
  readonly pace: Pace;
  /** In the time of `performance.now()`; nothing begins after it. */
  readonly deadline: number;
  /** Makes a call when not too many others are under way. */
  track<T>(call: () => Promise<T>): Promise<T>;
  onThrottled(): void;
  /** Whether targets are under way that do not wait for others themselves. */
  readonly hasActive: boolean;
  /** Does what waits for others. */
  passively<T>(wait: () => Promise<T>): Promise<T>;
}

/** The calls that are made for one target: each in its turn, and again where that may help. */
export class Calls {
  /** @param onBegin when the target's first call is made, and at every other */
  constructor(private readonly run: Run, private readonly onBegin: () => void = () => undefined) {}

  /** @param pace of another call than the one that ends the target */
  async make<T>(call: () => Promise<T>, pace = this.run.pace): Promise<T> {
    if (!await pace.turn(this.run.deadline)) throw new OutOfTime();
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
        } else {
          attempt += 1;
        }
        // Throttling says nothing about the target, so it may be tried for as long as there is time.
        if (!throttled && !(isRetryable(error) && attempt <= MAX_ATTEMPTS)) throw error;
        const jitter = throttled ? SHORTEST_WAIT_MS : Math.min(LONGEST_JITTER_MS, SHORTEST_WAIT_MS * 2 ** attempt);
        if (!await this.pause(SHORTEST_WAIT_MS + Math.random() * jitter) || !await pace.turn(this.run.deadline)) throw error;
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

  /** Whether the end of other targets may still change something for this one. */
  get hasOthers(): boolean {
    return this.run.hasActive;
  }

  /** As `pause`, for a target that can only wait for others. */
  pauseForOthers(milliseconds: number): Promise<boolean> {
    return this.run.passively(() => this.pause(milliseconds));
  }
}

/** The time was up before a call's turn came. */
export class OutOfTime extends Refusal {
  constructor(message = 'the time was up before its turn came') {
    super('OutOfTime', message);
  }
}
