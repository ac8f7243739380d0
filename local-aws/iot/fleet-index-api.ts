import type { Throttle } from '../quota';
import { AwsError, json, NotImplemented, type Call, type Reply } from '../service';
import type { FleetIndex } from './fleet-index';
import { admit, bodyOf, pageOf, type Operations } from './rest';

// https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#fleet-indexing-limits
export const FLEET_INDEX_QUOTAS = {
  SearchIndex: { rate: 15 },
  DescribeIndex: { rate: 10 },
  GetIndexingConfiguration: { rate: 20 },
  UpdateIndexingConfiguration: { rate: 1 },
} as const;

const MODES = { thingIndexingMode: ['OFF', 'REGISTRY', 'REGISTRY_AND_SHADOW'], thingConnectivityIndexingMode: ['OFF', 'STATUS', undefined] };
/** Only one is known; what another would mean is not documented. */
const QUERY_VERSION = '2017-09-30';
/** The quota page says 500, the API reference 100. */
const MAX_RESULTS = 100;

/** The calls on the fleet index. */
export function fleetIndexOperations(index: FleetIndex, throttle: Throttle<keyof typeof FLEET_INDEX_QUOTAS>, arnPrefix: string): Operations {
  function onIndex(call: Call, action: 'SearchIndex' | 'DescribeIndex', name: string): void {
    call.authorize(`iot:${action}`, `${arnPrefix}index/${name}`);
    admit(throttle, action);
    if (name === 'AWS_ThingGroups') throw new NotImplemented('the index AWS_ThingGroups');
    if (name !== 'AWS_Things') throw new AwsError('ResourceNotFoundException', `Index ${name} does not exist`, 404);
  }

  function onConfiguration(call: Call, action: 'GetIndexingConfiguration' | 'UpdateIndexingConfiguration'): void {
    call.authorize(`iot:${action}`, '*');
    admit(throttle, action);
  }

  function search(call: Call): Reply {
    const { indexName = 'AWS_Things', queryString, queryVersion = QUERY_VERSION, maxResults = MAX_RESULTS, nextToken } = bodyOf(call);
    onIndex(call, 'SearchIndex', indexName);
    if (typeof queryString !== 'string' || queryString === '') throw new AwsError('InvalidRequestException', 'queryString is missing');
    if (queryVersion !== QUERY_VERSION) throw new NotImplemented(`query version ${queryVersion}`);
    const page = pageOf(index.search(queryString), ({ thingName }) => thingName, maxResults, MAX_RESULTS, nextToken);
    return json({ things: page.items, nextToken: page.nextToken });
  }

  function describe(call: Call, name: string): Reply {
    onIndex(call, 'DescribeIndex', name);
    const { status, configuration } = index;
    const schema = `${configuration.thingIndexingMode}${configuration.thingConnectivityIndexingMode === 'STATUS' ? '_AND_CONNECTIVITY_STATUS' : ''}`;
    return json({ indexName: name, indexStatus: status, schema });
  }

  function getConfiguration(call: Call): Reply {
    onConfiguration(call, 'GetIndexingConfiguration');
    return json({ thingIndexingConfiguration: index.configuration, thingGroupIndexingConfiguration: { thingGroupIndexingMode: 'OFF' } });
  }

  function updateConfiguration(call: Call): Reply {
    onConfiguration(call, 'UpdateIndexingConfiguration');
    const { thingIndexingConfiguration, ...others } = bodyOf(call);
    if (!thingIndexingConfiguration) throw new NotImplemented('iot UpdateIndexingConfiguration without thingIndexingConfiguration');
    const { thingIndexingMode, thingConnectivityIndexingMode, ...rest } = thingIndexingConfiguration;
    const [unknown] = Object.keys({ ...others, ...rest });
    if (unknown) throw new NotImplemented(`iot UpdateIndexingConfiguration with ${unknown}`);
    if (!MODES.thingIndexingMode.includes(thingIndexingMode) || !MODES.thingConnectivityIndexingMode.includes(thingConnectivityIndexingMode)) {
      throw new AwsError('InvalidRequestException', 'The thing indexing configuration is not valid');
    }
    index.configure({ thingIndexingMode, thingConnectivityIndexingMode });
    return json({});
  }

  return {
    'POST /indices/search': search,
    'GET /indices/{name}': describe,
    'GET /indexing/config': getConfiguration,
    'POST /indexing/config': updateConfiguration,
  };
}
