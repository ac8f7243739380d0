import type { ResourceTypes } from '../cloudformation/resource-type';
import { Throttle, type Quotas } from '../quota';
import type { Service } from '../service';
import { MqttBroker, type OfflineSession } from './broker';
import { Certificates } from './certificates';
import { CONTROL_PLANE_QUOTAS, ControlPlane } from './control-plane';
import { DATA_PLANE_QUOTAS, DataPlane } from './data-plane';
import { DomainConfigurations } from './domain-configurations';
import { FleetIndex, type IndexingConfiguration } from './fleet-index';
import { FLEET_INDEX_QUOTAS, fleetIndexOperations } from './fleet-index-api';
import { Policies } from './policies';
import { Registry, type Thing } from './registry';
import { iotResourceTypes } from './resource-types';
import { THING_GROUP_QUOTAS, thingGroupOperations } from './thing-group-api';
import { ThingGroups, type ThingGroup, type ThingGroupProperties } from './thing-groups';

// https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
const DOCUMENTED = { ...DATA_PLANE_QUOTAS, ...CONTROL_PLANE_QUOTAS, ...THING_GROUP_QUOTAS, ...FLEET_INDEX_QUOTAS };

export interface IotOptions {
  readonly region: string;
  readonly account: string;
  readonly quotas?: Quotas<keyof typeof DOCUMENTED>;
  /** What DescribeEndpoint answers. @default - a host name as real IoT gives it */
  readonly endpointAddress?: string;
  /** @default ENDED */
  readonly offlineSession?: OfflineSession;
  /**
   * Milliseconds that a policy which was changed or detached, or detached and deleted, still lets a client in as before.
   * @default 0 - AWS takes 6 to 8 minutes: https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html
   */
  readonly policyDelayMs?: number;
  /**
   * Milliseconds that a policy which was detached is not ready to be deleted.
   * @default 0 - AWS takes up to five minutes: https://docs.aws.amazon.com/iot/latest/apireference/API_DetachPolicy.html
   */
  readonly policyDeletionDelayMs?: number;
  /** Milliseconds that the fleet index's connectivity is behind the broker. @default 0 */
  readonly indexDelayMs?: number;
  /** Milliseconds that the fleet index is built for once it is switched on. @default 0 - AWS takes a minute or so */
  readonly indexBuildMs?: number;
  /** @default Date.now */
  readonly now?: () => number;
}

/** IoT Core: an MQTT broker, the calls that end and describe connections, things, their groups and index, policies. */
export class Iot {
  readonly services: Service[];
  readonly resourceTypes: ResourceTypes;
  /** May be set later: the address of the stand-in is not known before it listens. */
  endpointAddress: string;
  private readonly arnPrefix: string;
  private readonly registry: Registry;
  private readonly policies: Policies;
  private readonly certificates: Certificates;
  private readonly groups: ThingGroups;
  private readonly index: FleetIndex;
  private readonly broker: MqttBroker;
  private readonly domains: DomainConfigurations;

  constructor(options: IotOptions) {
    const { region, account, now = Date.now } = options;
    this.endpointAddress = options.endpointAddress ?? `a1b2c3d4e5f6g7-ats.iot.${region}.amazonaws.com`;
    this.arnPrefix = `arn:aws:iot:${region}:${account}:`;
    this.registry = new Registry(this.arnPrefix);
    this.policies = new Policies(this.arnPrefix, { now, delayMs: options.policyDelayMs ?? 0, deletionDelayMs: options.policyDeletionDelayMs ?? 0 });
    this.certificates = new Certificates(this.arnPrefix, this.policies);
    this.groups = new ThingGroups(this.arnPrefix, this.registry, now);
    this.index = new FleetIndex({
      registry: this.registry,
      groups: this.groups,
      now,
      buildMs: options.indexBuildMs ?? 0,
      delayMs: options.indexDelayMs ?? 0,
    });
    this.broker = new MqttBroker({
      now,
      offlineSession: options.offlineSession ?? 'ENDED',
      allowsConnect: (principal, clientId) => this.certificates.mayConnect(principal) && this.policies.allowsConnect(principal, clientId),
      presence: (clientId, presence) => this.index.record(clientId, presence),
    });
    const throttle = new Throttle(DOCUMENTED, options.quotas);
    const operations = {
      ...this.certificates.operations,
      ...thingGroupOperations(this.groups, this.arnPrefix),
      ...fleetIndexOperations(this.index, this.arnPrefix),
    };
    this.services = [
      new DataPlane(this.broker, this.registry, throttle, this.arnPrefix),
      new ControlPlane(this.registry, this.policies, throttle, this.arnPrefix, () => this.endpointAddress, operations),
    ];
    this.domains = new DomainConfigurations(this.broker, this.arnPrefix);
    this.resourceTypes = { ...iotResourceTypes(this.registry, this.policies, this.groups), ...this.domains.resourceTypes };
  }

  /** Where MQTT clients connect, with their certificate's ARN or id as username. */
  get brokerUrl(): string {
    return this.broker.url;
  }

  /** The same for a domain of the account's own. */
  brokerUrlOf(domainName: string): string {
    return this.domains.urlOf(domainName);
  }

  start(): Promise<void> {
    return this.broker.start();
  }

  stop(): Promise<void> {
    return this.broker.stop();
  }

  /** The ids of the certificates that AWS IoT issued. */
  get certificateIds(): string[] {
    return this.certificates.ids;
  }

  /** The names of all policies. */
  get policyNames(): string[] {
    return this.policies.names;
  }

  /** The ARN of a certificate: 64 hex digits. */
  principal(certificateId: string): string {
    return `${this.arnPrefix}cert/${certificateId}`;
  }

  async isConnected(clientId: string): Promise<boolean> {
    return (await this.broker.connection(clientId))?.connected ?? false;
  }

  /** Thing types themselves are not there: only the name of one. */
  createThing(name: string, attributes?: Record<string, string>, thingTypeName?: string): Thing {
    return this.registry.create(name, attributes, thingTypeName);
  }

  deleteThing(name: string): void {
    this.registry.delete(name);
  }

  createThingGroup(name: string, parentGroupName?: string, properties?: ThingGroupProperties): ThingGroup {
    return this.groups.create(name, parentGroupName, properties);
  }

  deleteThingGroup(name: string): void {
    this.groups.delete(name);
  }

  addThingToThingGroup(groupName: string, thingName: string): void {
    this.groups.add(groupName, thingName);
  }

  removeThingFromThingGroup(groupName: string, thingName: string): void {
    this.groups.remove(groupName, thingName);
  }

  /** Off until this says otherwise, as in a new account. */
  updateIndexingConfiguration(configuration: IndexingConfiguration): void {
    this.index.configure(configuration);
  }

  /** Its ARN. */
  createPolicy(name: string, document: string | object): string {
    return this.policies.create(name, document).arn;
  }

  deletePolicy(name: string): void {
    this.policies.delete(name);
  }

  /** `target`: the ARN of a certificate or a thing group, or a Cognito identity's id. */
  attachPolicy(name: string, target: string): void {
    this.policies.attach(name, target);
  }

  detachPolicy(name: string, target: string): void {
    this.policies.detach(name, target);
  }

  policyTargets(name: string): string[] {
    return [...this.policies.get(name).targets];
  }
}
