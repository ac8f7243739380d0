import { createHash } from 'node:crypto';

/** Where a target stands among all: no id can be told from it, and no source's own order counts. */
export function rankOf(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, RANK);
}

const RANK = 16;
/** Digits that a number is exact with. */
const DIGITS = 12;
export const LAST = 'f'.repeat(RANK);

/** Which share of all targets stands up to it. */
export function shareBelow(rank: string): number {
  return parseInt(rank.slice(0, DIGITS) || '0', 16) / 16 ** DIGITS;
}

export function rankAt(share: number): string {
  return share < 1
    ? Math.floor(share * 16 ** DIGITS)
        .toString(16)
        .padStart(DIGITS, '0')
        .padEnd(RANK, 'f')
    : LAST;
}

export function rankBefore(rank: string): string {
  return (BigInt(`0x${rank}`) - 1n).toString(16).padStart(RANK, '0');
}

/** When a target was called that may not have ended; undefined if it never was. */
export type Called = number | undefined;

/**
 * How far a run is, in some kilobytes at most however many targets there are, and without any of their ids. Targets are given out in the
 * order of their ranks.
 */
export interface Place extends Ranks {
  /** How many were called and not seen to end; what an earlier version wrote does not tell. */
  readonly unseen?: number;
}

export interface Ranks {
  /** A rank: all up to it are settled, save what is pending. */
  readonly done: string;
  /** A rank, not below `done`: all between were called, and some of them have not ended. */
  readonly given: string;
  /** Not above `done`, or called although above `given`: the beginning of a rank, and when it was called. */
  readonly pending: string;
  /** Ranks above `done` of what is settled all the same. */
  readonly ahead: string;
  /** From `done` on, when those up to a rank were called; times in milliseconds since 1970. */
  readonly steps: ReadonlyArray<readonly [rank: string, calledAt: number]>;
}

export const BEGINNING: Place = { done: '', given: '', pending: '', ahead: '', steps: [] };

const MOST_PENDING = 450;
export const MOST_AHEAD = 120;
const MOST_STEPS = 24;
const PREFIX = 10;
const PREFIX_BYTES = PREFIX / 2;
/** Seconds since 1970. */
const TIME_BYTES = 4;

/** What a place says of single targets. */
export class Past {
  readonly pending = new Map<string, Called>();
  /** Ranks of what is settled beyond what is done. */
  readonly ahead: ReadonlySet<string>;

  constructor(private readonly place: Ranks) {
    const entries = Buffer.from(place.pending, 'base64');
    for (let at = 0; at < entries.length; at += PREFIX_BYTES + TIME_BYTES) {
      const calledAt = entries.readUInt32BE(at + PREFIX_BYTES) * 1000;
      this.pending.set(entries.toString('hex', at, at + PREFIX_BYTES), calledAt || undefined);
    }
    const ahead = Buffer.from(place.ahead, 'base64').toString('hex');
    this.ahead = new Set(ahead.match(new RegExp(`.{${RANK}}`, 'g')));
  }

  /** Undefined for what is settled; else when it was called. */
  of(rank: string): { readonly calledAt: Called } | undefined {
    if (rank <= this.place.done) {
      const prefix = rank.slice(0, PREFIX);
      return this.pending.has(prefix) ? { calledAt: this.pending.get(prefix) } : undefined;
    }
    if (this.ahead.has(rank)) return undefined;
    if (rank <= this.place.given) return { calledAt: this.place.steps.find(([upTo]) => rank <= upTo)?.[1] };
    return { calledAt: this.pending.get(rank.slice(0, PREFIX)) };
  }
}

/** The same place, with some more that have ended. */
export function placeWith(place: Ranks, settled: Iterable<string>): Ranks {
  const { pending } = new Past(place);
  const ranks = [...settled];
  for (const rank of ranks) if (rank <= place.done) pending.delete(rank.slice(0, PREFIX));
  return { ...place, pending: listOf(pending), ahead: aheadOf(place.done, ranks) };
}

/**
 * @param given a rank: all up to it were given out
 * @param unsettled what has not ended of these, and of those above it that were called
 * @param settled what has of all others, first those that must find a place
 */
export function placeOf(given: string, unsettled: ReadonlyMap<string, Called>, settled: Iterable<string>): Ranks {
  const below = [...unsettled].filter(([rank]) => rank <= given).sort(([a], [b]) => (a < b ? -1 : 1));
  const pending = below.slice(0, MOST_PENDING);
  const rest = below.slice(MOST_PENDING);
  const uncalled = rest.findIndex(([, calledAt]) => calledAt === undefined);
  const between = uncalled === -1 ? rest : rest.slice(0, uncalled);
  // While the source is read, those with the lowest ranks known so far are called; lower ones may have come since.
  const above = [...unsettled].filter(([rank, calledAt]) => rank > given && calledAt !== undefined);
  // What finds no place in a list is looked at, or called for, once more.
  const done = rest.length > 0 ? pending.at(-1)![0] : given;
  return {
    done,
    given: rest.length > 0 ? (between.at(-1)?.[0] ?? done) : given,
    pending: listOf([...pending, ...above.slice(0, MOST_PENDING - pending.length)]),
    ahead: aheadOf(done, [...settled]),
    steps: stepsOf(between),
  };
}

function listOf(pending: Iterable<readonly [rank: string, calledAt: Called]>): string {
  const entries = Array.from(pending, ([rank, calledAt]) => {
    const bytes = Buffer.alloc(PREFIX_BYTES + TIME_BYTES);
    bytes.write(rank.slice(0, PREFIX), 'hex');
    bytes.writeUInt32BE(Math.ceil((calledAt ?? 0) / 1000), PREFIX_BYTES);
    return bytes;
  });
  return Buffer.concat(entries).toString('base64');
}

function aheadOf(done: string, settled: readonly string[]): string {
  const ahead = settled.filter((rank) => rank > done);
  return Buffer.from(ahead.slice(0, MOST_AHEAD).join(''), 'hex').toString('base64');
}

/** As targets are called in the order of their ranks, a few steps tell when each was; rather later than it was. */
function stepsOf(called: ReadonlyArray<readonly [rank: string, calledAt: Called]>): Array<[string, number]> {
  const size = Math.ceil(called.length / MOST_STEPS);
  return Array.from({ length: size && Math.ceil(called.length / size) }, (_, n) => {
    const step = called.slice(n * size, (n + 1) * size);
    return [step.at(-1)![0], Math.max(...step.map(([, calledAt = 0]) => calledAt))];
  });
}
