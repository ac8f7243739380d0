import {
  AddThingToThingGroupCommand,
  CreateThingGroupCommand,
  DeleteThingGroupCommand,
  DescribeThingGroupCommand,
  ListThingsCommand,
  ListThingsInThingGroupCommand,
  RemoveThingFromThingGroupCommand,
  UpdateThingGroupCommand,
  type ListThingsInThingGroupCommandInput,
} from '@aws-sdk/client-iot';
import { AccessDenied } from '../service';
import { ARN, CONTEXT, error, IotRig } from './iot-rig';

// G1 = https://docs.aws.amazon.com/iot/latest/developerguide/thing-groups.html
// Q1 = https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits

const rig = new IotRig();
afterEach(() => rig.stop());

const list = (thingGroupName: string, how: Partial<ListThingsInThingGroupCommandInput> = {}) =>
  rig.control.send(new ListThingsInThingGroupCommand({ thingGroupName, ...how }));
const add = (thingGroupName: string, thingName: string) => rig.control.send(new AddThingToThingGroupCommand({ thingGroupName, thingName }));
const things = (...names: string[]) => names.forEach((name) => rig.iot.createThing(name));

describe('thing groups (G1)', () => {
  beforeEach(() => rig.start());

  it('are created, described with their parents from the root down, and deleted', async () => {
    rig.iot.createThingGroup('fleet');
    rig.iot.createThingGroup('oslo', 'fleet');
    const thingGroupProperties = { thingGroupDescription: 'harbour', attributePayload: { attributes: { pier: '2' } } };
    const created = await rig.control.send(new CreateThingGroupCommand({ thingGroupName: 'pier', parentGroupName: 'oslo', thingGroupProperties }));
    expect(created).toMatchObject({ thingGroupName: 'pier', thingGroupArn: `${ARN}thinggroup/pier`, thingGroupId: expect.any(String) });
    expect(await rig.control.send(new DescribeThingGroupCommand({ thingGroupName: 'pier' }))).toMatchObject({
      thingGroupArn: `${ARN}thinggroup/pier`,
      thingGroupId: created.thingGroupId,
      version: 1,
      thingGroupProperties,
      thingGroupMetadata: {
        parentGroupName: 'oslo',
        creationDate: expect.any(Date),
        rootToParentThingGroups: [
          { groupName: 'fleet', groupArn: `${ARN}thinggroup/fleet` },
          { groupName: 'oslo', groupArn: `${ARN}thinggroup/oslo` },
        ],
      },
    });
    await rig.control.send(new DeleteThingGroupCommand({ thingGroupName: 'pier' }));
    expect(await error(rig.control.send(new DescribeThingGroupCommand({ thingGroupName: 'pier' })))).toBe('404 ResourceNotFoundException');
  });

  // https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThingGroup.html
  it('are created twice with the same properties, not with different ones or under no parent', async () => {
    const create = (parentGroupName?: string, thingGroupDescription?: string) =>
      error(rig.control.send(new CreateThingGroupCommand({ thingGroupName: 'pier', parentGroupName, thingGroupProperties: { thingGroupDescription } })));
    rig.iot.createThingGroup('fleet');
    rig.iot.createThingGroup('pier', 'fleet');
    expect([await create('nowhere'), await create('fleet'), await create('fleet'), await create(), await create('fleet', 'harbour')]).toEqual([
      '400 InvalidRequestException',
      'no error',
      'no error',
      '409 ResourceAlreadyExistsException',
      '409 ResourceAlreadyExistsException',
    ]);
  });

  it('are not deleted before their child groups, nor at another version; one that is not there is', async () => {
    const remove = (thingGroupName: string, expectedVersion?: number) => rig.control.send(new DeleteThingGroupCommand({ thingGroupName, expectedVersion }));
    rig.iot.createThingGroup('fleet');
    rig.iot.createThingGroup('oslo', 'fleet');
    await expect(remove('fleet')).rejects.toThrow('Cannot delete thing group : fleet when there are still child groups attached to it.');
    expect(await error(remove('oslo', 7))).toBe('409 VersionConflictException');
    expect([await error(remove('oslo', 1)), await error(remove('fleet')), await error(remove('nothing'))]).toEqual(['no error', 'no error', 'no error']);
  });

  it('take things in and let them go, by name or ARN', async () => {
    things('kiosk-1', 'kiosk-2');
    rig.iot.createThingGroup('fleet');
    await add('fleet', 'kiosk-1');
    await rig.control.send(new AddThingToThingGroupCommand({ thingGroupArn: `${ARN}thinggroup/fleet`, thingArn: `${ARN}thing/kiosk-2` }));
    await add('fleet', 'kiosk-2');
    expect((await list('fleet')).things).toEqual(['kiosk-1', 'kiosk-2']);
    await rig.control.send(new RemoveThingFromThingGroupCommand({ thingGroupName: 'fleet', thingName: 'kiosk-1' }));
    expect((await list('fleet')).things).toEqual(['kiosk-2']);
    rig.iot.removeThingFromThingGroup('fleet', 'kiosk-2');
    expect((await list('fleet')).things).toEqual([]);
  });

  it('refuses a thing or a group that is not there or not named', async () => {
    things('kiosk-1');
    rig.iot.createThingGroup('fleet');
    expect([await error(add('nothing', 'kiosk-1')), await error(add('fleet', 'kiosk-2')), await error(list('nothing'))]).toEqual(
      Array(3).fill('404 ResourceNotFoundException'),
    );
    expect(await error(rig.control.send(new AddThingToThingGroupCommand({ thingName: 'kiosk-1' })))).toBe('400 InvalidRequestException');
  });

  it('refuses a thing that is in the same hierarchy already, or in ten groups', async () => {
    things('kiosk-1');
    for (const [name, parent] of [['fleet'], ['oslo', 'fleet'], ['bergen', 'fleet']]) rig.iot.createThingGroup(name, parent);
    await add('oslo', 'kiosk-1');
    expect([await error(add('bergen', 'kiosk-1')), await error(add('fleet', 'kiosk-1'))]).toEqual(Array(2).fill('400 InvalidRequestException'));
    for (let i = 2; i <= 11; i += 1) rig.iot.createThingGroup(`other-${i}`);
    const outcomes = [];
    for (let i = 2; i <= 11; i += 1) outcomes.push(await error(add(`other-${i}`, 'kiosk-1')));
    expect(outcomes).toEqual([...Array(9).fill('no error'), '400 InvalidRequestException']);
  });

  it('forgets a deleted thing, even if one with its name comes', async () => {
    things('kiosk-1');
    rig.iot.createThingGroup('fleet');
    rig.iot.addThingToThingGroup('fleet', 'kiosk-1');
    rig.iot.deleteThing('kiosk-1');
    things('kiosk-1');
    expect((await list('fleet')).things).toEqual([]);
  });

  it('does not pretend to know other calls', async () => {
    expect(await error(rig.control.send(new UpdateThingGroupCommand({ thingGroupName: 'g', thingGroupProperties: {} })))).toBe('501 NotImplemented');
    expect(await error(rig.control.send(new CreateThingGroupCommand({ thingGroupName: 'g', tags: [{ Key: 'k' }] })))).toBe('501 NotImplemented');
  });
});

