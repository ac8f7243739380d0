import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Force } from './force';
import { ManagedThingDeletionProvider } from './managed-thing-deletion-provider';
import { ManagedThings } from './managed-things';
import { THINGS_OPERATION, THINGS_RESOURCE_TYPE } from '../../contract/things';
import { expectKind } from '../private/expect-kind';
import { resourceNames } from '../private/permission-scope';
import { refuse } from '../private/refuse';
import { MANAGED_INTEGRATIONS, warnOutsideRegions } from '../private/regions';
import { stackSingleton } from '../private/stack-singleton';
import { validateProps, validateTimeWithin } from '../private/validate-props';
import { validateProvider } from '../private/validate-provider';
import { Teardown } from '../teardown';
import { TeardownProps } from '../teardown-props';

/**
 * Properties of a `ManagedThingDeletion`.
 */
export interface ManagedThingDeletionProps extends TeardownProps {
  /**
   * The managed things to delete.
   */
  readonly things: ManagedThings;

  /**
   * Whether the run waits until each thing is really gone, and fails with those that are not. Otherwise a thing counts as ended when its
   * deletion has been accepted; a device that is offline may then never complete it.
   *
   * @default true
   */
  readonly waitForDeletion?: boolean;

  /**
   * Whether things are deleted in the cloud without their devices.
   *
   * @default Force.never()
   */
  readonly force?: Force;

  /**
   * Whether a hub's child devices are deleted first. They count as targets. Without it a hub goes after those of its child devices that are
   * targets as well, in whatever order they are listed; what becomes of others, or of the hub, is for AWS to say: it documents that the
   * deletion is refused, and that the devices become `PENDING`.
   *
   * @default false
   */
  readonly deleteChildren?: boolean;

  /**
   * The function that deletes.
   *
   * @default - one per stack
   */
  readonly provider?: ManagedThingDeletionProvider;
}

/**
 * Deletes managed things from AWS IoT managed integrations (`DeleteManagedThing`).
 *
 * A deletion is accepted at once and completed when the device acknowledges it, which the run waits for. Have it run before the things'
 * credential locker goes, without which no device can acknowledge: see `runBeforeDeletionOf`.
 *
 * @see https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_DeleteManagedThing.html
 *
 * @example
 *
 * import { Duration } from 'aws-cdk-lib';
 * import { Force, ManagedThingDeletion, ManagedThings } from 'cdk-teardown';
 *
 * new ManagedThingDeletion(this, 'Hub', {
 *   things: ManagedThings.ids('hub123'),
 *   deleteChildren: true,
 *   force: Force.after(Duration.minutes(5)),
 * });
 */
export class ManagedThingDeletion extends Teardown {
  /**
   * The function that deletes.
   */
  public readonly provider: ManagedThingDeletionProvider;

  /**
   * @param scope the construct that this is a part of
   * @param id its name there
   * @param props which things to delete, how and when
   */
  constructor(scope: Construct, id: string, props: ManagedThingDeletionProps) {
    super(scope, id);
    expectKind(this, 'things', props?.things, 'ManagedThings', "say which, ManagedThings.ids('abc123') for instance");
    const source = props.things._source;
    validateProps(this, props, source);
    validateProvider(this, props.provider, 'ManagedThingDeletionProvider');
    const { force = Force.never(), waitForDeletion = true, deleteChildren = false } = props;
    expectKind(this, 'force', force, 'Force', 'write Force.never() for instance, or leave it out');
    validateTimeWithin(this, 'the time of Force.after', force._after, props);
    if (force._after && !waitForDeletion) {
      refuse(this, 'Force.after waits for the polite way to have its time, so it cannot be combined with waitForDeletion: false');
    }
    if (deleteChildren && !waitForDeletion) {
      refuse(this, "deleteChildren waits for a hub's children to be gone, so it cannot be combined with waitForDeletion: false");
    }
    warnOutsideRegions(this, MANAGED_INTEGRATIONS);

    this.provider =
      props.provider ?? stackSingleton(this, 'cdk-teardown.ManagedThingDeletionProvider', (stack, name) => new ManagedThingDeletionProvider(stack, name));
    this._declare(props, {
      resourceType: THINGS_RESOURCE_TYPE,
      provider: this.provider,
      source,
      operation: THINGS_OPERATION.write({
        Force: force._atOnce,
        ForceAfterSeconds: force._after?.toSeconds(),
        WaitForDeletion: waitForDeletion,
        DeleteChildren: deleteChildren || undefined,
      }),
      // Children are not known before the run.
      statements: this.permissions(deleteChildren ? undefined : source.ids),
      // Without its locker no device can acknowledge, unless it is not asked.
      mayNeed: force._atOnce ? undefined : (order) => order.ofType('AWS::IoTManagedIntegrations::CredentialLocker').map((resource) => ({ resource })),
    });
  }

  private permissions(ids: readonly string[] | undefined): iam.PolicyStatement[] {
    const things = new iam.PolicyStatement({
      // GetManagedThing also tells why a deletion was refused.
      actions: ['iotmanagedintegrations:DeleteManagedThing', 'iotmanagedintegrations:GetManagedThing'],
      resources: resourceNames(this, ids).map((name) =>
        Stack.of(this).formatArn({ service: 'iotmanagedintegrations', resource: 'managed-thing', resourceName: name }),
      ),
    });
    // One that is alone waits for no other.
    if (ids?.length === 1) return [things];
    // To tell hubs from the devices on them. The action knows no resource.
    return [things, new iam.PolicyStatement({ actions: ['iotmanagedintegrations:ListManagedThings'], resources: ['*'] })];
  }
}
