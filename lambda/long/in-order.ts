import { Heap } from 'heap-js';
import type { Pace } from '../calls/pace';
import type { Outcome } from '../run/tally';
import { BEGINNING, LAST, MOST_AHEAD, Past, placeOf, placeWith, rankAt, rankBefore, rankOf, shareBelow, type Called, type Place, type Ranks } from './place';
import type { Target } from '../targets/target';

/** What is held of the targets whose turn comes next, and of those that have settled; a function has 256 MB. */
const MOST_HELD = 50_000;
/** Of what the pace allows. */
const SURE = 0.9;

interface Ranked {
  readonly rank: string;
  readonly target: Target;
}

/** By which to tell how far an invocation comes. */
export interface Expected {
  /** How many targets the run has, those that have ended included. */
  readonly count: number;
  readonly pace: Pick<Pace, 'perSecond'>;
  /** In the time of `performance.now()`. */
  readonly deadline: number;
}

/**
 * Gives out a source's targets in the order of their ranks, from a place on, so that how far a run is takes one number and few exceptions.
 * The source is read from its beginning: its pages, and where they begin, would name targets. While it is read, those that are known are
 * given out, so nobody waits for the last, as far as the invocation will surely come: what it does not reach cannot be told one by one.
 */
export class InOrder {
  private readonly unsettled = new Map<string, Called>();
  /** What the place may not tell. Of what an earlier invocation settled nothing is known. */
  private readonly settled = new Map<string, Outcome | undefined>();
  private mostSettled: number;
  private readonly past: Past;
  private pass?: Pass;
  /** The rank that the latest pass begins above. */
  private above = '';
  /** Whether all that an earlier invocation left has been found again. */
  private isOriented = false;
  private calls = 0;
  /** What an earlier invocation called and did not see end: how many, and those that the source still lists. */
  private readonly unseen: number;
  private readonly found = new Set<string>();

  constructor(
    private readonly expected: Expected,
    private readonly from: Place = BEGINNING,
    private readonly mostHeld = MOST_HELD,
  ) {
    this.mostSettled = mostHeld;
    this.past = new Past(from);
    this.unseen = from.unseen ?? 0;
    for (const rank of this.past.ahead) this.settled.set(rank, undefined);
  }

  async *of(find: () => AsyncIterable<Target>): AsyncGenerator<Target> {
    for (; this.above < LAST; this.above = this.pass!.upTo) {
      const { above } = this;
      const pass = (this.pass = new Pass(find(), this.mostHeld, (rank) => this.isOpen(rank) && rank > above && !this.settled.has(rank)));
      try {
        while (await pass.hasNext(() => this.reach)) yield this.give(pass.held.pop()!);
      } finally {
        pass.stop();
      }
      this.isOriented = true;
    }
  }

  called(id: string): void {
    const rank = rankOf(id);
    if (!this.unsettled.has(rank) || this.unsettled.get(rank) !== undefined) return;
    this.calls += 1;
    this.unsettled.set(rank, Date.now());
  }

  settle(id: string, outcome?: Outcome): void {
    const rank = rankOf(id);
    this.unsettled.delete(rank);
    if (!this.settled.has(rank)) this.settled.set(rank, outcome);
    if (this.isRead && this.settled.size > this.mostSettled) this.tidy();
  }

  reopen(id: string, wasCalled: boolean): void {
    const rank = rankOf(id);
    if (this.past.of(rank)?.calledAt !== undefined) this.found.add(rank);
    this.settled.delete(rank);
    this.unsettled.set(rank, wasCalled ? Date.now() : undefined);
  }

  /** By an invocation before this one; so is what has come since and stands where all are. */
  wasSettled(id: string): boolean {
    return this.past.of(rankOf(id)) === undefined;
  }

  get unlisted(): number {
    return this.isRead ? Math.max(0, this.unseen - this.found.size) : 0;
  }

  /** Whether the source was read to its end. */
  get isRead(): boolean {
    return this.isOriented || (this.pass?.isRead ?? false);
  }

