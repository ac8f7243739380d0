import { deleteManagedThing } from './operation';
import { thingIdentifierProblem } from '../../lib/private/thing-identifier';
import { teardownHandler } from '../run/main';
import { ids } from '../sources/ids';
import { lazily } from '../sources/lazily';

export const handler = teardownHandler({
  targetName: 'managed things',
  endedName: 'deleted',
  sources: {
    ids,
    managedThings: lazily(async () => (await import('../sources/managed-things.js')).managedThings),
    table: lazily(async () => (await import('../sources/table.js')).table),
    manifest: lazily(async () => (await import('../sources/manifest.js')).manifest),
  },
  operation: deleteManagedThing,
  // Of 10: https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#limits_iot_managed_integrations
  requestsPerSecond: 9,
  label: (identifier) => identifier,
  problemOf: thingIdentifierProblem,
});
