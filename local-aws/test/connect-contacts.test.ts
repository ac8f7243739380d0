import {
  ConnectClient,
  DescribeContactCommand,
  SearchContactsCommand,
  StartTaskContactCommand,
  StopContactCommand,
  type SearchContactsCommandInput,
} from '@aws-sdk/client-connect';
import { AccessDenied } from '../service';
import { connectionToken, disconnect, error, rig, start, stop } from './connect-rig';

/* That contacts are started, found, described and stopped as AWS documents it. */
// Q3 = https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html#connect-api-quotas
// SEARCH = https://docs.aws.amazon.com/connect/latest/adminguide/contact-search.html

let client: ConnectClient;

async function connect(...options: Parameters<typeof start>): Promise<void> {
  await start(...options);
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 's' };
  client = new ConnectClient({ region: 'ca-central-1', endpoint: rig.url, maxAttempts: 1, credentials });
}

afterEach(async () => {
  jest.restoreAllMocks();
  client.destroy();
  await stop();
});

const InstanceId = () => rig.connect.instanceId;
const stopContact = (ContactId: string) => client.send(new StopContactCommand({ InstanceId: InstanceId(), ContactId }));
const describeContact = async (ContactId: string) => (await client.send(new DescribeContactCommand({ InstanceId: InstanceId(), ContactId }))).Contact!;
const HOUR = 3600_000;

function searched(criteria: SearchContactsCommandInput['SearchCriteria'] = {}, more: Partial<SearchContactsCommandInput> = {}) {
  const TimeRange = { Type: 'INITIATION_TIMESTAMP' as const, StartTime: new Date(rig.now - HOUR), EndTime: new Date(rig.now) };
  return client.send(new SearchContactsCommand({ InstanceId: InstanceId(), TimeRange, SearchCriteria: criteria, ...more }));
}

async function found(...args: Parameters<typeof searched>): Promise<string[]> {
  return (await searched(...args)).Contacts!.map(({ Id }) => Id!).sort();
}

const IN_PROGRESS = {
  AdditionalTimeRange: {
    Criteria: [{ TimestampCondition: { Type: 'DISCONNECT_TIMESTAMP' as const, ConditionType: 'NOT_EXISTS' as const } }],
    MatchType: 'MATCH_ALL' as const,
  },
};

describe('StopContact (https://docs.aws.amazon.com/connect/latest/APIReference/API_StopContact.html)', () => {
  it('ends a chat for its customer', async () => {
    await connect();
    const { contactId, participantToken } = rig.connect.startChat();
    const token = await connectionToken(participantToken);
    await stopContact(contactId);
    expect(rig.connect.participants).toMatchObject([{ contactId, state: 'DISCONNECTED' }]);
    expect(await error(disconnect(token))).toMatch('AccessDeniedException');
    expect((await describeContact(contactId)).DisconnectTimestamp).toEqual(new Date(rig.now));
  });

  it.each(['TRANSFER', 'QUEUE_TRANSFER', 'DISCONNECT'])('ends a task that was initiated by %s, and no voice contact', async (initiationMethod) => {
    await connect();
    const [task, call] = (['TASK', 'VOICE'] as const).map((channel) => rig.connect.startContact({ channel, initiationMethod }).id);
    await stopContact(task);
    expect(rig.connect.endOf(task)).toBe(rig.now);
    // The code is inferred.
    expect(await error(stopContact(call))).toMatch('400 InvalidRequestException');
    expect(rig.connect.endOf(call)).toBeUndefined();
  });

  it('knows no contact that never was, and no other instance', async () => {
    await connect();
    expect(await error(stopContact('never-there'))).toMatch('410 ContactNotFoundException');
    const elsewhere = client.send(new StopContactCommand({ InstanceId: 'other', ContactId: 'c' }));
    expect(await error(elsewhere)).toMatch('404 ResourceNotFoundException');
  });

  // What it answers about a chat or task that has ended is not documented.
  it.each([
    [undefined, '410 ContactNotFoundException'],
    ['InvalidRequestException' as const, '400 InvalidRequestException'],
    ['OK' as const, 'no error'],
  ])('answers about one that has ended as it is set: %s', async (endedContact, answer) => {
    await connect({ endedContact });
    const { id } = rig.connect.startContact({ channel: 'TASK' });
    await stopContact(id);
    rig.now += 1_000;
    expect(await error(stopContact(id))).toMatch(answer);
    expect(rig.connect.endOf(id)).toBe(rig.now - 1_000);
  });
});

