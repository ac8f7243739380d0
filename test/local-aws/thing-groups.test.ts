import {
  AddThingToThingGroupCommand, CreateThingGroupCommand, DeleteThingGroupCommand, DescribeThingGroupCommand, IoTClient, ListThingsCommand,
  ListThingsInThingGroupCommand, RemoveThingFromThingGroupCommand, UpdateThingGroupCommand, type ListThingsInThingGroupCommandInput,
} from '@aws-sdk/client-iot';
import type { ResourceContext } from '../../local-aws/cloudformation/resource-type';
import { Iot, type IotOptions } from '../../local-aws/iot/iot';
import { AwsServer, type Authority } from '../../local-aws/server';
import { AwsError } from '../../local-aws/service';

// G1 = https://docs.aws.amazon.com/iot/latest/developerguide/thing-groups.html
// Q1 = https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
const ARN = 'arn:aws:iot:ca-central-1:123456789012:';

let iot: Iot;
let server: AwsServer;
let client: IoTClient;

async function start(options: Partial<IotOptions> = {}, check: Authority['check'] = () => {}): Promise<void> {
  iot = new Iot({ region: 'ca-central-1', account: '123456789012', quotas: 'none', ...options });
  server = new AwsServer(iot.services, { callerOf: () => ({ kind: 'operator' }), check });
  client = new IoTClient({
    region: 'ca-central-1', endpoint: await server.listen(), credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' }, maxAttempts: 1,
  });
}

afterEach(async () => {
  jest.restoreAllMocks();
  client.destroy();
  await server.close();
});

const error = (promise: Promise<unknown>) => promise.then(() => 'no error', (e) => `${e.$metadata?.httpStatusCode} ${e.name}`);
const list = (thingGroupName: string, how: Partial<ListThingsInThingGroupCommandInput> = {}) =>
  client.send(new ListThingsInThingGroupCommand({ thingGroupName, ...how }));
const add = (thingGroupName: string, thingName: string) => client.send(new AddThingToThingGroupCommand({ thingGroupName, thingName }));
const things = (...names: string[]) => names.forEach((name) => iot.createThing(name));

