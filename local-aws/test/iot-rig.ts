import { once, type EventEmitter } from 'node:events';
import { IoTClient, SearchIndexCommand, type SearchIndexCommandInput } from '@aws-sdk/client-iot';
import { DeleteConnectionCommand, GetConnectionCommand, IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { ResourceContext } from '../cloudformation/resource-type';
import { Iot, type IotOptions } from '../iot/iot';
import { AwsServer, type Authority } from '../server';

export const ARN = 'arn:aws:iot:ca-central-1:123456789012:';
export const CERTIFICATE = 'a1'.repeat(32);
export const EVERYTHING = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }],
};
export const allowConnect = (resource: string | string[], effect = 'Allow') => ({
  Version: '2012-10-17',
  Statement: { Effect: effect, Action: ['iot:Connect'], Resource: resource },
});
export const CONTEXT: ResourceContext = {
  stackId: 's',
  stackName: 'stack',
  logicalId: 'L',
  region: 'ca-central-1',
  account: '123456789012',
  generatedName: () => 'stack-L-x',
};

/** IoT alone, with the SDK's clients that call it and MQTT clients that connect to it. */
export class IotRig {
  iot!: Iot;
  control!: IoTClient;
  url!: string;
  data!: IoTDataPlaneClient;
  private server!: AwsServer;
  private readonly devices: MqttClient[] = [];

  async start(options: Partial<IotOptions> = {}, check: Authority['check'] = () => {}): Promise<void> {
    this.iot = new Iot({ region: 'ca-central-1', account: '123456789012', quotas: 'none', ...options });
    await this.iot.start();
    this.server = new AwsServer(this.iot.services, { callerOf: () => ({ kind: 'operator' }), check }, 'ca-central-1');
    this.url = await this.server.listen();
    const config = { region: 'ca-central-1', endpoint: this.url, credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' }, maxAttempts: 1 };
    this.control = new IoTClient(config);
    this.data = new IoTDataPlaneClient(config);
  }

  async stop(): Promise<void> {
    // A clock that stands still would keep the clients from ending.
    jest.restoreAllMocks();
    await Promise.all(this.devices.splice(0).map((device) => device.endAsync(true)));
    this.control.destroy();
    this.data.destroy();
    await this.iot.stop();
    await this.server.close();
  }

  /** Lets devices do everything. */
  allow(): void {
    this.iot.createPolicy('everything', EVERYTHING);
    this.iot.attachPolicy('everything', this.iot.principal(CERTIFICATE));
  }

  /** One that connects, or is refused, later. */
  connecting(clientId: string, options: IClientOptions = {}): MqttClient {
    const client = connect(this.iot.brokerUrl, { clientId, username: CERTIFICATE, protocolVersion: 4, reconnectPeriod: 0, ...options });
    this.devices.push(client);
    client.on('error', () => {});
    return client;
  }

  /** Resolves when connected, rejects when refused. */
  async device(clientId: string, options: IClientOptions = {}): Promise<MqttClient> {
    const client = this.connecting(clientId, options);
    await new Promise<void>((resolve, reject) => client.once('connect', () => resolve()).once('error', reject));
    return client;
  }

  end(clientId: string, how: { cleanSession?: boolean; preventWillMessage?: boolean } = {}) {
    return this.data.send(new DeleteConnectionCommand({ clientId, ...how }));
  }

  ask(clientId: string) {
    return this.data.send(new GetConnectionCommand({ clientId }));
  }
}

/** One whose fleet index is asked, at a time that the test chooses. */
export class FleetIndexRig extends IotRig {
  static readonly START = 1_790_000_000_000;
  now = FleetIndexRig.START;

  override async start(options: Partial<IotOptions> = {}, check?: Authority['check']): Promise<void> {
    this.now = FleetIndexRig.START;
    await super.start({ now: () => this.now, ...options }, check);
    this.allow();
  }

  switchOn(thingConnectivityIndexingMode: 'OFF' | 'STATUS' = 'STATUS'): void {
    this.iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode });
  }

  search(queryString: string, how: Partial<SearchIndexCommandInput> = {}) {
    return this.control.send(new SearchIndexCommand({ queryString, ...how }));
  }

  async names(queryString: string) {
    return (await this.search(queryString)).things!.map(({ thingName }) => thingName);
  }

  async disconnect(device: MqttClient): Promise<void> {
    await device.endAsync();
    while (await this.iot.isConnected(device.options.clientId!)) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The status and name that AWS's error has. */
export const error = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (e) => `${e.$metadata?.httpStatusCode} ${e.name}`,
  );
// mqtt's typed emitter is none to node:events.
export const event = (client: MqttClient, name: string) => once(client as unknown as EventEmitter, name);
