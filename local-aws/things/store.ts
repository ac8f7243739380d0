import { randomUUID } from 'node:crypto';
import { AwsError } from '../service';

export const THING_ID = /^[a-zA-Z0-9:_-]{1,64}$/;

export const PROVISIONING_STATUSES = [
  'UNASSOCIATED',
  'PRE_ASSOCIATED',
  'DISCOVERED',
  'ACTIVATED',
  'DELETION_FAILED',
  'DELETE_IN_PROGRESS',
  'ISOLATED',
  'DELETED',
] as const;

/** PENDING is in the text of DeleteManagedThing only, not in the model's enumeration: no filter takes it. */
export type ProvisioningStatus = (typeof PROVISIONING_STATUSES)[number] | 'PENDING';

/**
 * What happens to the deletion of a hub that has child devices. AWS documents both: the guide to offboarding a hub wants its devices
 * deleted first, the reference of DeleteManagedThing says that they "will have their status changed to PENDING".
 */
export type HubWithChildren = 'REFUSED' | 'CHILDREN_PENDING';

/** The fields that a caller may give, by CreateManagedThing or in process. */
export interface ManagedThingFields {
  readonly Role: 'CONTROLLER' | 'DEVICE';
  readonly Name?: string;
  readonly Owner?: string;
  readonly Brand?: string;
  readonly Model?: string;
  readonly SerialNumber?: string;
  readonly Classification?: string;
  readonly CredentialLockerId?: string;
  readonly HubNetworkMode?: string;
  readonly MetaData?: Readonly<Record<string, string>>;
  readonly Tags?: Readonly<Record<string, string>>;
}

/** What the cloud knows of a device by itself, and how the device behaves. */
export interface DeviceOptions {
  /** The hub that it hangs on. */
  readonly ParentControllerId?: string;
  /** Letters, digits, ":", "_" and "-". @default - 32 hex digits */
  readonly Id?: string;
  /** Set for cloud-to-cloud devices. */
  readonly ConnectorDestinationId?: string;
  readonly ConnectorPolicyId?: string;
  readonly ConnectorDeviceId?: string;
  /** @default ACTIVATED */
  readonly ProvisioningStatus?: ProvisioningStatus;
  /** How long after a deletion the device acknowledges it, in ms. @default 50 */
  readonly acknowledgesAfter?: number;
  /** An offline device never acknowledges. */
  readonly offline?: boolean;
  /** The device answers that it could not be deleted. */
  readonly refuses?: boolean;
}

export interface ManagedThing extends ManagedThingFields, Omit<DeviceOptions, 'acknowledgesAfter' | 'offline' | 'refuses'> {
  readonly Id: string;
  readonly Arn: string;
  readonly CreatedAt: number;
  UpdatedAt: number;
  ProvisioningStatus: ProvisioningStatus;
}

export interface CredentialLocker {
  readonly Id: string;
  readonly Arn: string;
  readonly Name?: string;
  readonly CreatedAt: number;
  readonly Tags?: Readonly<Record<string, string>>;
}

export interface Deletion {
  readonly kind: 'thing' | 'locker';
  readonly id: string;
}

interface Device {
  readonly thing: ManagedThing;
  readonly acknowledgesAfter: number;
  readonly offline: boolean;
  readonly refuses: boolean;
  /** The locker went before the thing. */
  credentialLockerGone: boolean;
  /** The hub went before the device that hangs on it. */
  hubGone: boolean;
  acknowledgement?: NodeJS.Timeout;
}

/** Managed things with the devices behind them, and credential lockers. */
export class ThingStore {
  /** In the order in which they happened. */
  readonly deletions: Deletion[] = [];
  private readonly devices = new Map<string, Device>();
  private readonly lockers = new Map<string, CredentialLocker>();

  constructor(
    private readonly arnPrefix: string,
    private readonly hubWithChildren: HubWithChildren = 'REFUSED',
  ) {}

