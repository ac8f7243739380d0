import {
  GetIndexingConfigurationCommand, IndexNotReadyException, InvalidQueryException, IoTClient, ResourceNotFoundException, SearchIndexCommand,
} from '@aws-sdk/client-iot';
import { inPasses, itself, paged, READER } from './pages';
import { fleetQuery } from '../../lib/private/fleet-query';
import { described } from '../run/failure';
import type { Paces } from '../run/pace';
import { bool, optional, text, type Fields } from '../run/parse';

/** Of 15: https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#fleet-indexing-limits */
const PAGES = { perSecond: 13.5, burst: 1 };
const INDEX = 'AWS_Things';
const SWITCH_ON = 'switch it on with "aws iot update-indexing-configuration --thing-indexing-configuration '
  + 'thingIndexingMode=REGISTRY,thingConnectivityIndexingMode=STATUS" and try again once the index is built';

/** The names of the things that a query finds. https://docs.aws.amazon.com/iot/latest/apireference/API_SearchIndex.html */
export async function* fleetIndex(parameters: Fields, paces: Paces): AsyncGenerator<string> {
  const includeDisconnected = optional(bool)(parameters, 'IncludeDisconnected') ?? false;
  const queryString = fleetQuery(text(parameters, 'Query'), includeDisconnected);
  const client = new IoTClient(READER);
  const pace = paces.of('SearchIndex', PAGES);
  try {
    if (!includeDisconnected) await seeThatConnectivityIsIndexed(client);
    yield* inPasses(() => paged(pace, async (token) => {
      const { things = [], nextToken } = await client.send(new SearchIndexCommand({ indexName: INDEX, queryString, maxResults: 100, nextToken: token }))
        .catch((error) => {
          throw new Error(problem(error, queryString));
        });
      return { items: things.map(({ thingName }) => thingName!), next: nextToken };
    }), itself);
  } finally {
    client.destroy();
  }
}

/** Without it every thing counts as not connected: the query would find none, and nobody would be told. */
async function seeThatConnectivityIsIndexed(client: IoTClient): Promise<void> {
  const { thingIndexingConfiguration } = await client.send(new GetIndexingConfigurationCommand()).catch((error) => {
    throw new Error(`the fleet index cannot be searched: ${described(error)}`);
  });
  const { thingIndexingMode = 'OFF', thingConnectivityIndexingMode = 'OFF' } = thingIndexingConfiguration ?? {};
  if (thingIndexingMode === 'OFF') throw new Error(`the fleet index cannot be searched: thing indexing is off; ${SWITCH_ON}`);
  if (thingConnectivityIndexingMode === 'OFF') {
    throw new Error(`the fleet index does not know which things are connected: indexing of connectivity is off; ${SWITCH_ON}`);
  }
}

function problem(error: unknown, query: string): string {
  if (error instanceof ResourceNotFoundException) return `the fleet index cannot be searched: thing indexing is off; ${SWITCH_ON}`;
  if (error instanceof IndexNotReadyException) {
    return `the fleet index is still being built: try again once "aws iot describe-index --index-name ${INDEX}" says ACTIVE`;
  }
  if (error instanceof InvalidQueryException) return `the fleet index refuses the query ${JSON.stringify(query)}: ${described(error)}`;
  return `the fleet index cannot be searched: ${described(error)}`;
}
