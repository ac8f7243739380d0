import type { Throttle } from '../quota';
import { restHandler } from '../rest-protocol';
import { AwsError, json, type Api, type Reply, type Service } from '../service';
import { flag, inQuery, only, required, text } from '../shapes';
import type { MqttBroker } from './broker';
import type { Registry } from './registry';

export const DATA_PLANE_QUOTAS = {
  DeleteConnection: { rate: 100 },
  DeleteConnectionPerClient: { rate: 1 },
  GetConnection: { rate: 100 },
  GetConnectionPerClient: { rate: 1 },
} as const;

const CLIENT_ID = required(text({ min: 1, max: 128, pattern: /^[^$].*/ }));

/** DeleteConnection and GetConnection. */
export class DataPlane implements Service {
  // The developer guide's text on signing by hand says iotdevicegateway; the SDKs say iotdata.
  readonly signingNames = ['iotdata', 'iotdevicegateway'];
  readonly protocol = 'rest-json';
  // No word of the action: https://github.com/aws/aws-sdk-js-v3/issues/5562
  readonly denial = { code: 'ForbiddenException', status: 403, message: 'Forbidden' };

  constructor(
    private readonly broker: MqttBroker,
    private readonly registry: Registry,
    private readonly throttle: Throttle<keyof typeof DATA_PLANE_QUOTAS>,
    private readonly arnPrefix: string,
  ) {}

  readonly api: Api<Reply> = {
    name: 'iotdata',
    prefix: 'iot',
    invalid: 'InvalidRequestException',
    admit: (operation, { clientId }) => this.admit(operation as 'DeleteConnection' | 'GetConnection', clientId),
    operations: {
      DeleteConnection: {
        http: 'DELETE /connections/{clientId}',
        members: { clientId: CLIENT_ID, cleanSession: inQuery(flag()), preventWillMessage: inQuery(flag()) },
        on: ({ clientId }) => this.arnOf(clientId),
        handle: async ({ clientId, cleanSession = false, preventWillMessage = false }) => {
          if (!(await this.broker.disconnect(clientId, cleanSession, preventWillMessage))) throw notFound(clientId);
          return {};
        },
      },
      GetConnection: {
        http: 'GET /connections/{clientId}',
        members: { clientId: CLIENT_ID, includeSocketInformation: inQuery(only(flag(), false)) },
        on: ({ clientId }) => this.arnOf(clientId),
        handle: async ({ clientId }) => {
          const connection = await this.broker.connection(clientId);
          if (!connection) throw notFound(clientId);
          return json({ clientId, thingName: this.registry.has(clientId) ? clientId : undefined, ...connection });
        },
      },
    },
  };
  readonly handle = restHandler(this.api);

  private admit(operation: 'DeleteConnection' | 'GetConnection', clientId: string): void {
    if (!this.throttle.allows(operation) || !this.throttle.allows(`${operation}PerClient`, clientId)) {
      throw new AwsError('ThrottlingException', 'Rate exceeded', 429);
    }
  }

  private arnOf(clientId: string): string {
    // The quota is of bytes: https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
    if (Buffer.byteLength(clientId) > 128) throw new AwsError('InvalidRequestException', 'The client ID must have 1 to 128 bytes');
    return `${this.arnPrefix}client/${clientId}`;
  }
}

function notFound(clientId: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Connection not found for client ID ${clientId}`, 404);
}
