import type { Room } from '../room';

/** What is live among the targets of an example, and beside them. */
export interface Live {
  /** For `cdk -c`. */
  readonly context?: Readonly<Record<string, string>>;
  /** What can only be there when the stack is. */
  afterDeploy?(): Promise<void>;
  /** Those of the targets that are live still. */
  targets(): Promise<string[]>;
  /** Whether those are that are none. */
  othersAreLive?(): Promise<boolean>;
}

/**
 * Makes targets for an example. Examples have names of their own, which may be somebody's in the account: what is there already is not
 * touched, and NotRun is thrown.
 */
export type Scene = (room: Room) => Promise<Live>;
