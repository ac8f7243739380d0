import { AwsError, json, type Operation, type Operations, type Reply } from '../service';
import { flag, inQuery, integer, only, required, structure, text } from '../shapes';
import { ATTRIBUTES, GROUP_DESCRIPTION, NAME, pageOf } from './rest';
import type { ThingGroups } from './thing-groups';

// https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
export const THING_GROUP_QUOTAS = { ListThingsInThingGroup: { rate: 25 } } as const;

const GROUP = required(NAME);
const MEMBER = { thingGroupName: NAME, thingGroupArn: text(), thingName: NAME, thingArn: text() };

/** The calls on thing groups. */
export function thingGroupOperations(groups: ThingGroups, arnPrefix: string): Operations<Reply> {
  const onGroup = ({ thingGroupName }: { thingGroupName: string }) => groups.arnOf(thingGroupName);

  /** AddThingToThingGroup and RemoveThingFromThingGroup name both by name or by ARN. */
  function named(input: Record<string, any>): { group: string; thing: string } {
    const group = input.thingGroupName ?? nameIn(input.thingGroupArn, `${arnPrefix}thinggroup/`);
    const thing = input.thingName ?? nameIn(input.thingArn, `${arnPrefix}thing/`);
    if (!group || !thing) throw new AwsError('InvalidRequestException', 'A thing group and a thing must be given, each by name or ARN');
    return { group, thing };
  }

  function onBoth(input: object): string[] {
    const { group, thing } = named(input);
    return [groups.arnOf(group), `${arnPrefix}thing/${thing}`];
  }

  const changing =
    (change: (group: string, thing: string) => void): Operation<Reply>['handle'] =>
    (input) => {
      const { group, thing } = named(input);
      change(group, thing);
      return json({});
    };

  return {
    CreateThingGroup: {
      http: 'POST /thing-groups/{thingGroupName}',
      members: {
        thingGroupName: GROUP,
        parentGroupName: NAME,
        thingGroupProperties: structure({ thingGroupDescription: GROUP_DESCRIPTION, attributePayload: ATTRIBUTES }),
      },
      on: onGroup,
      handle: ({ thingGroupName: name, parentGroupName, thingGroupProperties: { thingGroupDescription, attributePayload } = {} as any }) => {
        const { thingGroupName, thingGroupArn, thingGroupId } = groups.create(name, parentGroupName, {
          thingGroupDescription,
          attributes: attributePayload?.attributes,
        });
        return json({ thingGroupName, thingGroupArn, thingGroupId });
      },
    },
    DescribeThingGroup: {
      http: 'GET /thing-groups/{thingGroupName}',
      members: { thingGroupName: GROUP },
      on: onGroup,
      handle: (input) => {
        const group = groups.get(input.thingGroupName);
        const { thingGroupName, thingGroupArn, thingGroupId, version, parentGroupName, creationDate, properties } = group;
        const parents = groups.ancestorsOf(group).map((parent) => ({ groupName: parent.thingGroupName, groupArn: parent.thingGroupArn }));
        return json({
          thingGroupName,
          thingGroupArn,
          thingGroupId,
          version,
          thingGroupMetadata: { creationDate: creationDate / 1000, parentGroupName, rootToParentThingGroups: parents },
          thingGroupProperties: {
            thingGroupDescription: properties.thingGroupDescription,
            attributePayload: { attributes: properties.attributes ?? {} },
          },
        });
      },
    },
    DeleteThingGroup: {
      http: 'DELETE /thing-groups/{thingGroupName}',
      members: { thingGroupName: GROUP, expectedVersion: inQuery(integer()) },
      on: onGroup,
      handle: ({ thingGroupName: name, expectedVersion }) => {
        if (expectedVersion !== undefined && groups.has(name) && groups.get(name).version !== expectedVersion) {
          throw new AwsError('VersionConflictException', `The version of thing group ${name} is not ${expectedVersion}`, 409);
        }
        groups.delete(name);
        return json({});
      },
    },
    ListThingsInThingGroup: {
      http: 'GET /thing-groups/{thingGroupName}/things',
      members: { thingGroupName: GROUP, recursive: inQuery(flag()), nextToken: inQuery(text()), maxResults: inQuery(integer({ min: 1, max: 250 })) },
      on: onGroup,
      handle: ({ thingGroupName, maxResults = 25, nextToken, recursive = false }) => {
        const page = pageOf(groups.thingsIn(thingGroupName, recursive), (thing) => thing, maxResults, nextToken);
        return json({ things: page.items, nextToken: page.nextToken });
      },
    },
    AddThingToThingGroup: {
      http: 'PUT /thing-groups/addThingToThingGroup',
      // There are no dynamic groups.
      members: { ...MEMBER, overrideDynamicGroups: only(flag(), false) },
      on: onBoth,
      handle: changing((group, thing) => groups.add(group, thing)),
    },
    RemoveThingFromThingGroup: {
      http: 'PUT /thing-groups/removeThingFromThingGroup',
      members: MEMBER,
      on: onBoth,
      handle: changing((group, thing) => groups.remove(group, thing)),
    },
  };
}

function nameIn(arn: unknown, prefix: string): string | undefined {
  return typeof arn === 'string' && arn.startsWith(prefix) ? arn.slice(prefix.length) : undefined;
}
