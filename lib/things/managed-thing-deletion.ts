import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ManagedThingDeletionProvider } from './managed-thing-deletion-provider';
import { ManagedThings } from './managed-things';
import { resourceNames } from '../private/permission-scope';
import { warnOutsideRegions } from '../private/region-warning';
import { stackSingleton } from '../private/stack-singleton';
import { validate } from '../private/validate';
import { Teardown, TeardownProps } from '../teardown';

/** https://docs.aws.amazon.com/iot-mi/latest/devguide/what-is-managedintegrations.html */
const REGIONS = ['ca-central-1', 'eu-west-1'];

/**
 * Properties of a `ManagedThingDeletion`.
 */
export interface ManagedThingDeletionProps extends TeardownProps {
  /**
   * The managed things to delete.
   */
  readonly things: ManagedThings;

  /**
   * Whether things are deleted in the cloud without asking the device. AWS advises against it: the device keeps believing that it is
   * registered and may need a factory reset.
   *
   * @default false
   */
  readonly force?: boolean;

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
 * A deletion is accepted at once and completed when the device acknowledges it. Have it run before the things' credential locker
 * goes: see `runBeforeDeletionOf`.
 *
 * @see https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_DeleteManagedThing.html
 */
export class ManagedThingDeletion extends Teardown {
  /**
   * The function that deletes.
   */
  public readonly provider: ManagedThingDeletionProvider;

  constructor(scope: Construct, id: string, props: ManagedThingDeletionProps) {
    super(scope, id);
    const source = props.things._bind();
    validate(props, source);
    warnOutsideRegions(this, 'AWS IoT managed integrations', 'cdk-teardown:managedIntegrationsRegion', REGIONS);

    this.provider = props.provider
      ?? stackSingleton(this, 'cdk-teardown.ManagedThingDeletionProvider', (stack, name) => new ManagedThingDeletionProvider(stack, name));
    const thingArns = resourceNames(this, source.ids).map((name) =>
      Stack.of(this).formatArn({ service: 'iotmanagedintegrations', resource: 'managed-thing', resourceName: name }));
    this._declare(props, {
      resourceType: 'Custom::ManagedThingDeletion',
      provider: this.provider,
      source,
      operation: { Force: props.force ?? false },
      statements: [new iam.PolicyStatement({ actions: ['iotmanagedintegrations:DeleteManagedThing'], resources: thingArns })],
    });
  }
}
