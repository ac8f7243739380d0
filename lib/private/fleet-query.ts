/** https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#fleet-indexing-limits */
export const MAX_QUERY_LENGTH = 1000;

/** What the fleet index is asked for. Used at synth, for its length, and by the handler. */
export function fleetQuery(query: string, includeDisconnected: boolean): string {
  return includeDisconnected ? query : `(${query}) AND connectivity.connected:true`;
}
