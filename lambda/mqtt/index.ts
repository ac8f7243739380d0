import { deleteConnection } from './operation';
import { clientIdProblem } from '../../lib/private/client-id';
import { teardownHandler } from '../run/main';
import { ids } from '../sources/ids';

export const handler = teardownHandler({
  targetName: 'MQTT clients',
  endedName: 'disconnected',
  sources: { ids },
  operation: deleteConnection,
  // Of 100: https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
  requestsPerSecond: 90,
  label: (clientId) => clientId,
  problemOf: clientIdProblem,
});
