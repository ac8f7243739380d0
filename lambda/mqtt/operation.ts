import { DeleteConnectionCommand, IoTDataPlaneClient, ResourceNotFoundException } from '@aws-sdk/client-iot-data-plane';
import { confirmation } from './confirm';
import type { Fields } from '../../contract/fields';
import { MQTT_OPERATION } from '../../contract/mqtt';
import { forEnding } from '../clients/client-options';
import type { Reads } from '../calls/reads';
import type { Operation } from '../run/service';
import type { Ending } from '../run/tally';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteConnection.html */
export async function deleteConnection(parameters: Fields, reads: Reads): Promise<Operation> {
  const { CleanSession: cleanSession, PreventWillMessage: preventWillMessage, ConfirmAwaySeconds: awaySeconds, Endpoint } = MQTT_OPERATION.read(parameters);
  const endpoint = await dataEndpoint(Endpoint, reads);
  const client = new IoTDataPlaneClient({
    ...forEnding(),
    endpoint,
    // The SDK refuses FIPS, or dual stack, together with an endpoint; the endpoint itself may be one of those.
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
  });

  /** False if there was nothing to disconnect. */
  async function disconnect(clientId: string): Promise<boolean> {
    try {
      await client.send(new DeleteConnectionCommand({ clientId, cleanSession, preventWillMessage }));
      return true;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false;
      throw error;
    }
  }

  const confirm = awaySeconds === undefined ? undefined : confirmation(client, reads.paces, awaySeconds * 1000);
  return {
    async end({ id, calledAt: calledBefore }, calls): Promise<Ending> {
      if (confirm && calledBefore !== undefined && (await confirm.afterwards(id, calledBefore, calls))) return 'ended';
      let calledAt = 0;
      const disconnected = await calls.make(
        () => {
          calledAt = Date.now();
          return disconnect(id);
        },
        { permission: `iot:DeleteConnection on client/${id}` },
      );
      if (confirm && !(await confirm.staysAway(id, calledAt, calls))) return 'reconnected';
      return disconnected ? 'ended' : 'alreadyGone';
    },
    close: () => client.destroy(),
  };
}

async function dataEndpoint(given: string | undefined, reads: Reads): Promise<string> {
  const address =
    given ??
    (process.env.AWS_ENDPOINT_URL_IOT_DATA_PLANE || process.env.AWS_ENDPOINT_URL) ??
    (await (await import('./data-endpoint.js')).describeDataEndpoint(reads));
  return /^https?:/.test(address) ? address : `https://${address}`;
}
