import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { MANAGED_THINGS } from '../../contract/sources/managed-things';
import type { TargetSource } from '../private/target-source';
import { memberProblem, shown } from '../private/value-problems';

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
 * In TypeScript and JavaScript a field that is given and undefined, as an environment variable that is not set, is an error, because the others alone would
 * match more. Other languages do not tell it from a field that is left out: see there that it has a value.
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

/** What the service's model allows, in our words. */
const PROBLEMS: Readonly<Record<keyof ManagedThingFilter, (value: unknown) => string | undefined>> = {
  owner: unlike(/^[a-zA-Z0-9_.,@-]{1,64}$/, '1 to 64 letters, digits, "_", ".", ",", "@" or "-"'),
  credentialLockerId: unlike(/^[a-zA-Z0-9]{1,64}$/, '1 to 64 letters or digits'),
  role: (value) => memberProblem(value, 'ManagedThingRole', ManagedThingRole),
  parentControllerId: unlike(/^[a-zA-Z0-9]{1,64}$/, '1 to 64 letters or digits'),
  connectorDestinationId: unlike(/^[a-zA-Z0-9_-]{1,64}$/, '1 to 64 letters, digits, "_" or "-"'),
  connectorDeviceId: unlike(/^[a-zA-Z0-9_.,@-]{1,256}$/, '1 to 256 letters, digits, "_", ".", ",", "@" or "-"'),
  serialNumber: unlike(/^(?! +$)[a-zA-Z0-9_ -]{1,128}$/, '1 to 128 letters, digits, "_", "-" or spaces, and not spaces alone'),
  provisioningStatus: (value) => memberProblem(value, 'ProvisioningStatus', ProvisioningStatus),
};

function unlike(pattern: RegExp, words: string): (value: unknown) => string | undefined {
  return (value) => (Token.isUnresolved(value) || (typeof value === 'string' && pattern.test(value)) ? undefined : `is ${shown(value)}: it must be ${words}`);
}

/** What `ManagedThings.matching` binds to. */
export function managedThingsSource(filter: ManagedThingFilter): TargetSource {
  const given = Object.entries(filter ?? {});
  if (given.length === 0) throw new Error('the filter is empty and would match every managed thing of the account: give at least one field');
  for (const [name, value] of given) {
    if (!Object.hasOwn(PROBLEMS, name)) throw new Error(`the filter has ${JSON.stringify(name)}: it may have ${Object.keys(PROBLEMS).join(', ')}`);
    // An environment variable that is not set, as a rule. CDK would leave it out of the template.
    if (value === undefined || value === null) {
      throw new Error(`${name} is ${value}, and the filter would match more managed things without it: give it a value, or leave it out`);
    }
    const problem = PROBLEMS[name as keyof ManagedThingFilter](value);
    if (problem) throw new Error(`${name} ${problem}`);
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
