import { randomUUID } from 'node:crypto';
import { AwsError } from '../service';

export const PROVISIONING_STATUSES = [
  'UNASSOCIATED', 'PRE_ASSOCIATED', 'DISCOVERED', 'ACTIVATED', 'DELETION_FAILED', 'DELETE_IN_PROGRESS', 'ISOLATED', 'DELETED',
] as const;

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
  /** Set for cloud-to-cloud devices. */
  readonly ConnectorDestinationId?: string;
  readonly ConnectorPolicyId?: string;
  readonly ConnectorDeviceId?: string;
  /** @default ACTIVATED */
  readonly ProvisioningStatus?: (typeof PROVISIONING_STATUSES)[number];
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
  ProvisioningStatus: (typeof PROVISIONING_STATUSES)[number];
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
  acknowledgement?: NodeJS.Timeout;
}

/** Managed things with the devices behind them, and credential lockers. */
export class ThingStore {
  /** In the order in which they happened. */
  readonly deletions: Deletion[] = [];
  private readonly devices = new Map<string, Device>();
  private readonly lockers = new Map<string, CredentialLocker>();

  constructor(private readonly arnPrefix: string) {}

  create(fields: ManagedThingFields, options: DeviceOptions = {}): ManagedThing {
    if (fields.CredentialLockerId) this.locker(fields.CredentialLockerId);
    const { acknowledgesAfter = 50, offline = false, refuses = false, ProvisioningStatus = 'ACTIVATED', ...known } = options;
    const Id = newId();
    const CreatedAt = Date.now() / 1000;
    const thing: ManagedThing = {
      ...fields, ...known, Id, Arn: `${this.arnPrefix}managed-thing/${Id}`, CreatedAt, UpdatedAt: CreatedAt, ProvisioningStatus,
    };
    this.devices.set(Id, { thing, acknowledgesAfter, offline, refuses, credentialLockerGone: false });
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
    if (this.list().some(({ ParentControllerId }) => ParentControllerId === id)) {
      throw new AwsError('ConflictException', 'The hub still has child devices: delete them first.', 409);
    }
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

  /** A device without its credentials cannot use the service, so nothing comes from it any more. */
  private acknowledge(device: Device): void {
    if (device.offline || device.credentialLockerGone) return;
    if (!device.refuses) return this.remove(device);
    // What leads to this status is not documented.
    device.thing.ProvisioningStatus = 'DELETION_FAILED';
    device.acknowledgement = undefined;
  }

  private remove(device: Device): void {
    clearTimeout(device.acknowledgement);
    this.devices.delete(device.thing.Id);
    this.deletions.push({ kind: 'thing', id: device.thing.Id });
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
