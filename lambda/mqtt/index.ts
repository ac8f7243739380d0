import { deleteConnection } from './operation';
import { DATA_PLANE } from './rates';
import { clientIdProblem, MQTT_RESOURCE_TYPE } from '../../contract/mqtt';
import { FLEET_INDEX } from '../../contract/sources/fleet-index';
import { teardownHandler } from '../run/main';
import type { Service } from '../run/service';
import { ids } from '../sources/ids';
import { lazily } from '../targets/lazily';

export const service: Service = {
  resourceType: MQTT_RESOURCE_TYPE,
  targetName: 'MQTT clients',
  endedName: 'disconnected',
  sources: {
    ids,
    thingGroup: lazily(async () => (await import('../sources/thing-group.js')).thingGroup),
    fleetIndex: lazily(async () => (await import('../sources/fleet-index.js')).fleetIndex),
    table: lazily(async () => (await import('../sources/table.js')).table),
    manifest: lazily(async () => (await import('../sources/manifest.js')).manifest),
  },
  endsUnlisted: (source) => source.Source === FLEET_INDEX.name && !FLEET_INDEX.read(source).IncludeDisconnected,
  operation: deleteConnection,
  rate: DATA_PLANE,
  label: (clientId) => clientId,
  problemOf: clientIdProblem,
};

export const handler = teardownHandler(service, async () => (await import('../long/long-runs.js')).longRuns);
