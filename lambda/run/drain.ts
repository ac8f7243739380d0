import { setTimeout as sleep } from 'node:timers/promises';
import { Calls, type Run } from './calls';
import { failureOf, Refusal, type Failure } from './failure';
import { IdSet } from './id-set';
import { Pace, type Rate } from './pace';
import type { Progress } from './progress';
import type { Dependents, Operation } from './service';
import type { Tally } from './tally';

/**
 * Calls at once. What the quotas allow while every call takes as long as it may stays below; the limit is there for paces that are set
 * very high, because a function has 1,024 file descriptors.
 */
const MOST_AT_ONCE = 500;
const OUT_OF_TIME = 'the time was up before those that must end first had ended';

export interface DrainOptions {
  readonly operation: Operation;
  readonly tally: Tally;
  /** How many targets there are. */
  readonly count: number;
  /** What the source may not grow beyond after it was counted. */
  readonly maxTargets: number;
  readonly rate: Rate;
  /** In the time of `performance.now()`; nothing begins after it. */
  readonly deadline: number;
  readonly dependents?: Dependents;
  label(target: string): string;
  problemOf?(target: string): string | undefined;
  onFailure(target: string, failure: Failure): void;
  onReconnected?(target: string): void;
}

/** Ends every target once, at a steady pace, whatever happens to its neighbours. */
export class Drain implements Run {
  readonly pace: Pace;
  private readonly seen = new IdSet();
  private readonly underWay = new Map<string, Promise<void>>();
  private allAdmitted = false;
  /** The time was up before somebody's turn. */
  private isLate = false;
  private readonly last: Array<() => void> = [];
  private waitingForDependents = 0;
  private calls = 0;
  private readonly waitingForRoom: Array<() => void> = [];

  constructor(private readonly options: DrainOptions) {
    this.pace = new Pace(options.rate);
  }

  get deadline(): number {
    return this.options.deadline;
  }

  get progress(): Progress {
    return { done: this.options.tally.done, total: this.options.count, underWay: this.underWay.size };
  }

  async run(targets: AsyncIterable<string>): Promise<void> {
    try {
      for await (const target of targets) {
        if (!await this.admit(target)) break;
      }
    } finally {
      this.allAdmitted = true;
      this.releaseLast();
      // Dependents may join while others are waited for.
      while (this.underWay.size > 0) await Promise.all(this.underWay.values());
    }
    // Fewer than were counted is no sign of it: targets vanish by themselves.
    if (this.isLate) this.options.tally.left = Math.max(1, this.options.count - this.options.tally.done);
  }

  async track<T>(call: () => Promise<T>): Promise<T> {
    this.calls += 1;
    try {
      return await call();
    } finally {
      this.calls -= 1;
      this.waitingForRoom.shift()?.();
    }
  }

  onThrottled(): void {
    this.options.tally.throttled += 1;
  }

  async afterOthers(): Promise<boolean> {
    if (this.allAdmitted && this.idle === this.underWay.size - 1) return false;
    await new Promise<void>((resolve) => {
      this.last.push(resolve);
      this.releaseLast();
    });
    return true;
  }

  /** Targets that only wait for others. */
  private get idle(): number {
    return this.last.length + this.waitingForDependents;
  }

  private releaseLast(): void {
    if (this.allAdmitted && this.idle === this.underWay.size) this.last.splice(0).forEach((release) => release());
  }

  /** Begins to end a target, in its turn; false if the time is up. */
  private async admit(target: string): Promise<boolean> {
    const { maxTargets, problemOf } = this.options;
    if (!this.seen.add(target)) return true;
    const problem = this.seen.size > maxTargets ? 'came when maxTargets had been reached: the source has grown since it was counted' : problemOf?.(target);
    if (problem) {
      this.fail(target, { name: 'InvalidTarget', message: problem });
      return true;
    }
    const admitted = this.turn();
    // At once, so that whoever must end after it knows of it.
    this.underWay.set(target, admitted.then((inTime) => (inTime ? this.settle(target) : undefined)).finally(() => {
      this.underWay.delete(target);
      this.releaseLast();
    }));
    return admitted;
  }

  private async turn(): Promise<boolean> {
    while (this.calls >= MOST_AT_ONCE) await new Promise<void>((resolve) => this.waitingForRoom.push(resolve));
    const inTime = await this.pace.turn(this.deadline);
    this.isLate ||= !inTime;
    return inTime;
  }

  private async settle(target: string): Promise<void> {
    const { operation, label, onReconnected } = this.options;
    try {
      await this.endDependentsOf(target);
      const ending = await operation.end(target, new Calls(this));
      this.options.tally.add(ending, label(target));
      if (ending === 'reconnected') onReconnected?.(label(target));
    } catch (error) {
      this.fail(target, failureOf(error));
    }
  }

  private async endDependentsOf(target: string): Promise<void> {
    const { dependents } = this.options;
    if (!dependents) return;
    const ends: Array<Promise<void> | undefined> = [];
    for await (const dependent of dependents(target)) {
      if (!await this.admit(dependent)) throw new Refusal('OutOfTime', OUT_OF_TIME);
      ends.push(this.underWay.get(dependent));
    }
    this.waitingForDependents += 1;
    const inTime = await Promise.race([Promise.all(ends).then(() => true), sleep(this.deadline - performance.now() + 1, false, { ref: false })]);
    this.waitingForDependents -= 1;
    if (!inTime) throw new Refusal('OutOfTime', OUT_OF_TIME);
  }

  private fail(target: string, { name, message }: Failure): void {
    const label = this.options.label(target);
    // A service may repeat what it was sent, and a target may be a secret.
    const failure = { name, message: target === '' ? message : message.replaceAll(target, label) };
    this.options.tally.fail(label, failure);
    this.options.onFailure(label, failure);
  }
}
