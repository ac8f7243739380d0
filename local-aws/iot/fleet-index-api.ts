import { AwsError, json, NotImplemented, type Operations, type Reply } from '../service';
import { integer, oneOf, only, required, structure, text } from '../shapes';
import type { FleetIndex } from './fleet-index';
import { NAME, pageOf } from './rest';

// https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#fleet-indexing-limits
export const FLEET_INDEX_QUOTAS = {
  SearchIndex: { rate: 15 },
  DescribeIndex: { rate: 10 },
  GetIndexingConfiguration: { rate: 20 },
  UpdateIndexingConfiguration: { rate: 1 },
} as const;

/** Only one is known; what another would mean is not documented. */
const QUERY_VERSION = '2017-09-30';
/** The quota page says 500, the API reference 100. */
const MAX_RESULTS = 100;

/** The calls on the fleet index. */
export function fleetIndexOperations(index: FleetIndex, arnPrefix: string): Operations<Reply> {
  const onIndex = ({ indexName = 'AWS_Things' }: { indexName?: string }) => `${arnPrefix}index/${indexName}`;

  function assertThings(indexName: string): void {
    if (indexName === 'AWS_ThingGroups') throw new NotImplemented('the index AWS_ThingGroups');
    if (indexName !== 'AWS_Things') throw new AwsError('ResourceNotFoundException', `Index ${indexName} does not exist`, 404);
  }

  return {
    SearchIndex: {
      http: 'POST /indices/search',
      members: {
        indexName: NAME,
        queryString: required(text({ min: 1 })),
        nextToken: text(),
        maxResults: integer({ min: 1, max: MAX_RESULTS }),
        queryVersion: only(text(), QUERY_VERSION),
      },
      on: onIndex,
      handle: ({ indexName = 'AWS_Things', queryString, maxResults = MAX_RESULTS, nextToken }) => {
        assertThings(indexName);
        const page = pageOf(index.search(queryString), ({ thingName }) => thingName, maxResults, nextToken);
        return json({ things: page.items, nextToken: page.nextToken });
      },
    },
    DescribeIndex: {
      http: 'GET /indices/{indexName}',
      members: { indexName: required(NAME) },
      on: onIndex,
      handle: ({ indexName }) => {
        assertThings(indexName);
        const { status, configuration } = index;
        const schema = `${configuration.thingIndexingMode}${configuration.thingConnectivityIndexingMode === 'STATUS' ? '_AND_CONNECTIVITY_STATUS' : ''}`;
        return json({ indexName, indexStatus: status, schema });
      },
    },
    GetIndexingConfiguration: {
      http: 'GET /indexing/config',
      members: {},
      on: () => '*',
      handle: () => json({ thingIndexingConfiguration: index.configuration, thingGroupIndexingConfiguration: { thingGroupIndexingMode: 'OFF' } }),
    },
    UpdateIndexingConfiguration: {
      http: 'POST /indexing/config',
      members: {
        thingIndexingConfiguration: structure({
          thingIndexingMode: required(oneOf('OFF', 'REGISTRY', 'REGISTRY_AND_SHADOW')),
          thingConnectivityIndexingMode: oneOf('OFF', 'STATUS'),
        }),
      },
      on: () => '*',
      handle: ({ thingIndexingConfiguration }) => {
        if (!thingIndexingConfiguration) throw new NotImplemented('iot UpdateIndexingConfiguration without thingIndexingConfiguration');
        index.configure(thingIndexingConfiguration);
        return json({});
      },
    },
  };
}
