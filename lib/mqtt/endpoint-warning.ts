import { Annotations, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Where stand-ins for AWS listen. */
const LOOPBACK = /^http:\/\/(localhost|127(\.\d{1,3}){3})(:\d+)?\/?$/;

/** Warns, no more: whoever has both ends may know what is between. */
export function warnWithoutTls(scope: Construct, endpoint: string): void {
  if (Token.isUnresolved(endpoint) || !endpoint.startsWith('http:') || LOOPBACK.test(endpoint)) return;
  Annotations.of(scope).addWarningV2(
    'cdk-teardown:endpointWithoutTls',
    `the endpoint ${endpoint} is called without TLS: whoever is between can read the signed requests, and answer them. ` +
      'Give it with https://, or as a host name alone, or acknowledge this warning',
  );
}
