import { Heap } from 'heap-js';
import { BEGINNING, LAST, MOST_AHEAD, Past, placeOf, placeWith, rankOf, type Called, type Place } from './place';
import type { Target } from '../targets/target';

/** What is held of the targets whose turn comes next; a function has 256 MB. */
const MOST_HELD = 50_000;

interface Ranked {
  readonly rank: string;
  readonly target: Target;
}

/**
 * Gives out a source's targets in the order of their ranks, from a place on, so that how far a run is takes one number and few exceptions.
 * The source is read from its beginning: its pages, and where they begin, would name targets. While it is read, the next of those that are
 * known is given out, so nobody waits for the last.
 */
export class InOrder {
  private readonly unsettled = new Map<string, Called>();
  /** What the place does not tell. */
  private readonly settled: Set<string>;
  private readonly past: Past;
  /** All up to it were given out, in this invocation or before. */
  private given: string;
  private pass?: Pass;
  /** Whether all that an earlier invocation left has been found again. */
  private isOriented = false;

  constructor(
    private readonly from: Place = BEGINNING,
    private readonly mostHeld = MOST_HELD,
  ) {
    this.past = new Past(from);
    this.settled = new Set(this.past.ahead);
    this.given = from.given;
  }

  async *of(find: () => AsyncIterable<Target>): AsyncGenerator<Target> {
    for (let above = ''; above < LAST; above = this.pass!.upTo) {
      const pass = (this.pass = new Pass(find(), this.mostHeld, (rank) => rank > above && !this.settled.has(rank) && this.past.of(rank) !== undefined));
      try {
        for (let next = await pass.next(); next; next = await pass.next()) yield this.give(next, pass.isRead);
      } finally {
        pass.stop();
      }
      this.isOriented = true;
      if (pass.upTo > this.given) this.given = pass.upTo;
    }
  }

  called(id: string): void {
    const rank = rankOf(id);
    if (this.unsettled.has(rank)) this.unsettled.set(rank, this.unsettled.get(rank) ?? Date.now());
  }

  settle(id: string): void {
    const rank = rankOf(id);
    this.unsettled.delete(rank);
    if (!this.isOriented || rank > this.given) this.settled.add(rank);
  }

  /** Whether the source was read to its end. */
  get isRead(): boolean {
    return this.isOriented || (this.pass?.isRead ?? false);
  }

  /** Whether all that was done can be told. If not, it is done again. */
  get isKnown(): boolean {
    return this.isRead || this.settled.size <= MOST_AHEAD;
  }

  /** What a run that goes on from here must know. */
  get place(): Place {
    // The rest of what is pending may not have been read yet.
    if (!this.isRead) return this.isKnown ? placeWith(this.from, this.settled) : this.from;
    const unsettled = new Map(this.unsettled);
    for (const { rank } of this.pass?.held.toArray() ?? []) unsettled.set(rank, this.past.of(rank)?.calledAt);
    return placeOf(this.given, unsettled, this.settled);
  }

  private give({ rank, target }: Ranked, isInOrder: boolean): Target {
    const calledAt = this.past.of(rank)?.calledAt;
    this.unsettled.set(rank, calledAt);
    if (isInOrder && rank > this.given) this.given = rank;
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

  /** The lowest of those that are known. */
  async next(): Promise<Ranked | undefined> {
    while (this.held.length === 0 && !this.isRead && !this.failure) await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.held.length === 0 && this.failure) throw this.failure.error;
    return this.held.pop();
  }

  stop(): void {
    this.isStopped = true;
  }

  private async read(source: AsyncIterable<Target>): Promise<void> {
    try {
      for await (const target of source) {
        if (this.isStopped) return;
        const rank = rankOf(target.id);
        if (rank > this.upTo || !this.isWanted(rank)) continue;
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
