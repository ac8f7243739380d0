import type { Room } from './room';

export type Verdict = 'as taken' | 'otherwise' | 'could not be looked at';

export interface Finding {
  readonly verdict: Verdict;
  /** What was seen; if it could not be looked at, why. */
  readonly seen: string;
}

/** What asks AWS about one row of docs/unconfirmed.md. */
export interface Probe {
  /** The row's id. */
  readonly row: string;
  readonly asks: string;
  /** It is seen in them. */
  readonly afterExamples?: true;
  look(room: Room): Promise<Finding>;
}

export const judged = (asTaken: boolean, seen: string): Finding => ({ verdict: asTaken ? 'as taken' : 'otherwise', seen });
export const notLooked = (why: string): Finding => ({ verdict: 'could not be looked at', seen: why });

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
