/*
 * A client for AWS IoT managed integrations in the form of the SDK's generated clients, with their class, command and error names,
 * so that moving to @aws-sdk/client-iot-managed-integrations is a change of one import.
 */
import { getHostHeaderPlugin, getUserAgentPlugin, resolveHostHeaderConfig, resolveUserAgentConfig, createDefaultUserAgentProvider } from '@aws-sdk/core/client';
import { AwsSdkSigV4Signer, resolveAwsSdkSigV4Config } from '@aws-sdk/core/httpAuthSchemes';
import { AwsRestJsonProtocol } from '@aws-sdk/core/protocols';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { DefaultIdentityProviderConfig, getHttpAuthSchemeEndpointRuleSetPlugin, getHttpSigningPlugin } from '@smithy/core';
import { Sha256 } from '@smithy/core/checksum';
import { Client, makeBuilder, NoOpLogger, normalizeProvider, ServiceException } from '@smithy/core/client';
import {
  loadConfig,
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
  NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS,
  resolveRegionConfig,
} from '@smithy/core/config';
import { getEndpointPlugin, resolveEndpointConfig } from '@smithy/core/endpoints';
import { getContentLengthPlugin, parseUrl } from '@smithy/core/protocols';
import { getRetryPlugin, NODE_MAX_ATTEMPT_CONFIG_OPTIONS, resolveRetryConfig } from '@smithy/core/retry';
import { getSchemaSerdePlugin, TypeRegistry } from '@smithy/core/schema';
import { calculateBodyLength, fromBase64, fromUtf8, toBase64, toUtf8 } from '@smithy/core/serde';
import { NodeHttpHandler, streamCollector } from '@smithy/node-http-handler';
import type {
  AwsCredentialIdentity,
  AwsCredentialIdentityProvider,
  EndpointV2,
  MetadataBearer,
  StaticErrorSchema,
  StaticListSchema,
  StaticOperationSchema,
  StaticStructureSchema,
} from '@smithy/types';

const NAMESPACE = 'com.amazonaws.iotmanagedintegrations';

export interface IoTManagedIntegrationsClientConfig {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  readonly maxAttempts?: number;
  readonly useFipsEndpoint?: boolean;
  readonly requestHandler?: NodeHttpHandler;
}

export interface DeleteManagedThingCommandInput {
  readonly Identifier: string;
  readonly Force?: boolean;
}

export interface GetManagedThingCommandInput {
  readonly Identifier: string;
}

/** Of the model's members, those that are used. */
export interface GetManagedThingCommandOutput extends MetadataBearer {
  readonly ProvisioningStatus?: string;
  readonly Role?: string;
  readonly ParentControllerId?: string;
  readonly ConnectorPolicyId?: string;
  readonly ConnectorDestinationId?: string;
}

