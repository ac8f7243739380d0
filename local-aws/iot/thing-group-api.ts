import type { Throttle } from '../quota';
import { AwsError, json, NotImplemented, type Call, type Reply } from '../service';
import { admit, bodyOf, pageOf, type Operations } from './rest';
import type { ThingGroups } from './thing-groups';

// https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
export const THING_GROUP_QUOTAS = { ListThingsInThingGroup: { rate: 25 } } as const;

/** The calls on thing groups. */
export function thingGroupOperations(groups: ThingGroups, throttle: Throttle<keyof typeof THING_GROUP_QUOTAS>, arnPrefix: string): Operations {
  const authorize = (call: Call, action: string, name: string) => call.authorize(`iot:${action}`, groups.arnOf(name));

  function create(call: Call, name: string): Reply {
    authorize(call, 'CreateThingGroup', name);
    const { parentGroupName, thingGroupProperties: { thingGroupDescription, attributePayload, ...others } = {}, ...rest } = bodyOf(call);
    const [unknown] = Object.keys({ ...rest, ...others });
    if (unknown) throw new NotImplemented(`iot CreateThingGroup with ${unknown}`);
    const { thingGroupName, thingGroupArn, thingGroupId } = groups.create(name, parentGroupName, {
      thingGroupDescription, attributes: attributePayload?.attributes,
    });
    return json({ thingGroupName, thingGroupArn, thingGroupId });
  }

  function describe(call: Call, name: string): Reply {
    authorize(call, 'DescribeThingGroup', name);
    const group = groups.get(name);
    const { thingGroupName, thingGroupArn, thingGroupId, version, parentGroupName, creationDate, properties } = group;
    const parents = groups.ancestorsOf(group).map((parent) => ({ groupName: parent.thingGroupName, groupArn: parent.thingGroupArn }));
    return json({
      thingGroupName, thingGroupArn, thingGroupId, version,
      thingGroupMetadata: { creationDate: creationDate / 1000, parentGroupName, rootToParentThingGroups: parents },
      thingGroupProperties: {
        thingGroupDescription: properties.thingGroupDescription,
        attributePayload: { attributes: properties.attributes ?? {} },
      },
    });
  }

  function remove(call: Call, name: string): Reply {
    authorize(call, 'DeleteThingGroup', name);
    const expected = call.query.get('expectedVersion');
    if (expected !== null && groups.has(name) && groups.get(name).version !== Number(expected)) {
      throw new AwsError('VersionConflictException', `The version of thing group ${name} is not ${expected}`, 409);
    }
    groups.delete(name);
    return json({});
  }

  function listThings(call: Call, name: string): Reply {
    authorize(call, 'ListThingsInThingGroup', name);
    admit(throttle, 'ListThingsInThingGroup');
    const { maxResults = '25', nextToken, recursive } = Object.fromEntries(call.query);
    const page = pageOf(groups.thingsIn(name, recursive === 'true'), (thing) => thing, Number(maxResults), 250, nextToken);
    return json({ things: page.items, nextToken: page.nextToken });
  }

  /** AddThingToThingGroup and RemoveThingFromThingGroup name both by name or by ARN. */
  function member(action: 'AddThingToThingGroup' | 'RemoveThingFromThingGroup', change: (group: string, thing: string) => void) {
    return (call: Call): Reply => {
      const { thingGroupName, thingGroupArn, thingName, thingArn, overrideDynamicGroups, ...rest } = bodyOf(call);
      const [unknown] = Object.keys(overrideDynamicGroups ? { overrideDynamicGroups } : rest);
      if (unknown) throw new NotImplemented(`iot ${action} with ${unknown}`);
      const group = thingGroupName ?? nameIn(thingGroupArn, `${arnPrefix}thinggroup/`);
      const thing = thingName ?? nameIn(thingArn, `${arnPrefix}thing/`);
      if (!group || !thing) throw new AwsError('InvalidRequestException', 'A thing group and a thing must be given, each by name or ARN');
      authorize(call, action, group);
      call.authorize(`iot:${action}`, `${arnPrefix}thing/${thing}`);
      change(group, thing);
      return json({});
    };
  }

  return {
    'POST /thing-groups/{name}': create,
    'GET /thing-groups/{name}': describe,
    'DELETE /thing-groups/{name}': remove,
    'GET /thing-groups/{name}/things': listThings,
    'PUT /thing-groups/addThingToThingGroup': member('AddThingToThingGroup', (group, thing) => groups.add(group, thing)),
    'PUT /thing-groups/removeThingFromThingGroup': member('RemoveThingFromThingGroup', (group, thing) => groups.remove(group, thing)),
  };
}

function nameIn(arn: unknown, prefix: string): string | undefined {
  return typeof arn === 'string' && arn.startsWith(prefix) ? arn.slice(prefix.length) : undefined;
}
