import { DescribeEndpointCommand, IoTClient } from '@aws-sdk/client-iot';
import { DeleteConnectionCommand, IoTDataPlaneClient, ResourceNotFoundException } from '@aws-sdk/client-iot-data-plane';
import { confirmation } from './confirm';
import { requestHandler } from '../clients/request-handler';
import { described } from '../run/failure';
import type { Paces } from '../run/pace';
import { bool, notNegative, optional, text, type Fields } from '../run/parse';
import type { Ending, Operation } from '../run/service';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteConnection.html */
export async function deleteConnection(parameters: Fields, paces: Paces): Promise<Operation> {
  const cleanSession = optional(bool)(parameters, 'CleanSession') ?? false;
  const preventWillMessage = optional(bool)(parameters, 'PreventWillMessage') ?? false;
  const awaySeconds = optional(notNegative)(parameters, 'ConfirmAwaySeconds');
  const endpoint = await dataEndpoint(optional(text)(parameters, 'Endpoint'));
  const client = new IoTDataPlaneClient({
    endpoint,
    // The SDK refuses FIPS together with an endpoint; the endpoint itself may be a FIPS one.
    ...(endpoint && { useFipsEndpoint: false }),
    requestHandler,
    // The SDK's own retries would come faster than one request a second for a client id.
    maxAttempts: 1,
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

  const confirm = awaySeconds === undefined ? undefined : confirmation(client, paces, awaySeconds * 1000);
  return {
    async end(clientId, calls): Promise<Ending> {
      let calledAt = 0;
      const disconnected = await calls.make(() => {
        calledAt = Date.now();
        return disconnect(clientId);
      });
      if (confirm && !await confirm(clientId, calledAt, calls)) return 'reconnected';
      return disconnected ? 'ended' : 'alreadyGone';
    },
    close: () => client.destroy(),
  };
}

/** Undefined where the SDK finds it in its standard environment variables. */
async function dataEndpoint(given?: string): Promise<string | undefined> {
  if (given) return url(given);
  if (process.env.AWS_ENDPOINT_URL_IOT_DATA_PLANE || process.env.AWS_ENDPOINT_URL) return undefined;
  const control = new IoTClient({ requestHandler });
  try {
    const { endpointAddress } = await control.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }));
    if (!endpointAddress) throw new Error('AWS IoT named none');
    return url(endpointAddress);
  } catch (error) {
    throw new Error(`the data endpoint of AWS IoT could not be found (${described(error)}): allow iot:DescribeEndpoint, or give the construct its endpoint`);
  } finally {
    control.destroy();
  }
}

function url(address: string): string {
  return /^https?:/.test(address) ? address : `https://${address}`;
}
