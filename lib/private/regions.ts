import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

interface Availability {
  /** The service's name. */
  readonly service: string;
  /** Of the warning. */
  readonly id: string;
  /** Where the service is. */
  readonly regions: readonly string[];
}

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
export const IOT_CORE: Availability = {
  service: 'AWS IoT Core',
  id: 'cdk-teardown:iotRegion',
  regions: [
    'ap-east-1',
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-south-1',
    'ap-southeast-1',
    'ap-southeast-2',
    'ap-southeast-5',
    'ca-central-1',
    'cn-north-1',
    'cn-northwest-1',
    'eu-central-1',
    'eu-north-1',
    'eu-south-1',
    'eu-south-2',
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'il-central-1',
    'me-central-1',
    'me-south-1',
    'sa-east-1',
    'us-east-1',
    'us-east-2',
    'us-gov-east-1',
    'us-gov-west-1',
    'us-west-1',
    'us-west-2',
  ],
};

/** https://docs.aws.amazon.com/general/latest/gr/connect_region.html */
export const CONNECT_PARTICIPANT: Availability = {
  service: 'Amazon Connect Participant Service',
  id: 'cdk-teardown:connectParticipantRegion',
  regions: [
    'af-south-1',
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-southeast-1',
    'ap-southeast-2',
    'ca-central-1',
    'eu-central-1',
    'eu-west-2',
    'us-east-1',
    'us-gov-west-1',
    'us-west-2',
  ],
};

/** By the same page. */
export const AMAZON_CONNECT: Availability = { ...CONNECT_PARTICIPANT, service: 'Amazon Connect', id: 'cdk-teardown:connectRegion' };

/** https://docs.aws.amazon.com/iot-mi/latest/devguide/what-is-managedintegrations.html */
export const MANAGED_INTEGRATIONS: Availability = {
  service: 'AWS IoT managed integrations',
  id: 'cdk-teardown:managedIntegrationsRegion',
  regions: ['ca-central-1', 'eu-west-1'],
};

/** Warns, no more: AWS may have opened the service in the region since. */
export function warnOutsideRegions(scope: Construct, { service, id, regions }: Availability): void {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region) || regions.includes(region)) return;
  Annotations.of(scope).addWarningV2(id, `${service} is not known to be in ${region}; it is in ${regions.join(', ')}`);
}
