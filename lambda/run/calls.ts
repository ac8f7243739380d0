import { setTimeout as sleep } from 'node:timers/promises';
import { isRetryable, isThrottling, Refusal } from './failure';
import type { Pace } from './pace';

const MAX_ATTEMPTS = 6;
/** Above AWS IoT's one request a second for a client id. */
const SHORTEST_WAIT_MS = 1_100;
const LONGEST_WAIT_MS = 20_000;

/** What the calls for all targets of a run have in common. */
export interface Run {
  /** Of the call that ends a target. */
  readonly pace: Pace;
  /** In the time of `performance.now()`; nothing begins after it. */
  readonly deadline: number;
  /** Makes a call that is counted as under way. */
  track<T>(call: () => Promise<T>): Promise<T>;
  onThrottled(): void;
  afterOthers(): Promise<boolean>;
}

/** The calls that are made for one target: each in its turn, and again where that may help. */
export class Calls {
  private hasTurn = true;

  /** With the target's first turn, which it has waited for. */
  constructor(private readonly run: Run) {}

  /** @param pace of another call than the one that ends the target */
  async make<T>(call: () => Promise<T>, pace = this.run.pace): Promise<T> {
    if (!await this.turn(pace)) throw new Refusal('OutOfTime', 'the time was up before its turn came');
    for (let attempt = 1; ;) {
      try {
        return await this.run.track(call);
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
        const longest = throttled ? SHORTEST_WAIT_MS : Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** attempt);
        if (!await this.pause(SHORTEST_WAIT_MS + Math.random() * longest) || !await this.turn(pace)) throw error;
      }
    }
  }

  /** False, at once, if the time would be up before. */
  async pause(milliseconds: number): Promise<boolean> {
    if (performance.now() + milliseconds >= this.run.deadline) return false;
    await sleep(milliseconds);
    return true;
  }

  /** Waits until the run's other targets have ended or failed; false if there are none. */
  afterOthers(): Promise<boolean> {
    return this.run.afterOthers();
  }

  private async turn(pace: Pace): Promise<boolean> {
    if (pace !== this.run.pace || !this.hasTurn) return pace.turn(this.run.deadline);
    this.hasTurn = false;
    return performance.now() < this.run.deadline;
  }
}
