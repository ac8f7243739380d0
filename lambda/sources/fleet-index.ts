import {
  GetIndexingConfigurationCommand,
  IndexNotReadyException,
  InvalidQueryException,
  IoTClient,
  ResourceNotFoundException,
  SearchIndexCommand,
} from '@aws-sdk/client-iot';
import { Explained } from '../../contract/explained-error';
import { idIn, listed, walked } from '../reading/pages';
import { forReading } from '../clients/client-options';
import type { Fields } from '../../contract/fields';
import { FLEET_INDEX, fleetQuery } from '../../contract/sources/fleet-index';
import type { Reads } from '../calls/reads';
import type { Target } from '../targets/target';

/** Of 15: https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#fleet-indexing-limits */
const PAGES = { perSecond: 13.5, burst: 1 };
const INDEX = 'AWS_Things';
const SWITCH_ON =
  'switch it on with "aws iot update-indexing-configuration --thing-indexing-configuration ' +
  'thingIndexingMode=REGISTRY,thingConnectivityIndexingMode=STATUS" and try again once the index is built';

/** The names of the things that a query finds. https://docs.aws.amazon.com/iot/latest/apireference/API_SearchIndex.html */
export async function* fleetIndex(parameters: Fields, reads: Reads): AsyncGenerator<Target> {
  const { Query, IncludeDisconnected } = FLEET_INDEX.read(parameters);
  const queryString = fleetQuery(Query, IncludeDisconnected);
  const client = new IoTClient(forReading('JSON'));
  try {
    if (!IncludeDisconnected) await seeThatConnectivityIsIndexed(client, reads);
    yield* walked(reads.paces.of('SearchIndex', PAGES), 'the fleet index', async (token) => {
      const { things, nextToken } = await reads
        .make(`iot:SearchIndex on index/${INDEX}`, () =>
          client.send(new SearchIndexCommand({ indexName: INDEX, queryString, maxResults: 100, nextToken: token })),
        )
        .catch((error) => {
          throw new Explained(problem(error, queryString, reads));
        });
      return { items: listed(things, 'the fleet index').map(({ thingName }) => ({ id: idIn(thingName, 'the fleet index') })), next: nextToken };
    });
  } finally {
    client.destroy();
  }
}

/** Without it every thing counts as not connected: the query would find none, and nobody would be told. */
async function seeThatConnectivityIsIndexed(client: IoTClient, reads: Reads): Promise<void> {
  const { thingIndexingConfiguration } = await reads
    .make('iot:GetIndexingConfiguration', () => client.send(new GetIndexingConfigurationCommand()))
    .catch((error) => {
      throw new Explained(`the fleet index cannot be searched: ${reads.described(error)}`);
    });
  const { thingIndexingMode = 'OFF', thingConnectivityIndexingMode = 'OFF' } = thingIndexingConfiguration ?? {};
  if (thingIndexingMode === 'OFF') throw new Explained(`the fleet index cannot be searched: thing indexing is off; ${SWITCH_ON}`);
  if (thingConnectivityIndexingMode === 'OFF') {
    throw new Explained(`the fleet index does not know which things are connected: indexing of connectivity is off; ${SWITCH_ON}`);
  }
}

function problem(error: unknown, query: string, reads: Reads): string {
  if (error instanceof ResourceNotFoundException) return `the fleet index cannot be searched: thing indexing is off; ${SWITCH_ON}`;
  if (error instanceof IndexNotReadyException) {
    return `the fleet index is still being built: try again once "aws iot describe-index --index-name ${INDEX}" says ACTIVE`;
  }
  if (error instanceof InvalidQueryException) return `the fleet index refuses the query ${JSON.stringify(query)}: ${reads.described(error)}`;
  return `the fleet index cannot be searched: ${reads.described(error)}`;
}
