import { Explained } from '../../contract/explained-error';
import type { Fields } from '../../contract/fields';
import { MANAGED_THINGS } from '../../contract/sources/managed-things';
import {
  IoTManagedIntegrationsClient,
  ListManagedThingsCommand,
  type ListManagedThingsCommandInput,
  type ManagedThingSummary,
} from '../clients/managed-integrations';
import { forReading } from '../clients/client-options';
import type { Reads } from '../calls/reads';
import { idIn, listed, walked } from '../reading/pages';
import type { Target } from '../targets/target';

/** Of 10 a second: https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#limits_iot_managed_integrations */
export const LIST_MANAGED_THINGS = { perSecond: 9, burst: 1 };
const PAGE = 100;

/** The account's managed things that a filter finds. */
export async function* managedThings(parameters: Fields, reads: Reads): AsyncGenerator<Target> {
  const client = new IoTManagedIntegrationsClient(forReading('JSON'));
  try {
    yield* listManagedThings(client, MANAGED_THINGS.read(parameters).Filter, reads);
  } finally {
    client.destroy();
  }
}

/** Also for what hangs on a hub. https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_ListManagedThings.html */
export function listManagedThings(client: IoTManagedIntegrationsClient, filter: ListManagedThingsCommandInput, reads: Reads): AsyncGenerator<Target> {
  return walked(reads.paces.of('ListManagedThings', LIST_MANAGED_THINGS), 'managed things', async (NextToken) => {
    const { Items, NextToken: next } = await reads
      .make('iotmanagedintegrations:ListManagedThings', () => client.send(new ListManagedThingsCommand({ ...filter, MaxResults: PAGE, NextToken })))
      .catch((error) => {
        throw new Explained(`managed things could not be listed: ${reads.described(error)}`);
      });
    return { items: listed(Items, 'managed things').map(targetOf), next };
  });
}

export function targetOf({ Id, Role, ParentControllerId }: ManagedThingSummary): Target {
  return { id: idIn(Id, 'the list of managed things'), carries: Role === undefined ? undefined : Role === 'CONTROLLER', hangsOn: ParentControllerId };
}