describe('DescribeContact (https://docs.aws.amazon.com/connect/latest/APIReference/API_DescribeContact.html)', () => {
  it('tells when a contact ended, if it did', async () => {
    await connect();
    const { id } = rig.connect.startContact({ queueId: 'q', attributes: { floor: '2' } });
    expect(await describeContact(id)).toMatchObject({ Id: id, Channel: 'CHAT', InitiationMethod: 'API', QueueInfo: { Id: 'q' }, Attributes: { floor: '2' } });
    expect((await describeContact(id)).DisconnectTimestamp).toBeUndefined();
    // https://docs.aws.amazon.com/connect/latest/APIReference/API_StartChatContact.html
    rig.now += 25 * HOUR;
    expect((await describeContact(id)).DisconnectTimestamp).toEqual(new Date(rig.now));
    expect(await error(describeContact('never-there'))).toMatch('404 ResourceNotFoundException');
  });

  it('may be behind', async () => {
    await connect({ describeDelayMs: 5_000 });
    const { id } = rig.connect.startContact({});
    rig.connect.endContact(id);
    rig.now += 4_999;
    expect((await describeContact(id)).DisconnectTimestamp).toBeUndefined();
    rig.now += 1;
    expect((await describeContact(id)).DisconnectTimestamp).toEqual(new Date(rig.now - 5_000));
  });
});

describe('SearchContacts (https://docs.aws.amazon.com/connect/latest/APIReference/API_SearchContacts.html)', () => {
  it('finds those that have no disconnect time, by channel, queue and attributes', async () => {
    await connect();
    const chat = rig.connect.startChat({ queueId: 'q1', attributes: { shop: 'a', tier: 'gold' } }).contactId;
    const task = rig.connect.startContact({ channel: 'TASK', queueId: 'q2', attributes: { shop: 'a' } }).id;
    const call = rig.connect.startContact({ channel: 'VOICE' }).id;
    const ended = rig.connect.startChat().contactId;
    rig.connect.endContact(ended);
    expect(await found()).toEqual([chat, task, call, ended].sort());
    expect(await found(IN_PROGRESS)).toEqual([chat, task, call].sort());
    expect(await found({ Channels: ['CHAT', 'TASK'] })).toEqual([chat, task, ended].sort());
    expect(await found({ QueueIds: ['q1', 'q3'] })).toEqual([chat]);
    const byAttributes = (...names: string[]) => ({
      SearchableContactAttributes: {
        MatchType: 'MATCH_ALL' as const,
        Criteria: names.map((name) => ({ Key: name.split('=')[0], Values: [name.split('=')[1]] })),
      },
    });
    expect(await found(byAttributes('shop=a'))).toEqual([chat, task].sort());
    expect(await found(byAttributes('shop=a', 'tier=gold'))).toEqual([chat]);
  });

  it('finds what was initiated within its range, of eight weeks at most (SEARCH)', async () => {
    await connect();
    const { id } = rig.connect.startContact({ channel: 'TASK' });
    rig.now += HOUR;
    expect(await found()).toEqual([id]);
    rig.now += 1_000;
    expect(await found()).toEqual([]);
    const range = (days: number) => ({
      TimeRange: { Type: 'INITIATION_TIMESTAMP' as const, StartTime: new Date(rig.now - days * 24 * HOUR), EndTime: new Date(rig.now) },
    });
    expect(await found({}, range(56))).toEqual([id]);
    expect(await error(found({}, range(57)))).toMatch('400 InvalidRequestException');
  });

  it('answers page by page, up to 10,000 (SEARCH)', async () => {
    await connect();
    for (let n = 0; n < 10_001; n += 1) rig.connect.startContact({ channel: 'TASK' });
    const first = await searched({}, { MaxResults: 100 });
    expect([first.Contacts!.length, first.NextToken, first.TotalCount]).toEqual([100, '100', 10_001]);
    const last = await searched({}, { MaxResults: 100, NextToken: '9950' });
    expect([last.Contacts!.length, last.NextToken]).toEqual([50, undefined]);
  });

  it('may be behind', async () => {
    await connect({ searchDelayMs: 5_000 });
    const { id } = rig.connect.startContact({ channel: 'TASK' });
    expect(await found()).toEqual([]);
    rig.now += 5_000;
    expect(await found()).toEqual([id]);
    rig.connect.endContact(id);
    expect(await found(IN_PROGRESS)).toEqual([id]);
  });

  it('does not do what it does not know', async () => {
    await connect();
    expect(await error(searched({ AgentIds: ['a'] }))).toMatch('501 NotImplemented');
    expect(await error(searched({}, { Sort: { FieldName: 'CHANNEL', Order: 'ASCENDING' } }))).toMatch('501 NotImplemented');
  });
});

