import { flag, notBlank, withDefault } from '../fields';
import { SourceContract } from '../source';

/** The things that a query finds. */
export const FLEET_INDEX = new SourceContract('fleetIndex', { Query: notBlank, IncludeDisconnected: withDefault(flag, false) });

/** https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#fleet-indexing-limits */
export const MAX_QUERY_LENGTH = 1000;

/** What the fleet index is asked for. */
export function fleetQuery(query: string, includeDisconnected: boolean): string {
  return includeDisconnected ? query : `(${query}) AND connectivity.connected:true`;
}