describe('thing groups (G1)', () => {
  beforeEach(() => start());

  it('are created, described with their parents from the root down, and deleted', async () => {
    iot.createThingGroup('fleet');
    iot.createThingGroup('oslo', 'fleet');
    const thingGroupProperties = { thingGroupDescription: 'harbour', attributePayload: { attributes: { pier: '2' } } };
    const created = await client.send(new CreateThingGroupCommand({ thingGroupName: 'pier', parentGroupName: 'oslo', thingGroupProperties }));
    expect(created).toMatchObject({ thingGroupName: 'pier', thingGroupArn: `${ARN}thinggroup/pier`, thingGroupId: expect.any(String) });
    expect(await client.send(new DescribeThingGroupCommand({ thingGroupName: 'pier' }))).toMatchObject({
      thingGroupArn: `${ARN}thinggroup/pier`, thingGroupId: created.thingGroupId, version: 1, thingGroupProperties,
      thingGroupMetadata: {
        parentGroupName: 'oslo', creationDate: expect.any(Date),
        rootToParentThingGroups: [{ groupName: 'fleet', groupArn: `${ARN}thinggroup/fleet` }, { groupName: 'oslo', groupArn: `${ARN}thinggroup/oslo` }],
      },
    });
    await client.send(new DeleteThingGroupCommand({ thingGroupName: 'pier' }));
    expect(await error(client.send(new DescribeThingGroupCommand({ thingGroupName: 'pier' })))).toBe('404 ResourceNotFoundException');
  });

  // https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThingGroup.html
  it('are created twice with the same properties, not with different ones or under no parent', async () => {
    const create = (parentGroupName?: string, thingGroupDescription?: string) =>
      error(client.send(new CreateThingGroupCommand({ thingGroupName: 'pier', parentGroupName, thingGroupProperties: { thingGroupDescription } })));
    iot.createThingGroup('fleet');
    iot.createThingGroup('pier', 'fleet');
    expect([await create('nowhere'), await create('fleet'), await create('fleet'), await create(), await create('fleet', 'harbour')]).toEqual([
      '400 InvalidRequestException', 'no error', 'no error', '409 ResourceAlreadyExistsException', '409 ResourceAlreadyExistsException',
    ]);
  });

  it('are not deleted before their child groups, nor at another version; one that is not there is', async () => {
    const remove = (thingGroupName: string, expectedVersion?: number) => client.send(new DeleteThingGroupCommand({ thingGroupName, expectedVersion }));
    iot.createThingGroup('fleet');
    iot.createThingGroup('oslo', 'fleet');
    await expect(remove('fleet')).rejects.toThrow('Cannot delete thing group : fleet when there are still child groups attached to it.');
    expect(await error(remove('oslo', 7))).toBe('409 VersionConflictException');
    expect([await error(remove('oslo', 1)), await error(remove('fleet')), await error(remove('nothing'))]).toEqual(['no error', 'no error', 'no error']);
  });

  it('take things in and let them go, by name or ARN', async () => {
    things('kiosk-1', 'kiosk-2');
    iot.createThingGroup('fleet');
    await add('fleet', 'kiosk-1');
    await client.send(new AddThingToThingGroupCommand({ thingGroupArn: `${ARN}thinggroup/fleet`, thingArn: `${ARN}thing/kiosk-2` }));
    await add('fleet', 'kiosk-2');
    expect((await list('fleet')).things).toEqual(['kiosk-1', 'kiosk-2']);
    await client.send(new RemoveThingFromThingGroupCommand({ thingGroupName: 'fleet', thingName: 'kiosk-1' }));
    expect((await list('fleet')).things).toEqual(['kiosk-2']);
    iot.removeThingFromThingGroup('fleet', 'kiosk-2');
    expect((await list('fleet')).things).toEqual([]);
  });

  it('refuses a thing or a group that is not there or not named', async () => {
    things('kiosk-1');
    iot.createThingGroup('fleet');
    expect([await error(add('nothing', 'kiosk-1')), await error(add('fleet', 'kiosk-2')), await error(list('nothing'))]).toEqual(
      Array(3).fill('404 ResourceNotFoundException'));
    expect(await error(client.send(new AddThingToThingGroupCommand({ thingName: 'kiosk-1' })))).toBe('400 InvalidRequestException');
  });

  it('refuses a thing that is in the same hierarchy already, or in ten groups', async () => {
    things('kiosk-1');
    for (const [name, parent] of [['fleet'], ['oslo', 'fleet'], ['bergen', 'fleet']]) iot.createThingGroup(name, parent);
    await add('oslo', 'kiosk-1');
    expect([await error(add('bergen', 'kiosk-1')), await error(add('fleet', 'kiosk-1'))]).toEqual(Array(2).fill('400 InvalidRequestException'));
    for (let i = 2; i <= 11; i += 1) iot.createThingGroup(`other-${i}`);
    const outcomes = [];
    for (let i = 2; i <= 11; i += 1) outcomes.push(await error(add(`other-${i}`, 'kiosk-1')));
    expect(outcomes).toEqual([...Array(9).fill('no error'), '400 InvalidRequestException']);
  });

  it('forgets a deleted thing, even if one with its name comes', async () => {
    things('kiosk-1');
    iot.createThingGroup('fleet');
    iot.addThingToThingGroup('fleet', 'kiosk-1');
    iot.deleteThing('kiosk-1');
    things('kiosk-1');
    expect((await list('fleet')).things).toEqual([]);
  });

  it('does not pretend to know other calls', async () => {
    expect(await error(client.send(new UpdateThingGroupCommand({ thingGroupName: 'g', thingGroupProperties: {} })))).toBe('501 NotImplemented');
    expect(await error(client.send(new CreateThingGroupCommand({ thingGroupName: 'g', tags: [{ Key: 'k' }] })))).toBe('501 NotImplemented');
  });
});