/** The filters are those of the service's model. */
export interface ListManagedThingsCommandInput {
  readonly OwnerFilter?: string;
  readonly CredentialLockerFilter?: string;
  readonly RoleFilter?: string;
  readonly ParentControllerIdentifierFilter?: string;
  readonly ConnectorDestinationIdFilter?: string;
  readonly ConnectorDeviceIdFilter?: string;
  readonly SerialNumberFilter?: string;
  readonly ProvisioningStatusFilter?: string;
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

export interface ListManagedThingsCommandOutput extends MetadataBearer {
  readonly Items?: readonly ManagedThingSummary[];
  readonly NextToken?: string;
}

/** Of the model's members, those that are used. */
export interface ManagedThingSummary {
  readonly Id?: string;
  readonly Role?: string;
  readonly ParentControllerId?: string;
}

export class IoTManagedIntegrationsClient extends Client<any, any, any, any> {
  constructor(configuration: IoTManagedIntegrationsClientConfig = {}) {
    const resolvers: Array<(config: any) => any> = [
      resolveUserAgentConfig,
      resolveRetryConfig,
      resolveRegionConfig,
      resolveHostHeaderConfig,
      resolveEndpointConfig,
      resolveAwsSdkSigV4Config,
    ];
    const config = resolvers.reduce((resolved, resolve) => resolve(resolved), runtimeConfig(configuration));
    super(config);
    for (const plugin of [
      getSchemaSerdePlugin(config),
      getUserAgentPlugin(config),
      getRetryPlugin(config),
      getContentLengthPlugin(config),
      getHostHeaderPlugin(config),
      getHttpAuthSchemeEndpointRuleSetPlugin(config, {
        httpAuthSchemeParametersProvider: async (resolved: any) => ({ region: await normalizeProvider(resolved.region)() }) as any,
        identityProviderConfigProvider: async (resolved: any) => new DefaultIdentityProviderConfig({ 'aws.auth#sigv4': resolved.credentials }),
      }),
      getHttpSigningPlugin(config),
    ])
      this.middlewareStack.use(plugin);
  }
}

function runtimeConfig(configuration: IoTManagedIntegrationsClientConfig): any {
  return {
    apiVersion: '2025-03-03',
    serviceId: 'IoT Managed Integrations',
    defaultSigningName: 'iotmanagedintegrations',
    runtime: 'node',
    base64Decoder: fromBase64,
    base64Encoder: toBase64,
    utf8Decoder: fromUtf8,
    utf8Encoder: toUtf8,
    bodyLengthChecker: calculateBodyLength,
    streamCollector,
    urlParser: parseUrl,
    sha256: Sha256,
    logger: new NoOpLogger(),
    authSchemePreference: async () => [],
    credentialDefaultProvider: defaultProvider,
    defaultUserAgentProvider: createDefaultUserAgentProvider({ serviceId: 'IoT Managed Integrations', clientVersion: '0.3.0' }),
    endpointProvider,
    httpAuthSchemeProvider: ({ region }: { region: string }) => [
      {
        schemeId: 'aws.auth#sigv4',
        signingProperties: { name: 'iotmanagedintegrations', region },
        propertiesExtractor: (config: unknown, context: unknown) => ({ signingProperties: { config, context } }),
      },
    ],
    httpAuthSchemes: [
      {
        schemeId: 'aws.auth#sigv4',
        identityProvider: (ipc: DefaultIdentityProviderConfig) => ipc.getIdentityProvider('aws.auth#sigv4'),
        signer: new AwsSdkSigV4Signer(),
      },
    ],
    maxAttempts: loadConfig(NODE_MAX_ATTEMPT_CONFIG_OPTIONS),
    protocol: AwsRestJsonProtocol,
    protocolSettings: {
      defaultNamespace: NAMESPACE,
      errorTypeRegistries: [registry],
      version: '2025-03-03',
      serviceTarget: 'IotManagedIntegrations',
    },
    region: loadConfig(NODE_REGION_CONFIG_OPTIONS, NODE_REGION_CONFIG_FILE_OPTIONS as any),
    retryMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: loadConfig(NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS),
    ...Object.fromEntries(Object.entries(configuration).filter(([, value]) => value !== undefined)),
    requestHandler: configuration.requestHandler ?? new NodeHttpHandler(),
  };
}

/** The suffixes of dual-stack endpoints by the partition's regions; all others have api.aws, as have those of AWS GovCloud (US). */
const DNS_SUFFIXES: ReadonlyArray<[region: RegExp, suffix: string]> = [
  [/^cn-/, 'api.amazonwebservices.com.cn'],
  [/^eusc-/, 'api.amazonwebservices.eu'],
  [/^us-iso-/, 'api.aws.ic.gov'],
  [/^us-isob-/, 'api.aws.scloud'],
  [/^eu-isoe-/, 'api.cloud-aws.adc-e.uk'],
  [/^us-isof-/, 'api.aws.hci.ic.gov'],
];

/** The service's endpoint rule set knows only dual-stack suffixes: it has no amazonaws.com endpoint. */
function endpointProvider({ Endpoint, Region, UseFIPS }: { Endpoint?: string; Region?: string; UseFIPS?: boolean }): EndpointV2 {
  if (Endpoint) return { url: new URL(Endpoint) };
  if (!Region) throw new Error('Invalid Configuration: Missing Region');
  const suffix = DNS_SUFFIXES.find(([region]) => region.test(Region))?.[1] ?? 'api.aws';
  return { url: new URL(`https://api.iotmanagedintegrations${UseFIPS ? '-fips' : ''}.${Region}.${suffix}`) };
}

const registry = new TypeRegistry(NAMESPACE);

export class IoTManagedIntegrationsServiceException extends ServiceException {}
registry.registerError([-3, NAMESPACE, 'IoTManagedIntegrationsServiceException', 0, [], []], IoTManagedIntegrationsServiceException);

/** The model's errors have one member, `Message`. */
function modeled(name: string, status: number) {
  const fault = status < 500 ? 'client' : 'server';
  const error = class extends IoTManagedIntegrationsServiceException {
    constructor(options: any) {
      super({ name, $fault: fault, ...options });
    }
  };
  const schema: StaticErrorSchema = [-3, NAMESPACE, name, { error: fault, httpError: status }, ['Message'], [0]];
  registry.registerError(schema, error);
  return error;
}

export const ValidationException = modeled('ValidationException', 400);
export const UnauthorizedException = modeled('UnauthorizedException', 401);
export const AccessDeniedException = modeled('AccessDeniedException', 403);
export const ResourceNotFoundException = modeled('ResourceNotFoundException', 404);
export const ConflictException = modeled('ConflictException', 409);
export const ThrottlingException = modeled('ThrottlingException', 429);
export const InternalServerException = modeled('InternalServerException', 500);
export const ServiceUnavailableException = modeled('ServiceUnavailableException', 503);

const command = makeBuilder<any, any, MetadataBearer>(
  {
    UseFIPS: { type: 'builtInParams', name: 'useFipsEndpoint' },
    Endpoint: { type: 'builtInParams', name: 'endpoint' },
    Region: { type: 'builtInParams', name: 'region' },
  },
  'IotManagedIntegrations',
  'IoTManagedIntegrationsClient',
  getEndpointPlugin,
);

const LABEL = 1;
const STRING = 0;
const INTEGER = 1;
const BOOLEAN = 2;

/** The wire shapes are in the service's model, API version 2025-03-03. */
const DeleteManagedThing: StaticOperationSchema = [
  9,
  NAMESPACE,
  'DeleteManagedThing',
  { http: ['DELETE', '/managed-things/{Identifier}', 204] },
  () => [
    3,
    NAMESPACE,
    'DeleteManagedThingRequest',
    0,
    ['Identifier', 'Force'],
    [
      [STRING, LABEL],
      [BOOLEAN, { httpQuery: 'Force' }],
    ],
    1,
  ],
  () => 'unit',
];

export class DeleteManagedThingCommand extends command<DeleteManagedThingCommandInput, MetadataBearer>(
  {},
  () => [],
  'DeleteManagedThing',
  DeleteManagedThing,
) {}

const GET_MEMBERS = ['ProvisioningStatus', 'Role', 'ParentControllerId', 'ConnectorPolicyId', 'ConnectorDestinationId'];
const GetManagedThing: StaticOperationSchema = [
  9,
  NAMESPACE,
  'GetManagedThing',
  { http: ['GET', '/managed-things/{Identifier}', 200] },
  () => [3, NAMESPACE, 'GetManagedThingRequest', 0, ['Identifier'], [[STRING, LABEL]], 1],
  () => [3, NAMESPACE, 'GetManagedThingResponse', 0, GET_MEMBERS, GET_MEMBERS.map(() => STRING)],
];

export class GetManagedThingCommand extends command<GetManagedThingCommandInput, GetManagedThingCommandOutput>(
  {},
  () => [],
  'GetManagedThing',
  GetManagedThing,
) {}

const QUERY_MEMBERS = [
  'OwnerFilter',
  'CredentialLockerFilter',
  'RoleFilter',
  'ParentControllerIdentifierFilter',
  'ConnectorDestinationIdFilter',
  'ConnectorDeviceIdFilter',
  'SerialNumberFilter',
  'ProvisioningStatusFilter',
  'NextToken',
];

const ManagedThingSummary: StaticStructureSchema = [3, NAMESPACE, 'ManagedThingSummary', 0, ['Id', 'Role', 'ParentControllerId'], [STRING, STRING, STRING]];
const ManagedThingListDefinition: StaticListSchema = [1, NAMESPACE, 'ManagedThingListDefinition', 0, () => ManagedThingSummary];
const ListManagedThings: StaticOperationSchema = [
  9,
  NAMESPACE,
  'ListManagedThings',
  { http: ['GET', '/managed-things', 200] },
  () => [
    3,
    NAMESPACE,
    'ListManagedThingsRequest',
    0,
    [...QUERY_MEMBERS, 'MaxResults'],
    [...QUERY_MEMBERS.map((httpQuery): [typeof STRING, { httpQuery: string }] => [STRING, { httpQuery }]), [INTEGER, { httpQuery: 'MaxResults' }]],
  ],
  () => [3, NAMESPACE, 'ListManagedThingsResponse', 0, ['Items', 'NextToken'], [() => ManagedThingListDefinition, STRING]],
];

export class ListManagedThingsCommand extends command<ListManagedThingsCommandInput, ListManagedThingsCommandOutput>(
  {},
  () => [],
  'ListManagedThings',
  ListManagedThings,
) {}
