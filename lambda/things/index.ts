import { Hubs } from './hubs';
import { deleteManagedThing } from './operation';
import { MANAGED_INTEGRATIONS } from './rates';
import { thingIdentifierProblem, THINGS_RESOURCE_TYPE } from '../../contract/things';
import { MANAGED_THINGS } from '../../contract/sources/managed-things';
import { teardownHandler } from '../run/main';
import type { Service } from '../run/service';
import { ids } from '../sources/ids';
import { managedThings } from '../sources/managed-things';
import { lazily } from '../targets/lazily';

export const service: Service = {
  resourceType: THINGS_RESOURCE_TYPE,
  targetName: 'managed things',
  endedName: 'deleted',
  sources: {
    ids,
    managedThings,
    table: lazily(async () => (await import('../sources/table.js')).table),
    manifest: lazily(async () => (await import('../sources/manifest.js')).manifest),
  },
  endsUnlisted: (source) => source.Source === MANAGED_THINGS.name && MANAGED_THINGS.read(source).Filter.ProvisioningStatusFilter === undefined,
  operation: deleteManagedThing,
  order: (parameters, reads) => new Hubs(parameters, reads),
  rate: MANAGED_INTEGRATIONS,
  label: (identifier) => identifier,
  problemOf: thingIdentifierProblem,
};

export const handler = teardownHandler(service, async () => (await import('../long/long-runs.js')).longRuns);
