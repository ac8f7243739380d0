import { Explained } from '../../contract/explained';
import { MANAGED_INTEGRATIONS } from './rates';
import {
  ListManagedThingsCommand,
  type IoTManagedIntegrationsClient,
  type ListManagedThingsCommandInput,
  type ManagedThingSummary,
} from '../clients/managed-integrations';
import type { Reads } from '../calls/reads';
import type { Target } from '../targets/target';
import { idIn, listed, walked } from '../sources/pages';

const PAGE = 100;

/** https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_ListManagedThings.html */
export function listManagedThings(client: IoTManagedIntegrationsClient, filter: ListManagedThingsCommandInput, reads: Reads): AsyncGenerator<Target> {
  return walked(reads.paces.of('ListManagedThings', MANAGED_INTEGRATIONS), 'managed things', async (NextToken) => {
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
