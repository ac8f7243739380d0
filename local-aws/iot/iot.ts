import type { ResourceTypes } from '../cloudformation/resource-type';
import { Throttle, type Quotas } from '../quota';
import type { Service } from '../service';
import { MqttBroker } from './broker';
import { CONTROL_PLANE_QUOTAS, ControlPlane } from './control-plane';
import { DATA_PLANE_QUOTAS, DataPlane } from './data-plane';
import { Policies } from './policies';
import { Registry, type Thing } from './registry';
import { iotResourceTypes } from './resource-types';

// https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
const DOCUMENTED = { ...DATA_PLANE_QUOTAS, ...CONTROL_PLANE_QUOTAS };

export interface IotOptions {
  readonly region: string;
  readonly account: string;
  readonly quotas?: Quotas<keyof typeof DOCUMENTED>;
  /** What DescribeEndpoint answers. @default - a host name as real IoT gives it */
  readonly endpointAddress?: string;
  /** @default Date.now */
  readonly now?: () => number;
}

/** IoT Core: an MQTT broker, the calls that end and describe connections, things and policies. */
export class Iot {
  readonly services: Service[];
  readonly resourceTypes: ResourceTypes;
  /** May be set later: the address of the stand-in is not known before it listens. */
  endpointAddress: string;
  private readonly arnPrefix: string;
  private readonly registry: Registry;
  private readonly policies: Policies;
  private readonly broker: MqttBroker;

  constructor(options: IotOptions) {
    const { region, account, now = Date.now } = options;
    this.endpointAddress = options.endpointAddress ?? `a1b2c3d4e5f6g7-ats.iot.${region}.amazonaws.com`;
    this.arnPrefix = `arn:aws:iot:${region}:${account}:`;
    this.registry = new Registry(this.arnPrefix);
    this.policies = new Policies(this.arnPrefix);
    this.broker = new MqttBroker({ now, allowsConnect: (principal, clientId) => this.policies.allowsConnect(principal, clientId) });
    const throttle = new Throttle(DOCUMENTED, options.quotas);
    this.services = [
      new DataPlane(this.broker, this.registry, throttle, this.arnPrefix),
      new ControlPlane(this.registry, this.policies, throttle, this.arnPrefix, () => this.endpointAddress),
    ];
    this.resourceTypes = iotResourceTypes(this.registry, this.policies);
  }

  /** Where MQTT clients connect, with their certificate's ARN or id as username. */
  get brokerUrl(): string {
    return this.broker.url;
  }

  start(): Promise<void> {
    return this.broker.start();
  }

  stop(): Promise<void> {
    return this.broker.stop();
  }

  /** The ARN of a certificate: 64 hex digits. */
  principal(certificateId: string): string {
    return `${this.arnPrefix}cert/${certificateId}`;
  }

  async isConnected(clientId: string): Promise<boolean> {
    return (await this.broker.connection(clientId))?.connected ?? false;
  }

  createThing(name: string, attributes?: Record<string, string>): Thing {
    return this.registry.create(name, attributes);
  }

  deleteThing(name: string): void {
    this.registry.delete(name);
  }

  /** Its ARN. */
  createPolicy(name: string, document: string | object): string {
    return this.policies.create(name, document).arn;
  }

  deletePolicy(name: string): void {
    this.policies.delete(name);
  }

  attachPolicy(name: string, principal: string): void {
    this.policies.attach(name, principal);
  }

  detachPolicy(name: string, principal: string): void {
    this.policies.detach(name, principal);
  }
}
