import { inPasses, paged, READER } from './pages';
import { IoTManagedIntegrationsClient, ListManagedThingsCommand } from '../clients/managed-integrations';
import { described } from '../run/failure';
import { Pace } from '../run/pace';
import { record, type Fields } from '../run/parse';

/** Of 10: https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#limits_iot_managed_integrations */
const PAGES_PER_SECOND = 9;
const PAGE = 100;

/** The account's managed things that a filter finds. https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_ListManagedThings.html */
export async function* managedThings(parameters: Fields): AsyncGenerator<string> {
  const filter = record(parameters, 'Filter');
  const client = new IoTManagedIntegrationsClient(READER);
  const pace = new Pace(PAGES_PER_SECOND);
  try {
    yield* inPasses(() => paged(pace, async (NextToken) => {
      const { Items = [], NextToken: next } = await client.send(new ListManagedThingsCommand({ ...filter, MaxResults: PAGE, NextToken }))
        .catch((error) => {
          throw new Error(`managed things could not be listed: ${described(error)}`);
        });
      return { items: Items.map(({ Id }) => Id!), next };
    }));
  } finally {
    client.destroy();
  }
}