describe('ListThingsInThingGroup (https://docs.aws.amazon.com/iot/latest/apireference/API_ListThingsInThingGroup.html)', () => {
  it('lists names in pages, and those of child groups only if it is told to', async () => {
    await start();
    for (const [name, parent] of [['fleet'], ['oslo', 'fleet'], ['pier', 'oslo']]) iot.createThingGroup(name, parent);
    things('a', 'b', 'c', 'd', 'e');
    for (const [group, name] of [['fleet', 'e'], ['fleet', 'b'], ['oslo', 'a'], ['pier', 'c']]) iot.addThingToThingGroup(group, name);
    expect((await list('fleet')).things).toEqual(['b', 'e']);
    const first = await list('fleet', { recursive: true, maxResults: 2 });
    iot.deleteThing('b');
    const second = await list('fleet', { recursive: true, maxResults: 2, nextToken: first.nextToken });
    expect([first.things, second.things, second.nextToken]).toEqual([['a', 'b'], ['c', 'e'], undefined]);
  });

  it('takes 1 to 250 results and only tokens of its own', async () => {
    await start();
    iot.createThingGroup('fleet');
    const refused = [{ maxResults: 0 }, { maxResults: 251 }, { nextToken: '!' }, { nextToken: 'YWJj!' }];
    const outcomes = await Promise.all([...refused, { maxResults: 250 }].map((how) => error(list('fleet', how))));
    expect(outcomes).toEqual([...Array(4).fill('400 InvalidRequestException'), 'no error']);
  });

  it('throttles over 25 a second with 400 (Q1)', async () => {
    jest.spyOn(performance, 'now').mockReturnValue(0);
    await start({ quotas: {} });
    iot.createThingGroup('fleet');
    const outcomes = await Promise.all(Array.from({ length: 27 }, () => error(list('fleet'))));
    expect(outcomes.filter((outcome) => outcome === '400 ThrottlingException')).toHaveLength(2);
  });
});

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_iot.html
it('names the action, the group and the thing to IAM, whose refusal reaches the caller', async () => {
  const asked: string[] = [];
  await start({}, (_caller, action, resource) => {
    asked.push(`${action} ${resource}`);
    if (action !== 'iot:AddThingToThingGroup') throw new AwsError('AccessDeniedException', 'not authorized to perform', 403);
  });
  things('kiosk-1');
  iot.createThingGroup('a:b');
  await add('a:b', 'kiosk-1');
  expect(await error(list('a:b'))).toBe('403 AccessDeniedException');
  await error(client.send(new CreateThingGroupCommand({ thingGroupName: 'g' })));
  await error(client.send(new DescribeThingGroupCommand({ thingGroupName: 'g' })));
  await error(client.send(new DeleteThingGroupCommand({ thingGroupName: 'g' })));
  await error(client.send(new RemoveThingFromThingGroupCommand({ thingGroupName: 'g', thingName: 'kiosk-1' })));
  expect(asked).toEqual([
    `iot:AddThingToThingGroup ${ARN}thinggroup/a:b`, `iot:AddThingToThingGroup ${ARN}thing/kiosk-1`, `iot:ListThingsInThingGroup ${ARN}thinggroup/a:b`,
    ...['CreateThingGroup', 'DescribeThingGroup', 'DeleteThingGroup', 'RemoveThingFromThingGroup'].map((action) => `iot:${action} ${ARN}thinggroup/g`),
  ]);
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_ListThings.html
it('ListThings filters by thing type, and by the beginning of an attribute', async () => {
  await start();
  iot.createThing('a', { site: 'oslo-1' }, 'kiosk');
  iot.createThing('b', { site: 'oslo-2' }, 'door');
  iot.createThing('c', { site: 'bergen' }, 'kiosk');
  const names = async (filter: object) => (await client.send(new ListThingsCommand(filter))).things!.map(({ thingName }) => thingName);
  expect(await names({ thingTypeName: 'kiosk' })).toEqual(['a', 'c']);
  expect(await names({ attributeName: 'site', attributeValue: 'oslo' })).toEqual([]);
  expect(await names({ attributeName: 'site', attributeValue: 'oslo', usePrefixAttributeValue: true })).toEqual(['a', 'b']);
  expect(await names({ attributeName: 'site', attributeValue: 'oslo', usePrefixAttributeValue: true, thingTypeName: 'door' })).toEqual(['b']);
});

describe('AWS::IoT::ThingGroup (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-thinggroup.html)', () => {
  const context: ResourceContext = {
    stackId: 's', stackName: 'stack', logicalId: 'L', region: 'ca-central-1', account: '123456789012', generatedName: () => 'stack-L-x',
  };
  beforeEach(() => start());

  it('is created, updated, deleted, and not adopted', async () => {
    const { 'AWS::IoT::ThingGroup': group } = iot.resourceTypes;
    iot.createThingGroup('fleet');
    const created = await group.create({ ParentGroupName: 'fleet', Tags: [] }, context);
    expect(created).toEqual({ physicalId: 'stack-L-x', attributes: { Arn: `${ARN}thinggroup/stack-L-x`, Id: expect.any(String) } });
    expect(() => group.create({ ThingGroupName: 'fleet' }, context)).toThrow('Thing group fleet already exists');
    const changed = { ThingGroupProperties: { ThingGroupDescription: 'harbour', AttributePayload: { Attributes: { pier: '2' } } } };
    await group.update!('stack-L-x', changed, {}, context);
    expect(await client.send(new DescribeThingGroupCommand({ thingGroupName: 'stack-L-x' }))).toMatchObject({
      version: 2, thingGroupProperties: { thingGroupDescription: 'harbour', attributePayload: { attributes: { pier: '2' } } },
    });
    expect(() => group.delete('fleet', {}, context)).toThrow('child groups');
    await group.delete('stack-L-x', {}, context);
    await group.delete('stack-L-x', {}, context);
    await group.delete('fleet', {}, context);
  });

  it('is replaced when its name or parent changes', () => {
    expect(iot.resourceTypes['AWS::IoT::ThingGroup'].replacedBy).toEqual(['ThingGroupName', 'ParentGroupName']);
  });

  it('refuses dynamic groups', () => {
    expect(() => iot.resourceTypes['AWS::IoT::ThingGroup'].create({ QueryString: 'thingName:a' }, context)).toThrow('property QueryString');
  });
});
