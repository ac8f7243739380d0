import { inPasses, paged, READER } from './pages';
import { IoTManagedIntegrationsClient, ListManagedThingsCommand, type ListManagedThingsCommandInput } from '../clients/managed-integrations';
import { described } from '../run/failure';
import type { Paces } from '../run/pace';
import { record, type Fields } from '../run/parse';
import { MANAGED_INTEGRATIONS } from '../things/rate';

const PAGE = 100;

/** The account's managed things that a filter finds. */
export async function* managedThings(parameters: Fields, paces: Paces): AsyncGenerator<string> {
  const client = new IoTManagedIntegrationsClient(READER);
  try {
    yield* listManagedThings(client, record(parameters, 'Filter'), paces);
  } finally {
    client.destroy();
  }
}

/** https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_ListManagedThings.html */
export function listManagedThings(
  client: IoTManagedIntegrationsClient, filter: ListManagedThingsCommandInput, paces: Paces,
): AsyncGenerator<string> {
  return inPasses(() => paged(paces.of('ListManagedThings', MANAGED_INTEGRATIONS), async (NextToken) => {
    const { Items = [], NextToken: next } = await client.send(new ListManagedThingsCommand({ ...filter, MaxResults: PAGE, NextToken }))
      .catch((error) => {
        throw new Error(`managed things could not be listed: ${described(error)}`);
      });
    return { items: Items.map(({ Id }) => Id!), next };
  }));
}
