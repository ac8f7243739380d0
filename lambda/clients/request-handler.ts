/**
 * For every client: without limits a call that nobody answers, in a VPC without a route for instance, would outlast the function, and
 * CloudFormation would wait in vain.
 */
export const requestHandler = {
  connectionTimeout: 3_000,
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
  // The run decides how many calls are under way.
  httpsAgent: { maxSockets: Infinity },
  httpAgent: { maxSockets: Infinity },
};