  /** What a run that goes on from here must know, and the outcomes that find no place in that: their targets are called again. */
  get rest(): { readonly place: Place; readonly forgotten: readonly Outcome[] } {
    const place = this.place;
    const then = new Past(place);
    const forgotten = [...this.settled].filter(([rank, outcome]) => outcome && then.of(rank));
    const unseen = this.isRead
      ? [...this.unsettled.keys(), ...forgotten.map(([rank]) => rank)].filter((rank) => then.of(rank)?.calledAt !== undefined).length
      : this.unseen - [...this.found].filter((rank) => this.settled.has(rank)).length;
    return { place: { ...place, unseen }, forgotten: forgotten.map(([, outcome]) => outcome!) };
  }

  /** Whether an earlier invocation left it to be dealt with. */
  private isOpen(rank: string): boolean {
    const past = this.past.of(rank);
    if (past?.calledAt !== undefined) this.found.add(rank);
    return past !== undefined;
  }

  private get place(): Ranks {
    // The rest of what is pending may not have been read yet.
    if (!this.isRead) return placeWith(this.from, this.settled.keys());
    const unsettled = new Map(this.unsettled);
    for (const { rank } of this.pass?.held.toArray() ?? []) unsettled.set(rank, this.past.of(rank)?.calledAt);
    return placeOf(this.given, unsettled, this.settled.keys());
  }

  /** All up to it were given out, in this invocation or before. */
  private get given(): string {
    const { pass, above, from } = this;
    const given = pass?.isRead ? (pass.held.length > 0 ? rankBefore(pass.held.peek()!.rank) : pass.upTo) : above;
    return given > from.given ? given : from.given;
  }

  /** The rank that this invocation will surely come to. */
  private get reach(): string {
    const { count, pace, deadline } = this.expected;
    const toCome = (pace.perSecond * (deadline - performance.now())) / 1000;
    const more = Math.max(MOST_AHEAD, this.calls + SURE * toCome);
    return rankAt(shareBelow(this.from.done) + more / count);
  }

  /** What is done is known by its rank. */
  private tidy(): void {
    const { done } = this.place;
    for (const rank of this.settled.keys()) if (rank <= done) this.settled.delete(rank);
    this.mostSettled = this.mostHeld + 2 * this.settled.size;
  }

  private give({ rank, target }: Ranked): Target {
    const calledAt = this.past.of(rank)?.calledAt;
    this.unsettled.set(rank, calledAt);
    return { ...target, calledAt };
  }
}

/** Reads a source once, in the background, and holds the lowest of what is wanted of it. */
class Pass {
  readonly held = new Heap<Ranked>((one, other) => (one.rank < other.rank ? -1 : 1));
  /** To its end. */
  isRead = false;
  /** Of what is above nothing is held. */
  upTo = LAST;
  private failure?: { readonly error: unknown };
  private isStopped = false;
  private wake: () => void = () => undefined;

  constructor(
    source: AsyncIterable<Target>,
    private readonly mostHeld: number,
    private readonly isWanted: (rank: string) => boolean,
  ) {
    void this.read(source);
  }

  /**
   * Whether there is one to give out: the lowest of those that are known.
   *
   * @param reach above which nothing is given out before all are
   */
  async hasNext(reach: () => string): Promise<boolean> {
    const isReached = () => this.held.length > 0 && this.held.peek()!.rank <= reach();
    while (!this.isRead && !this.failure && !isReached()) await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.held.length === 0 && this.failure) throw this.failure.error;
    return this.held.length > 0;
  }

  stop(): void {
    this.isStopped = true;
  }

  private async read(source: AsyncIterable<Target>): Promise<void> {
    try {
      for await (const target of source) {
        if (this.isStopped) return;
        const rank = rankOf(target.id);
        // Also of what is above: it is in the list.
        if (!this.isWanted(rank) || rank > this.upTo) continue;
        this.held.push({ rank, target });
        if (this.held.length > 2 * this.mostHeld) this.shorten();
        this.wake();
      }
      this.isRead = true;
    } catch (error) {
      this.failure = { error };
    }
    this.wake();
  }

  private shorten(): void {
    const lowest = this.held.toArray().sort(this.held.compare).slice(0, this.mostHeld);
    this.upTo = lowest.at(-1)!.rank;
    this.held.init(lowest);
  }
}
