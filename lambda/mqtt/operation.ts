import { DeleteConnectionCommand, IoTDataPlaneClient, ResourceNotFoundException } from '@aws-sdk/client-iot-data-plane';
import { confirmation } from './confirm';
import { ComesBack, OutOfTime } from '../calls/calls';
import type { Fields } from '../../contract/fields';
import { MQTT_OPERATION } from '../../contract/mqtt';
import { forEnding } from '../clients/client-options';
import type { Reads } from '../calls/reads';
import { BETWEEN_CALLS_MS } from '../calls/retry';
import type { Operation } from '../run/service';
import type { Ending } from '../run/tally';

/** Of a client that comes back until a changed policy is in force, for 6 to 8 minutes. */
const MOST_BETWEEN_DISCONNECTS_MS = 30_000;

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
      const permission = `iot:DeleteConnection on client/${id}`;
      let calledAt = 0;
      const call = () => {
        calledAt = Date.now();
        return disconnect(id);
      };
      let ending: Ending = 'alreadyGone';
      let isBack = false;
      try {
        for (let pause = BETWEEN_CALLS_MS; ; pause = Math.min(2 * pause, MOST_BETWEEN_DISCONNECTS_MS)) {
          if (await calls.make(call, { permission })) ending = 'ended';
          if (!confirm || (await confirm.staysAway(id, calledAt, calls))) return ending;
          if (awaySeconds === 0) return 'reconnected';
          isBack = true;
          if (!(await calls.pause(pause))) throw new OutOfTime();
        }
      } catch (error) {
        throw isBack && error instanceof OutOfTime ? new ComesBack(error.failure) : error;
      }
    },
    confirms: confirm !== undefined,
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
