import { Calls, OutOfTime, type Run } from './calls';
import { failureOf, type Failure } from './failure';
import { IdSet } from './id-set';
import { before, inTime, LATE } from './in-time';
import { Pace, type Rate } from './pace';
import type { Progress } from './progress';
import { Room } from './room';
import type { Dependents, Operation } from './service';
import type { Tally } from './tally';

/**
 * Calls at once. What the quotas allow while every call takes as long as it may stays below; the limit is there for paces that are set
 * very high, because a function has 1,024 file descriptors.
 */
const MOST_AT_ONCE = 500;
/** Targets that are waited for take up to 10 KB each, calls that wait for their turn included; a function has 256 MB. */
const MOST_UNDER_WAY = 10_000;

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
  /** Of those under way, how many only wait for others. */
  private passive = 0;
  private allAdmitted = false;
  /** The time was up before somebody's turn. */
  private isLate = false;
  private readonly callRoom = new Room(MOST_AT_ONCE);
  private readonly targetRoom = new Room(MOST_UNDER_WAY);

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
    const { tally, count, deadline } = this.options;
    try {
      for await (const target of inTime(targets, deadline, () => (this.isLate = true))) await this.admit(target);
    } finally {
      this.allAdmitted = true;
      // Dependents may join while others are waited for.
      while (this.underWay.size > 0) await Promise.all(this.underWay.values());
      // Fewer than were counted is no sign of it: targets vanish by themselves.
      if (this.isLate) tally.left = Math.max(1, count - tally.done);
    }
  }

  track<T>(call: () => Promise<T>): Promise<T> {
    return this.callRoom.whileInside(call);
  }

  onThrottled(): void {
    this.options.tally.throttled += 1;
  }

  get hasActive(): boolean {
    return !this.allAdmitted || this.underWay.size > this.passive + 1;
  }

  async passively<T>(wait: () => Promise<T>): Promise<T> {
    this.passive += 1;
    try {
      return await wait();
    } finally {
      this.passive -= 1;
    }
  }

  /** Begins to end a target, and returns when its first call has its turn. */
  private async admit(target: string): Promise<void> {
    const { maxTargets, problemOf } = this.options;
    if (!this.seen.add(target)) return;
    const problem = this.seen.size > maxTargets ? 'came when maxTargets had been reached: the source has grown since it was counted' : problemOf?.(target);
    if (problem) return this.fail(target, { name: 'InvalidTarget', message: problem });
    await new Promise<void>((resolve) => {
      // At once, so that whoever must end after it knows of it.
      this.underWay.set(target, this.targetRoom.whileInside(() => this.settle(target, resolve)).finally(() => {
        this.underWay.delete(target);
        resolve();
      }));
    });
  }

  private async settle(target: string, onBegin: () => void): Promise<void> {
    const { operation, tally, label, onReconnected } = this.options;
    let hasBegun = false;
    const begin = () => {
      hasBegun = true;
      onBegin();
    };
    try {
      await this.endDependentsOf(target, begin);
      const ending = await operation.end(target, new Calls(this, begin));
      tally.add(ending, label(target));
      if (ending === 'reconnected') onReconnected?.(label(target));
    } catch (error) {
      if (!hasBegun && error instanceof OutOfTime) this.isLate = true;
      else this.fail(target, failureOf(error));
    }
  }

  private async endDependentsOf(target: string, begin: () => void): Promise<void> {
    const { dependents, deadline } = this.options;
    if (!dependents) return;
    const late = () => {
      throw new OutOfTime('the time was up before those that must end first had ended');
    };
    const ends: Array<Promise<void> | undefined> = [];
    for await (const dependent of inTime(dependents(target), deadline, late)) {
      // The targets that come next are not held up by what this one waits for.
      begin();
      await this.admit(dependent);
      ends.push(this.underWay.get(dependent));
    }
    if (ends.length > 0 && await this.passively(() => before(deadline, Promise.all(ends))) === LATE) late();
  }

  private fail(target: string, { name, message }: Failure): void {
    const label = this.options.label(target);
    // A service may repeat what it was sent, and a target may be a secret.
    const failure = { name, message: target === '' ? message : message.replaceAll(target, label) };
    this.options.tally.fail(label, failure);
    this.options.onFailure(label, failure);
  }
}
