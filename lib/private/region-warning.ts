import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Warns, no more: AWS may have opened the service in the region since. */
export function warnOutsideRegions(scope: Construct, service: string, id: string, regions: readonly string[]): void {
  const region = Stack.of(scope).region;
  if (Token.isUnresolved(region) || regions.includes(region)) return;
  Annotations.of(scope).addWarningV2(id, `${service} is not known to be in ${region}; it is in ${regions.join(', ')}`);
}