it('StartTaskContact opens a task (https://docs.aws.amazon.com/connect/latest/APIReference/API_StartTaskContact.html)', async () => {
  await connect();
  const task = { InstanceId: InstanceId(), ContactFlowId: 'flow', Name: 'Call Ada back', Attributes: { floor: '2' } };
  const { ContactId } = await client.send(new StartTaskContactCommand(task));
  expect(await describeContact(ContactId!)).toMatchObject({ Channel: 'TASK', Name: 'Call Ada back', Attributes: { floor: '2' } });
  expect(await error(client.send(new StartTaskContactCommand({ ...task, ContactFlowId: undefined })))).toMatch('400 InvalidRequestException');
});

it('asks IAM for the contact, or for the instance (https://docs.aws.amazon.com/service-authorization/latest/reference/list_connect.html)', async () => {
  const asked: string[] = [];
  await connect({ instanceId: 'i' }, (_caller, action, resource) => {
    asked.push(`${action} ${resource}`);
    if (action !== 'connect:SearchContacts') throw new AccessDenied('not authorized to perform');
  });
  expect(await error(stopContact('c'))).toMatch('403 AccessDeniedException');
  expect(await error(describeContact('c'))).toMatch('403 AccessDeniedException');
  const byAttribute = { SearchableContactAttributes: { Criteria: [{ Key: 'a', Values: ['b'] }] } };
  // https://docs.aws.amazon.com/connect/latest/APIReference/API_SearchCriteria.html
  expect(await error(searched(byAttribute))).toMatch('403 AccessDeniedException');
  const instance = 'arn:aws:connect:ca-central-1:123456789012:instance/i';
  expect(asked).toEqual([
    `connect:StopContact ${instance}/contact/c`,
    `connect:DescribeContact ${instance}/contact/c`,
    `connect:SearchContacts ${instance}`,
    `connect:GetContactAttributes ${instance}/contact/*`,
  ]);
});

it.each([
  ['StopContact', 15, () => stopContact('c')],
  ['DescribeContact', 15, () => describeContact('c')],
  ['SearchContacts', 1, () => searched()],
])('%s allows a burst of %i (Q3)', async (_, burst, call) => {
  jest.spyOn(performance, 'now').mockReturnValue(0);
  await connect({ quotas: {} });
  const answers = await Promise.all(Array.from({ length: burst + 1 }, () => error(call())));
  expect(answers.filter((answer) => answer.startsWith('429 ThrottlingException'))).toHaveLength(1);
});