describe('ListThingsInThingGroup (https://docs.aws.amazon.com/iot/latest/apireference/API_ListThingsInThingGroup.html)', () => {
  it('lists names in pages, and those of child groups only if it is told to', async () => {
    await rig.start();
    for (const [name, parent] of [['fleet'], ['oslo', 'fleet'], ['pier', 'oslo']]) rig.iot.createThingGroup(name, parent);
    things('a', 'b', 'c', 'd', 'e');
    for (const [group, name] of [
      ['fleet', 'e'],
      ['fleet', 'b'],
      ['oslo', 'a'],
      ['pier', 'c'],
    ])
      rig.iot.addThingToThingGroup(group, name);
    expect((await list('fleet')).things).toEqual(['b', 'e']);
    const first = await list('fleet', { recursive: true, maxResults: 2 });
    rig.iot.deleteThing('b');
    const second = await list('fleet', { recursive: true, maxResults: 2, nextToken: first.nextToken });
    expect([first.things, second.things, second.nextToken]).toEqual([['a', 'b'], ['c', 'e'], undefined]);
  });

  it('takes 1 to 250 results and only tokens of its own', async () => {
    await rig.start();
    rig.iot.createThingGroup('fleet');
    const refused = [{ maxResults: 0 }, { maxResults: 251 }, { nextToken: '!' }, { nextToken: 'YWJj!' }];
    const outcomes = await Promise.all([...refused, { maxResults: 250 }].map((how) => error(list('fleet', how))));
    expect(outcomes).toEqual([...Array(4).fill('400 InvalidRequestException'), 'no error']);
  });

  it('throttles over 25 a second with 400 (Q1)', async () => {
    jest.spyOn(performance, 'now').mockReturnValue(0);
    await rig.start({ quotas: {} });
    rig.iot.createThingGroup('fleet');
    const outcomes = await Promise.all(Array.from({ length: 27 }, () => error(list('fleet'))));
    expect(outcomes.filter((outcome) => outcome === '400 ThrottlingException')).toHaveLength(2);
  });
});

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_iot.html
it('names the action, the group and the thing to IAM, whose refusal reaches the caller', async () => {
  const asked: string[] = [];
  await rig.start({}, (_caller, action, resource) => {
    asked.push(`${action} ${resource}`);
    if (action !== 'iot:AddThingToThingGroup') throw new AccessDenied('not authorized to perform');
  });
  things('kiosk-1');
  rig.iot.createThingGroup('a:b');
  await add('a:b', 'kiosk-1');
  expect(await error(list('a:b'))).toBe('403 AccessDeniedException');
  await error(rig.control.send(new CreateThingGroupCommand({ thingGroupName: 'g' })));
  await error(rig.control.send(new DescribeThingGroupCommand({ thingGroupName: 'g' })));
  await error(rig.control.send(new DeleteThingGroupCommand({ thingGroupName: 'g' })));
  await error(rig.control.send(new RemoveThingFromThingGroupCommand({ thingGroupName: 'g', thingName: 'kiosk-1' })));
  expect(asked).toEqual([
    `iot:AddThingToThingGroup ${ARN}thinggroup/a:b`,
    `iot:AddThingToThingGroup ${ARN}thing/kiosk-1`,
    `iot:ListThingsInThingGroup ${ARN}thinggroup/a:b`,
    ...['CreateThingGroup', 'DescribeThingGroup', 'DeleteThingGroup', 'RemoveThingFromThingGroup'].map((action) => `iot:${action} ${ARN}thinggroup/g`),
  ]);
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_ListThings.html
it('ListThings filters by thing type, and by the beginning of an attribute', async () => {
  await rig.start();
  rig.iot.createThing('a', { site: 'oslo-1' }, 'kiosk');
  rig.iot.createThing('b', { site: 'oslo-2' }, 'door');
  rig.iot.createThing('c', { site: 'bergen' }, 'kiosk');
  const names = async (filter: object) => (await rig.control.send(new ListThingsCommand(filter))).things!.map(({ thingName }) => thingName);
  expect(await names({ thingTypeName: 'kiosk' })).toEqual(['a', 'c']);
  expect(await names({ attributeName: 'site', attributeValue: 'oslo' })).toEqual([]);
  expect(await names({ attributeName: 'site', attributeValue: 'oslo', usePrefixAttributeValue: true })).toEqual(['a', 'b']);
  expect(await names({ attributeName: 'site', attributeValue: 'oslo', usePrefixAttributeValue: true, thingTypeName: 'door' })).toEqual(['b']);
});

describe('AWS::IoT::ThingGroup (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-thinggroup.html)', () => {
  beforeEach(() => rig.start());

  it('is created, updated, deleted, and not adopted', async () => {
    const { 'AWS::IoT::ThingGroup': group } = rig.iot.resourceTypes;
    rig.iot.createThingGroup('fleet');
    const created = await group.create({ ParentGroupName: 'fleet', Tags: [] }, CONTEXT);
    expect(created).toEqual({ physicalId: 'stack-L-x', attributes: { Arn: `${ARN}thinggroup/stack-L-x`, Id: expect.any(String) } });
    expect(() => group.create({ ThingGroupName: 'fleet' }, CONTEXT)).toThrow('Thing group fleet already exists');
    const changed = { ThingGroupProperties: { ThingGroupDescription: 'harbour', AttributePayload: { Attributes: { pier: '2' } } } };
    await group.update!('stack-L-x', changed, {}, CONTEXT);
    expect(await rig.control.send(new DescribeThingGroupCommand({ thingGroupName: 'stack-L-x' }))).toMatchObject({
      version: 2,
      thingGroupProperties: { thingGroupDescription: 'harbour', attributePayload: { attributes: { pier: '2' } } },
    });
    expect(() => group.delete('fleet', {}, CONTEXT)).toThrow('child groups');
    await group.delete('stack-L-x', {}, CONTEXT);
    await group.delete('stack-L-x', {}, CONTEXT);
    await group.delete('fleet', {}, CONTEXT);
  });

  it('is replaced when its name or parent changes', () => {
    expect(rig.iot.resourceTypes['AWS::IoT::ThingGroup'].replacedBy).toEqual(['ThingGroupName', 'ParentGroupName']);
  });
});
