import { END_WHAT_IS_LIVE } from './scenes/all';
import { CHATS_OF_A_PARAMETER, CONTACTS_IN_PROGRESS } from './scenes/connect';
import { KIOSKS_OF_A_FLOOR, KIOSKS_OF_A_MANIFEST, KIOSKS_OF_A_TABLE, KIOSKS_OF_A_THING_GROUP, PROVISIONED_KIOSKS, WHOLE_FLEET } from './scenes/mqtt';
import type { Scene } from './scenes/scene';
import { REALLY_GONE, THINGS_OF_AN_OWNER } from './scenes/things';

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