  create(fields: ManagedThingFields, options: DeviceOptions = {}): ManagedThing {
    if (fields.CredentialLockerId) this.locker(fields.CredentialLockerId);
    const { acknowledgesAfter = 50, offline = false, refuses = false, ProvisioningStatus = 'ACTIVATED', Id = newId(), ...known } = options;
    if (!THING_ID.test(Id) || this.devices.has(Id)) throw new Error(`${JSON.stringify(Id)} is no id, or that of another managed thing`);
    const CreatedAt = Date.now() / 1000;
    const thing: ManagedThing = {
      ...fields,
      ...known,
      Id,
      Arn: `${this.arnPrefix}managed-thing/${Id}`,
      CreatedAt,
      UpdatedAt: CreatedAt,
      ProvisioningStatus,
    };
    this.devices.set(Id, { thing, acknowledgesAfter, offline, refuses, credentialLockerGone: false, hubGone: false });
    return thing;
  }

  get(id: string): ManagedThing {
    return this.device(id).thing;
  }

  list(): ManagedThing[] {
    return [...this.devices.values()].map(({ thing }) => thing);
  }

  update(id: string, fields: Partial<ManagedThingFields>): ManagedThing {
    const { thing } = this.device(id);
    if (fields.CredentialLockerId) this.locker(fields.CredentialLockerId);
    return Object.assign(thing, fields, { UpdatedAt: Date.now() / 1000 });
  }

  credentialLockerGone(id: string): boolean {
    return this.device(id).credentialLockerGone;
  }

  delete(id: string, force: boolean): void {
    const device = this.device(id);
    const { thing } = device;
    if (thing.ConnectorDestinationId ?? thing.ConnectorPolicyId) {
      throw new AwsError('ValidationException', 'A cloud-to-cloud device cannot be deleted: deregister its account association (DeregisterAccountAssociation)');
    }
    const children = this.childrenOf(id);
    if (children.length > 0 && this.hubWithChildren === 'REFUSED') {
      throw new AwsError('ConflictException', 'The hub still has child devices: delete them first.', 409);
    }
    for (const child of children) child.thing.ProvisioningStatus = 'PENDING';
    if (force) return this.remove(device);
    thing.ProvisioningStatus = 'DELETE_IN_PROGRESS';
    // One acknowledgement, however often the deletion is asked for.
    device.acknowledgement ??= setTimeout(() => this.acknowledge(device), device.acknowledgesAfter).unref();
  }

  createLocker(fields: Pick<CredentialLocker, 'Name' | 'Tags'>): CredentialLocker {
    const Id = newId();
    const locker = { ...fields, Id, Arn: `${this.arnPrefix}credential-locker/${Id}`, CreatedAt: Date.now() / 1000 };
    this.lockers.set(Id, locker);
    return locker;
  }

  locker(id: string): CredentialLocker {
    const locker = this.lockers.get(id);
    if (!locker) throw new AwsError('ResourceNotFoundException', 'Credential locker resource not found.', 404);
    return locker;
  }

  /** Nothing holds it back: the things that are still registered with it lose it. */
  deleteLocker(id: string): void {
    this.locker(id);
    this.lockers.delete(id);
    this.deletions.push({ kind: 'locker', id });
    for (const device of this.devices.values()) {
      if (device.thing.CredentialLockerId === id) device.credentialLockerGone = true;
    }
  }

  stop(): void {
    for (const { acknowledgement } of this.devices.values()) clearTimeout(acknowledgement);
  }

  /**
   * A device without its credentials cannot use the service, so nothing comes from it any more. Nor does from one whose hub is gone,
   * through which it was reached: that is inferred, AWS does not say it.
   */
  private acknowledge(device: Device): void {
    if (device.offline || device.credentialLockerGone || device.hubGone) return;
    if (!device.refuses) return this.remove(device);
    // What leads to this status is not documented.
    device.thing.ProvisioningStatus = 'DELETION_FAILED';
    device.acknowledgement = undefined;
  }

  private remove(device: Device): void {
    clearTimeout(device.acknowledgement);
    this.devices.delete(device.thing.Id);
    for (const child of this.childrenOf(device.thing.Id)) child.hubGone = true;
    this.deletions.push({ kind: 'thing', id: device.thing.Id });
  }

  private childrenOf(id: string): Device[] {
    return [...this.devices.values()].filter(({ thing }) => thing.ParentControllerId === id);
  }

  private device(id: string): Device {
    const device = this.devices.get(id);
    if (!device) throw new AwsError('ResourceNotFoundException', 'Managed Thing resource not found.', 404);
    return device;
  }
}

/** Letters and digits only, as ParentControllerId and CredentialLockerId are. */
function newId(): string {
  return randomUUID().replaceAll('-', '');
}
