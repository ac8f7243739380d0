import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { MANAGED_THINGS } from '../../contract/sources/managed-things';
import type { TargetSource } from '../private/target-source';

/**
 * What a managed thing is to its hub.
 */
export enum ManagedThingRole {
  /**
   * A hub that controls devices.
   */
  CONTROLLER = 'CONTROLLER',

  /**
   * A device.
   */
  DEVICE = 'DEVICE',
}

/**
 * How far a managed thing has got.
 *
 * @see https://docs.aws.amazon.com/iot-mi/latest/devguide/device-provisioning.html
 */
export enum ProvisioningStatus {
  /**
   * Known, and not claimed by anybody.
   */
  UNASSOCIATED = 'UNASSOCIATED',

  /**
   * Claimed, before the device has been set up.
   */
  PRE_ASSOCIATED = 'PRE_ASSOCIATED',

  /**
   * Found by its hub.
   */
  DISCOVERED = 'DISCOVERED',

  /**
   * In use.
   */
  ACTIVATED = 'ACTIVATED',

  /**
   * A deletion came to nothing.
   */
  DELETION_FAILED = 'DELETION_FAILED',

  /**
   * A deletion waits for the device.
   */
  DELETE_IN_PROGRESS = 'DELETE_IN_PROGRESS',

  /**
   * Cut off from its hub.
   */
  ISOLATED = 'ISOLATED',

  /**
   * Deleted.
   */
  DELETED = 'DELETED',
}

/**
 * Which managed things are meant: those for which all that is given is true. At least one must be given.
 *
 * @see https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_ListManagedThings.html
 */
export interface ManagedThingFilter {
  /**
   * Who owns it.
   *
   * @default - anybody
   */
  readonly owner?: string;

  /**
   * The credential locker that it was provisioned with.
   *
   * @default - any or none
   */
  readonly credentialLockerId?: string;

  /**
   * A hub or a device.
   *
   * @default - both
   */
  readonly role?: ManagedThingRole;

  /**
   * The hub that it hangs on.
   *
   * @default - any or none
   */
  readonly parentControllerId?: string;

  /**
   * The connector destination that it came through.
   *
   * @default - any or none
   */
  readonly connectorDestinationId?: string;

  /**
   * The id that its connector knows it by.
   *
   * @default - any or none
   */
  readonly connectorDeviceId?: string;

  /**
   * Its serial number.
   *
   * @default - any or none
   */
  readonly serialNumber?: string;

  /**
   * How far it has got.
   *
   * @default - anything
   */
  readonly provisioningStatus?: ProvisioningStatus;
}

/** What the service's model allows, in its words and in ours. */
const LIMITS: Partial<Record<keyof ManagedThingFilter, [pattern: RegExp, words: string]>> = {
  owner: [/^[a-zA-Z0-9_.,@-]{1,64}$/, '1 to 64 letters, digits, "_", ".", ",", "@" or "-"'],
  credentialLockerId: [/^[a-zA-Z0-9]{1,64}$/, '1 to 64 letters or digits'],
  parentControllerId: [/^[a-zA-Z0-9]{1,64}$/, '1 to 64 letters or digits'],
  connectorDestinationId: [/^[a-zA-Z0-9_-]{1,64}$/, '1 to 64 letters, digits, "_" or "-"'],
  connectorDeviceId: [/^[a-zA-Z0-9_.,@-]{1,256}$/, '1 to 256 letters, digits, "_", ".", ",", "@" or "-"'],
  serialNumber: [/^[a-zA-Z0-9_ -]{1,128}$/, '1 to 128 letters, digits, "_", "-" or spaces'],
};

/** What `ManagedThings.matching` binds to. */
export function managedThingsSource(filter: ManagedThingFilter): TargetSource {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined) as Array<[keyof ManagedThingFilter, string]>;
  if (given.length === 0) throw new Error('the filter is empty and would match every managed thing of the account: give at least one field');
  for (const [name, value] of given) {
    const [pattern, words] = LIMITS[name] ?? [];
    if (pattern && !Token.isUnresolved(value) && !pattern.test(value)) throw new Error(`${name} is ${JSON.stringify(value)}: it must be ${words}`);
  }
  return {
    properties: MANAGED_THINGS.write({
      Filter: {
        OwnerFilter: filter.owner,
        CredentialLockerFilter: filter.credentialLockerId,
        RoleFilter: filter.role,
        ParentControllerIdentifierFilter: filter.parentControllerId,
        ConnectorDestinationIdFilter: filter.connectorDestinationId,
        ConnectorDeviceIdFilter: filter.connectorDeviceId,
        SerialNumberFilter: filter.serialNumber,
        ProvisioningStatusFilter: filter.provisioningStatus,
      },
    }),
    // The action knows no resource.
    grantRead: (grantee) => {
      iam.Grant.addToPrincipal({ grantee, actions: ['iotmanagedintegrations:ListManagedThings'], resourceArns: ['*'] });
    },
  };
}
