import type { Fields } from './parse';

export type Ending = 'ended' | 'alreadyGone';

/** Knows how to end one target. */
export interface Operation {
  end(target: string): Promise<Ending>;
}

/** Lists targets: ids, or tokens that stand for them. */
export type Source = (parameters: Fields) => AsyncIterable<string>;

/** What differs between the three services. */
export interface Service {
  /** A target's name in the plural, for people. */
  readonly targetName: string;
  /** What ending is called: "disconnected", "deleted". */
  readonly endedName: string;
  readonly sources: Readonly<Record<string, Source>>;
  operation(parameters: Fields): Promise<Operation> | Operation;
  /** Ends per second: 90 % of AWS's documented default quota. */
  readonly requestsPerSecond: number;
  /** How a target appears in logs and answers. */
  label(target: string): string;
  /** What the service would refuse about a target, in words that follow its label. */
  problemOf?(target: string): string | undefined;
}
