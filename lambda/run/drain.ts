import { Calls, CarriesOthers, ComesBack, OutOfTime, type Run } from '../calls/calls';
import type { Denials } from '../calls/denials';
import type { Failure } from '../calls/failure';
import type { Words } from '../calls/redaction';
import { IdSet } from '../targets/id-set';
import { AFTER_DEADLINE_MS } from '../calls/deadline';
import { before, inTime, LATE } from '../calls/in-time';
import type { Pace } from '../calls/pace';
import type { Course, Record } from './course';
import type { Progress } from './progress';
import { MOST_AT_ONCE, MOST_UNDER_WAY, Semaphore } from '../calls/concurrency';
import type { Operation } from './service';
import type { Ending, Outcome, Tally } from './tally';
import type { Target } from '../targets/target';

export interface DrainOptions {
  readonly operation: Operation;
  readonly tally: Tally;
  /** How many targets there are. */
  readonly count: number;
  /** What the source may not grow beyond after it was counted. */
  readonly maxTargets: number;
  /** Of the call that ends a target. */
  readonly pace: Pace;
  /** In the time of `performance.now()`; nothing begins after it. */
  readonly deadline: number;
  readonly denials: Denials;
  readonly words: Words;
  label(id: string): string;
  problemOf?(id: string): string | undefined;
  /** Given where another invocation goes on after the deadline: what it must know. */
  readonly record?: Record;
  /** Given where there may be invocations before this one, or after it. */
  readonly course?: Course;
  /** Targets may be given out again. */
  readonly repeats?: boolean;
  /** What the source lists no more has ended. */
  readonly endsUnlisted?: boolean;
  onFailure(target: string, failure: Failure): void;
  onReconnected?(target: string): void;
  onUnlisted?(count: number): void;
}

const ENDED: Outcome = { ending: 'ended' };

/** Ends every target once, at a steady pace, whatever happens to its neighbours. */
export class Drain implements Run {
  private readonly seen = new IdSet();
  private readonly underWay = new Map<string, Promise<void>>();
  /** Of those that were dealt with and have not ended. */
  private readonly unended = new Set<string>();
  /** Of those that may be given out again and were not simply ended. */
  private readonly others = new Map<string, Outcome>();
  /** What turned out to carry others. */
  private readonly last: Target[] = [];
  /** The time was up before somebody's turn, or somebody's answer. */
  private isLate = false;
  /** What another invocation goes on with. */
  private readonly adjourned = new Set<string>();
  /** What is answered from now on is not counted any more. */
  private isOver = false;
  private readonly callRoom = new Semaphore(MOST_AT_ONCE);
  private readonly targetRoom = new Semaphore(MOST_UNDER_WAY);

  constructor(private readonly options: DrainOptions) {}

  get pace(): Pace {
    return this.options.pace;
  }

  get deadline(): number {
    return this.options.deadline;
  }

  get denials(): Denials {
    return this.options.denials;
  }

  get words(): Words {
    return this.options.words;
  }

  /** The time was up before all was done. */
  get wasLate(): boolean {
    return this.isLate;
  }

  get progress(): Progress {
    return { done: this.options.tally.done, total: this.options.count, underWay: this.underWay.size };
  }

  async run(targets: AsyncIterable<Target>): Promise<void> {
    const { tally, count, deadline } = this.options;
    try {
      const work = this.endAll(targets);
      work.catch(() => undefined);
      // A call may be answered never.
      if ((await before(deadline + AFTER_DEADLINE_MS.lastCalls, work)) === LATE) this.isLate = true;
    } finally {
      this.isOver = true;
      this.countUnlisted();
      // Fewer than were counted is no sign of it: targets vanish by themselves.
      if (this.isLate && !this.options.record) tally.left = Math.max(1, count - tally.done);
    }
  }

  /** Waits until a target that was given out has been dealt with; false if it has not ended. */
  async ended(id: string): Promise<boolean> {
    await this.underWay.get(id);
    // Whoever waits for it waits for the next invocation.
    if (this.adjourned.has(id)) return new Promise(() => undefined);
    return !this.unended.has(id);
  }

  track<T>(call: () => Promise<T>): Promise<T> {
    return this.callRoom.whileInside(call);
  }

  onThrottled(): void {
    this.options.tally.throttled += 1;
  }

  private async endAll(targets: AsyncIterable<Target>): Promise<void> {
    try {
      for await (const target of inTime(targets, this.deadline, () => (this.isLate = true))) await this.admit(target);
    } finally {
      await Promise.all(this.underWay.values());
      for (const target of this.last) await this.begin({ ...target, carries: true });
      await Promise.all(this.underWay.values());
    }
  }

