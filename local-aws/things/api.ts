import type { Throttle } from '../quota';
import { restHandler } from '../rest-protocol';
import { AwsError, json, type Api, type Reply, type Service } from '../service';
import { flag, inQuery, integer, map, oneOf, required, text } from '../shapes';
import { listManagedThings } from './list';
import { PROVISIONING_STATUSES, type ThingStore } from './store';

const TEN = { rate: 10 };
export const THINGS_QUOTAS = {
  CreateManagedThing: TEN,
  UpdateManagedThing: TEN,
  DeleteManagedThing: TEN,
  GetManagedThing: TEN,
  ListManagedThings: TEN,
  DeleteCredentialLocker: TEN,
} as const;

const THING_ID = required(text({ min: 1, max: 64, pattern: /[a-zA-Z0-9:_-]*/ }));
const LOCKER_ID = text({ min: 1, max: 64, pattern: /[a-zA-Z0-9]*/ });
const OWNER = text({ min: 1, max: 64, pattern: /[a-zA-Z0-9_.,@-]+/, sensitive: true });
const ROLE = oneOf('CONTROLLER', 'DEVICE');
const WORDS = text({ min: 1, max: 128, pattern: /[A-Za-z0-9-_ ]+/, sensitive: true });
const CONNECTOR_ID = text({ min: 1, max: 64, pattern: /[A-Za-z0-9-_]+/ });
const CLIENT_TOKEN = text({ min: 1, max: 64, pattern: /[a-zA-Z0-9=_-]+/ });
const TAGS = map(text({ min: 1, max: 128 }), text({ min: 0, max: 256 }), { min: 1, max: 50 });
export const UPDATABLE = {
  Owner: OWNER,
  CredentialLockerId: LOCKER_ID,
  SerialNumber: WORDS,
  Brand: WORDS,
  Model: WORDS,
  Name: text({ min: 1, max: 128, pattern: /[\p{L}\p{N} ._-]+/u }),
  Classification: text({ min: 1, max: 64, sensitive: true }),
  MetaData: map(text({ min: 0, max: 128, pattern: /.*[a-zA-Z0-9_.,@/:#-]+.*/ }), text({ min: 0, max: 800, pattern: /.*[a-zA-Z0-9_.,@/:#-]*.*/ }), {
    min: 1,
    max: 50,
  }),
};
export const CREATED = {
  Role: required(ROLE),
  Tags: TAGS,
  AuthenticationMaterial: required(text({ min: 1, max: 512, pattern: /[0-9A-Za-z!#$%&()*+\-;<=>?@^_`{|}~/: {},\\"]+/, sensitive: true })),
  AuthenticationMaterialType: required(
    oneOf('CUSTOM_PROTOCOL_QR_BAR_CODE', 'WIFI_SETUP_QR_BAR_CODE', 'ZWAVE_QR_BAR_CODE', 'ZIGBEE_QR_BAR_CODE', 'DISCOVERED_DEVICE', 'PRE_ONBOARDED_CLOUD'),
  ),
};
export const HUB_NETWORK_MODE = oneOf('STANDARD', 'NETWORK_WIDE_EXCLUSION');
export const LOCKER = { Name: text({ min: 1, max: 128, pattern: /[A-Za-z0-9-_ ]+/ }), Tags: TAGS };
const NO_CONTENT: Reply = { status: 204 };

/** IoT Managed integrations: managed things and credential lockers. */
export class ThingsApi implements Service {
  readonly signingNames = ['iotmanagedintegrations'];
  readonly protocol = 'rest-json';
  readonly denial = { code: 'AccessDeniedException', status: 403 };

  constructor(
    private readonly store: ThingStore,
    private readonly arnPrefix: string,
    private readonly throttle: Throttle<keyof typeof THINGS_QUOTAS>,
  ) {}

  readonly api: Api<Reply> = {
    name: 'iotmanagedintegrations',
    prefix: 'iotmanagedintegrations',
    invalid: 'ValidationException',
    admit: (operation) => {
      if (!this.throttle.allows(operation)) throw new AwsError('ThrottlingException', 'Rate exceeded', 429);
    },
    operations: {
      CreateManagedThing: {
        http: 'POST /managed-things',
        members: { ...CREATED, ...UPDATABLE, ClientToken: CLIENT_TOKEN },
        on: () => '*',
        handle: ({ AuthenticationMaterial: _m, AuthenticationMaterialType: _t, ClientToken: _c, ...fields }) => {
          const { Id, Arn, CreatedAt } = this.store.create(fields, { ProvisioningStatus: 'UNASSOCIATED' });
          return json({ Id, Arn, CreatedAt }, 201);
        },
      },
      ListManagedThings: {
        http: 'GET /managed-things',
        members: {
          OwnerFilter: inQuery(OWNER),
          CredentialLockerFilter: inQuery(LOCKER_ID),
          RoleFilter: inQuery(ROLE),
          ParentControllerIdentifierFilter: inQuery(text({ min: 1, max: 64, pattern: /[A-Za-z0-9]+/ })),
          ConnectorPolicyIdFilter: inQuery(CONNECTOR_ID),
          ConnectorDestinationIdFilter: inQuery(CONNECTOR_ID),
          ConnectorDeviceIdFilter: inQuery(text({ min: 1, max: 256, pattern: /[a-zA-Z0-9_.,@-]+/, sensitive: true })),
          SerialNumberFilter: inQuery(WORDS),
          ProvisioningStatusFilter: inQuery(oneOf(...PROVISIONING_STATUSES)),
          NextToken: inQuery(text({ min: 1, max: 65535, pattern: /[a-zA-Z0-9=_-]+/ })),
          MaxResults: inQuery(integer({ min: 1, max: 1000 })),
        },
        on: () => '*',
        handle: (input) => json(listManagedThings(this.store.list(), input)),
      },
      GetManagedThing: {
        http: 'GET /managed-things/{Identifier}',
        members: { Identifier: THING_ID },
        on: ({ Identifier }) => this.thing(Identifier),
        handle: ({ Identifier }) => json(this.store.get(Identifier)),
      },
      UpdateManagedThing: {
        http: 'PUT /managed-things/{Identifier}',
        members: { Identifier: THING_ID, ...UPDATABLE, HubNetworkMode: HUB_NETWORK_MODE },
        on: ({ Identifier }) => this.thing(Identifier),
        handle: ({ Identifier, ...fields }) => {
          this.store.update(Identifier, fields);
          return NO_CONTENT;
        },
      },
      DeleteManagedThing: {
        http: 'DELETE /managed-things/{Identifier}',
        members: { Identifier: THING_ID, Force: inQuery(flag()) },
        on: ({ Identifier }) => this.thing(Identifier),
        handle: ({ Identifier, Force = false }) => {
          this.store.delete(Identifier, Force);
          return NO_CONTENT;
        },
      },
      CreateCredentialLocker: {
        http: 'POST /credential-lockers',
        members: { ...LOCKER, ClientToken: CLIENT_TOKEN },
        on: () => '*',
        handle: ({ Name, Tags }) => {
          const { Id, Arn, CreatedAt } = this.store.createLocker({ Name, Tags });
          return json({ Id, Arn, CreatedAt }, 201);
        },
      },
      GetCredentialLocker: {
        http: 'GET /credential-lockers/{Identifier}',
        members: { Identifier: required(LOCKER_ID) },
        on: ({ Identifier }) => this.locker(Identifier),
        handle: ({ Identifier }) => json(this.store.locker(Identifier)),
      },
      DeleteCredentialLocker: {
        http: 'DELETE /credential-lockers/{Identifier}',
        members: { Identifier: required(LOCKER_ID) },
        on: ({ Identifier }) => this.locker(Identifier),
        handle: ({ Identifier }) => {
          this.store.deleteLocker(Identifier);
          return {};
        },
      },
    },
  };
  readonly handle = restHandler(this.api);

  private thing(id: string): string {
    return `${this.arnPrefix}managed-thing/${id}`;
  }

  private locker(id: string): string {
    return `${this.arnPrefix}credential-locker/${id}`;
  }
}
