import { inPasses, paged, READER } from './pages';
import {
  IoTManagedIntegrationsClient, ListManagedThingsCommand, type ListManagedThingsCommandInput, type ManagedThingSummary,
} from '../clients/managed-integrations';
import { described } from '../run/failure';
import type { Paces } from '../run/pace';
import { record, type Fields } from '../run/parse';
import { MANAGED_INTEGRATIONS } from '../things/rates';

const PAGE = 100;

/** The account's managed things that a filter finds. */
export async function* managedThings(parameters: Fields, paces: Paces): AsyncGenerator<string> {
  const client = new IoTManagedIntegrationsClient(READER);
  try {
    for await (const { Id } of listManagedThings(client, record(parameters, 'Filter'), paces)) yield Id!;
  } finally {
    client.destroy();
  }
}

/** https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_ListManagedThings.html */
export function listManagedThings(
  client: IoTManagedIntegrationsClient, filter: ListManagedThingsCommandInput, paces: Paces,
): AsyncGenerator<ManagedThingSummary> {
  return inPasses(() => paged(paces.of('ListManagedThings', MANAGED_INTEGRATIONS), async (NextToken) => {
    const { Items = [], NextToken: next } = await client.send(new ListManagedThingsCommand({ ...filter, MaxResults: PAGE, NextToken }))
      .catch((error) => {
        throw new Error(`managed things could not be listed: ${described(error)}`);
      });
    return { items: Items, next };
  }), ({ Id }) => Id!);
}
