import type { Calls } from './calls';
import type { Paces, Rate } from './pace';
import type { Fields } from './parse';

export type Ending = 'ended' | 'alreadyGone' | 'reconnected';

/** Knows how to end one target. */
export interface Operation {
  end(target: string, calls: Calls): Promise<Ending>;
  close(): void;
}

/** Lists targets: ids, or tokens that stand for them. */
export type Source = (parameters: Fields, paces: Paces) => AsyncIterable<string>;

/** Finds the targets that must have ended before a given one does. */
export type Dependents = (target: string) => AsyncIterable<string>;

/** What differs between the three services. */
export interface Service {
  /** A target's name in the plural, for people. */
  readonly targetName: string;
  /** What ending is called: "disconnected", "deleted". */
  readonly endedName: string;
  readonly sources: Readonly<Record<string, Source>>;
  operation(parameters: Fields, paces: Paces): Promise<Operation> | Operation;
  /** They count as targets. Undefined where there are none, or they are not to be touched. */
  dependents?(parameters: Fields, paces: Paces): Dependents | undefined;
  /** Of the call that ends a target: 90 % of AWS's documented default quota. */
  readonly rate: Rate;
  /** How a target appears in logs and answers. */
  label(target: string): string;
  /** What the service would refuse about a target, in words that follow its label. */
  problemOf?(target: string): string | undefined;
}
