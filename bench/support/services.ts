import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
export const SERVICE_NAMES = ['mqtt', 'chat', 'things', 'contacts'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Measured in scenes alone, without peers. */
export type SceneName = 'iot-policies';

export const RESOURCE_TYPES: Readonly<Record<ServiceName | SceneName, string>> = {
  mqtt: 'Custom::MqttDisconnection',
  chat: 'Custom::ChatDisconnection',
  things: 'Custom::ManagedThingDeletion',
  'iot-policies': 'Custom::IotPolicyDetachment',
  contacts: 'Custom::ContactStop',
};

/** What is measured, and against whom. */
export const OWN = 'cdk-teardown';
export const AWS = 'AwsCustomResource';

/** AWS CDK's own handlers. */
const CDK = join(ROOT, 'node_modules', 'aws-cdk-lib');
export const AWS_CUSTOM_RESOURCE = join(CDK, 'custom-resource-handlers', 'dist', 'custom-resources', 'aws-custom-resource-handler', 'index.js');
export const PROVIDER_FRAMEWORK = join(CDK, 'custom-resources', 'lib', 'provider-framework', 'runtime', 'framework.js');

/** How the SDK ends one target. */
export interface SdkCall {
  readonly package: string;
  readonly client: string;
  readonly command: string;
  /** Its parameter that names the target. */
  readonly parameter: string;
  /** Its others. */
  readonly more?: object;
}

/** Of Amazon Connect. */
export const INSTANCE_ID = '0cc2f3f4-1111-4000-8000-000000000000';

export const SDK_CALLS: Readonly<Record<ServiceName, SdkCall>> = {
  mqtt: { package: '@aws-sdk/client-iot-data-plane', client: 'IoTDataPlaneClient', command: 'DeleteConnectionCommand', parameter: 'clientId' },
  chat: {
    package: '@aws-sdk/client-connectparticipant',
    client: 'ConnectParticipantClient',
    command: 'DisconnectParticipantCommand',
    parameter: 'ConnectionToken',
  },
  things: {
    package: '@aws-sdk/client-iot-managed-integrations',
    client: 'IoTManagedIntegrationsClient',
    command: 'DeleteManagedThingCommand',
    parameter: 'Identifier',
  },
  contacts: {
    package: '@aws-sdk/client-connect',
    client: 'ConnectClient',
    command: 'StopContactCommand',
    parameter: 'ContactId',
    more: { InstanceId: INSTANCE_ID },
  },
};

/** The properties with which AwsCustomResource makes one call. */
export function awsCustomResourceProperties(service: ServiceName, target: string): object {
  const { package: name, command, parameter, more } = SDK_CALLS[service];
  const call = {
    service: name,
    action: command.replace(/Command$/, ''),
    parameters: { ...more, [parameter]: target },
    physicalResourceId: { id: 'target' },
  };
  return { Create: JSON.stringify(call), InstallLatestAwsSdk: 'false' };
}

/** The bundle that the package ships. */
export function ownHandler(service: ServiceName | SceneName): string {
  return join(ROOT, 'bundles', service, 'index.mjs');
}
