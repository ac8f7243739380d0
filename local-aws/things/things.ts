import type { ResourceTypes } from '../cloudformation/resource-type';
import { Throttle, type Quotas } from '../quota';
import type { Service } from '../service';
import { THINGS_QUOTAS, ThingsApi } from './api';
import { thingResourceTypes } from './resource-types';
import {
  ThingStore,
  type CredentialLocker,
  type Deletion,
  type DeviceOptions,
  type HubWithChildren,
  type ManagedThing,
  type ManagedThingFields,
} from './store';

export interface ThingsOptions {
  readonly region: string;
  readonly account: string;
  /** @default - https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#limits_iot_managed_integrations */
  readonly quotas?: Quotas<keyof typeof THINGS_QUOTAS>;
  /** @default REFUSED */
  readonly hubWithChildren?: HubWithChildren;
}

/** IoT Managed integrations: managed things, the devices behind them, credential lockers. */
export class Things {
  readonly services: Service[];
  readonly resourceTypes: ResourceTypes;
  private readonly store: ThingStore;

  constructor({ region, account, quotas, hubWithChildren }: ThingsOptions) {
    const arnPrefix = `arn:aws:iotmanagedintegrations:${region}:${account}:`;
    this.store = new ThingStore(arnPrefix, hubWithChildren);
    this.services = [new ThingsApi(this.store, arnPrefix, new Throttle(THINGS_QUOTAS, quotas))];
    this.resourceTypes = thingResourceTypes(this.store);
  }

  /** Things and lockers in the order in which they went. */
  get deletions(): readonly Deletion[] {
    return this.store.deletions;
  }

  stop(): void {
    this.store.stop();
  }

  create(fields: Partial<ManagedThingFields> & DeviceOptions = {}): ManagedThing {
    const {
      Id,
      ParentControllerId,
      ConnectorDestinationId,
      ConnectorPolicyId,
      ConnectorDeviceId,
      ProvisioningStatus,
      acknowledgesAfter,
      offline,
      refuses,
      ...rest
    } = fields;
    return this.store.create(
      { Role: 'DEVICE', ...rest },
      {
        Id,
        ParentControllerId,
        ConnectorDestinationId,
        ConnectorPolicyId,
        ConnectorDeviceId,
        ProvisioningStatus,
        acknowledgesAfter,
        offline,
        refuses,
      },
    );
  }

  /** Without asking the device. */
  delete(id: string): void {
    this.store.delete(id, true);
  }

  createCredentialLocker(name?: string): CredentialLocker {
    return this.store.createLocker({ Name: name });
  }

  deleteCredentialLocker(id: string): void {
    this.store.deleteLocker(id);
  }

  /** Those that are still registered. */
  list(): readonly ManagedThing[] {
    return this.store.list();
  }

  /** The locker of this thing went before it. */
  credentialLockerGone(id: string): boolean {
    return this.store.credentialLockerGone(id);
  }
}
