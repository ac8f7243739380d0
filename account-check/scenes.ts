import type { Room } from './room';
import { END_WHAT_IS_LIVE } from './scenes/all';
import { CHATS_OF_A_PARAMETER, CONTACTS_IN_PROGRESS } from './scenes/connect';
import { KIOSKS_OF_A_FLOOR, KIOSKS_OF_A_MANIFEST, KIOSKS_OF_A_TABLE, KIOSKS_OF_A_THING_GROUP, PROVISIONED_KIOSKS, WHOLE_FLEET } from './scenes/mqtt';
import { REALLY_GONE, THINGS_OF_AN_OWNER } from './scenes/things';

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

/** By the names of the files. */
export const SCENES: Readonly<Record<string, Scene>> = {
  'end-what-is-live': END_WHAT_IS_LIVE,
  'thing-group': KIOSKS_OF_A_THING_GROUP,
  'fleet-index': KIOSKS_OF_A_FLOOR,
  'iot-policy': PROVISIONED_KIOSKS,
  table: KIOSKS_OF_A_TABLE,
  'whole-fleet': WHOLE_FLEET,
  manifest: KIOSKS_OF_A_MANIFEST,
  parameter: CHATS_OF_A_PARAMETER,
  contacts: CONTACTS_IN_PROGRESS,
  'managed-things': THINGS_OF_AN_OWNER,
  'really-gone': REALLY_GONE,
};
