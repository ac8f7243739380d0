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

/** What takes more than an account has by itself, or acts at another time than on `cdk destroy`: how to look. */
export const BY_HAND: Readonly<Record<string, string>> = {
  'rotate-policy': 'it acts ten minutes into a deploy: connect a kiosk, deploy, deploy again with -c clientIds=…, and see it come back once',
  'move-endpoint': 'it takes two domains and their certificates: put yours into it, connect kiosks by the blue one, and deploy with -c retired=blue',
  'test-bots': 'it takes bots: put your instance into it, start a chat as its role, write its id into the table, and destroy',
  'retire-hub': 'it takes a hub with devices: deploy with yours and another in -c hubs=…, and again without yours',
};
