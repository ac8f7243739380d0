import type { Throttle } from '../quota';
import { AwsError, json, NotImplemented, type Call, type Reply, type Service } from '../service';
import type { MqttBroker } from './broker';
import type { Registry } from './registry';

export const DATA_PLANE_QUOTAS = {
  DeleteConnection: { rate: 100 },
  DeleteConnectionPerClient: { rate: 1 },
  GetConnection: { rate: 100 },
  GetConnectionPerClient: { rate: 1 },
} as const;

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

  handle(call: Call): Promise<Reply> {
    const [, encodedId] = /^\/connections\/([^/]+)$/.exec(call.path) ?? [];
    if (encodedId && call.method === 'DELETE') return this.deleteConnection(call, clientIdOf(encodedId));
    if (encodedId && call.method === 'GET') return this.getConnection(call, clientIdOf(encodedId));
    throw new NotImplemented(`iotdata ${call.method} ${call.path}`);
  }

  private async deleteConnection(call: Call, clientId: string): Promise<Reply> {
    this.admit(call, 'DeleteConnection', clientId);
    const [cleanSession, preventWillMessage] = ['cleanSession', 'preventWillMessage'].map((name) => call.query.get(name) === 'true');
    if (!(await this.broker.disconnect(clientId, cleanSession, preventWillMessage))) throw notFound(clientId);
    return {};
  }

  private async getConnection(call: Call, clientId: string): Promise<Reply> {
    this.admit(call, 'GetConnection', clientId);
    if (call.query.get('includeSocketInformation') === 'true') throw new NotImplemented('iotdata GetConnection includeSocketInformation');
    const connection = await this.broker.connection(clientId);
    if (!connection) throw notFound(clientId);
    return json({ clientId, thingName: this.registry.has(clientId) ? clientId : undefined, ...connection });
  }

  private admit(call: Call, operation: 'DeleteConnection' | 'GetConnection', clientId: string): void {
    call.authorize(`iot:${operation}`, `${this.arnPrefix}client/${clientId}`);
    if (!this.throttle.allows(operation) || !this.throttle.allows(`${operation}PerClient`, clientId)) {
      throw new AwsError('ThrottlingException', 'Rate exceeded', 429);
    }
  }
}

function clientIdOf(encoded: string): string {
  let clientId: string;
  try {
    clientId = decodeURIComponent(encoded);
  } catch {
    throw new AwsError('InvalidRequestException', 'The client ID is not percent-encoded UTF-8');
  }
  if (clientId.startsWith('$') || Buffer.byteLength(clientId) > 128) {
    throw new AwsError('InvalidRequestException', 'The client ID must have 1 to 128 bytes and must not start with $');
  }
  return clientId;
}

function notFound(clientId: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Connection not found for client ID ${clientId}`, 404);
}
