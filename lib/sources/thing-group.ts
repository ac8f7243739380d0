import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { THING_GROUP, thingGroupNameProblem } from '../../contract/sources/thing-group';
import { namedResources } from '../private/named-resources';
import type { TargetSource } from '../private/target-source';
import { shown } from '../private/value-problems';

/**
 * Which things of a thing group are meant.
 */
export interface ThingGroupOptions {
  /**
   * Whether the things in groups below the group are meant as well.
   *
   * @default false
   */
  readonly recursive?: boolean;
}

/** What `MqttClients.inThingGroup` and `ofThingGroup` bind to. */
export function thingGroupSource(name: string, options: ThingGroupOptions): TargetSource {
  const problem = Token.isUnresolved(name) ? undefined : thingGroupNameProblem(name);
  if (problem) throw new Error(`thing group name ${shown(name)} ${problem}`);
  return {
    properties: THING_GROUP.write({ ThingGroup: name, Recursive: options.recursive ?? false }),
    grantRead: (grantee, stack) => {
      iam.Grant.addToPrincipal({
        grantee,
        actions: ['iot:ListThingsInThingGroup'],
        resourceArns: [stack.formatArn({ service: 'iot', resource: 'thinggroup', resourceName: name })],
      });
    },
    reads: (order) => namedResources(order, 'AWS::IoT::ThingGroup', 'ThingGroupName', name),
  };
}