  private async admit(target: Target): Promise<void> {
    const { maxTargets, problemOf, record, course } = this.options;
    if (!this.seen.add(target.id)) {
      if (target.again) return this.beginAgain(target);
      if (!this.underWay.has(target.id) && !this.adjourned.has(target.id)) record?.settle(target.id);
      return;
    }
    if (target.problem) return this.fail(target, target.problem);
    const problem = this.seen.size > maxTargets ? 'came when maxTargets had been reached: the source has grown since it was counted' : problemOf?.(target.id);
    const isBack = target.again === true && course?.wasSettled(target.id) === true;
    if (isBack) this.takeBack(target);
    if (problem) return this.fail(target, { name: 'InvalidTarget', message: problem });
    if (target.again) course?.reopen(target.id, isBack);
    await this.begin({ ...target, again: isBack });
  }

  /** It is one target, and what becomes of it now is what counts. */
  private async beginAgain(target: Target): Promise<void> {
    const { id } = target;
    if (this.underWay.has(id) || this.adjourned.has(id)) return;
    const earlier = this.takeBack(target);
    this.options.course?.reopen(id, true);
    await this.begin({ ...target, again: earlier === ENDED });
  }

  /** What was counted of it, if anything was. What an invocation before this one dealt with had ended: where something failed nothing is given out again. */
  private takeBack({ id }: Target): Outcome | undefined {
    const { tally, label } = this.options;
    const earlier = this.others.get(id) ?? (this.unended.has(id) || tally.ended === 0 ? undefined : ENDED);
    if (earlier) tally.takeBack(earlier, label(id));
    this.unended.delete(id);
    this.others.delete(id);
    return earlier;
  }

  /** Begins to end a target, and returns when its first call has its turn. Who was called before has had it. */
  private async begin(target: Target): Promise<void> {
    await new Promise<void>((resolve) => {
      // At once, so that whoever must end after it knows of it.
      this.underWay.set(
        target.id,
        this.targetRoom
          .whileInside(() => this.settle(target, resolve))
          .finally(() => {
            this.underWay.delete(target.id);
            resolve();
          }),
      );
    });
  }

  private async settle(target: Target, onBegin: () => void): Promise<void> {
    const { operation, record } = this.options;
    let hasBegun = false;
    const begin = () => {
      hasBegun = true;
      record?.called(target.id);
      onBegin();
    };
    if (target.calledAt !== undefined) onBegin();
    try {
      const ending = await operation.end(target, new Calls(this, begin));
      if (!this.isOver) this.end(target, ending);
    } catch (error) {
      if (this.isOver) return;
      if (error instanceof ComesBack && !record) return this.end(target, 'reconnected');
      this.unended.add(target.id);
      const failure = error instanceof OutOfTime ? error.failure : error;
      if (record && error instanceof OutOfTime) this.adjourned.add(target.id);
      if (failure === undefined || !hasBegun || this.adjourned.has(target.id)) this.isLate = true;
      else if (error instanceof CarriesOthers) this.last.push(target);
      else this.fail(target, this.words.of(failure));
    }
  }

  private end({ id, again }: Target, told: Ending): void {
    const { tally, label, record, repeats, onReconnected } = this.options;
    // This run has ended it; the listing was late.
    const ending = again && told === 'alreadyGone' ? 'ended' : told;
    if (repeats && ending !== 'ended') this.others.set(id, { ending });
    tally.add(ending, label(id));
    record?.settle(id, { ending });
    if (ending === 'reconnected') onReconnected?.(label(id));
  }

  private countUnlisted(): void {
    const { tally, course, endsUnlisted = false, operation, onFailure, onUnlisted } = this.options;
    const count = course?.unlisted ?? 0;
    if (count === 0) return;
    if (endsUnlisted || !operation.confirms) {
      tally.addUnlisted(count, endsUnlisted);
      if (!endsUnlisted) onUnlisted?.(count);
      return;
    }
    const who = `${count} that the source no longer lists`;
    const failure = { name: 'NoLongerListed', message: 'called for, and gone from the list before anybody saw whether they ended' };
    tally.fail(who, failure, count);
    onFailure(who, failure);
  }

  private fail({ id }: Target, failure: Failure): void {
    this.unended.add(id);
    const { repeats, record } = this.options;
    const label = this.options.label(id);
    const outcome = { error: failure.name };
    if (repeats) this.others.set(id, outcome);
    this.options.tally.fail(label, failure);
    record?.settle(id, outcome);
    this.options.onFailure(label, failure);
  }
}
