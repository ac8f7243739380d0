import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { THING_GROUP } from '../../contract/sources/thing-group';
import { namedResources } from '../private/named-resources';
import type { TargetSource } from '../private/target-source';

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
  if (!Token.isUnresolved(name) && !/^[a-zA-Z0-9:_-]{1,128}$/.test(name)) {
    throw new Error(`thing group name ${JSON.stringify(name)} is not valid: it has 1 to 128 letters, digits, ":", "_" or "-"`);
  }
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
