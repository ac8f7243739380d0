import { LocalAws, type LocalAwsOptions } from '../../local-aws/local-aws';
import { handler } from '../../lambda/contacts';
import { contactsInProgress } from '../../lambda/sources/contacts-in-progress';
import { all } from '../support/all';
import { InProcess } from '../support/in-process';
import { reads } from '../support/reads';
import { scripted } from '../support/scripted';

/* Contacts in progress, found by SearchContacts: https://docs.aws.amazon.com/connect/latest/APIReference/API_SearchContacts.html */

let aws: LocalAws;
let open: Array<{ stop(): Promise<void> }> = [];
const env = { ...process.env };
afterEach(async () => {
  process.env = { ...env };
  for (const one of open.reverse()) await one.stop();
  open = [];
});

function opened<T extends { stop(): Promise<void> }>(one: T): T {
  open.push(one);
  return one;
}

async function start(options: LocalAwsOptions = {}): Promise<void> {
  aws = opened(await LocalAws.start(options));
  Object.assign(process.env, aws.env);
}

async function startCloud(options: LocalAwsOptions = {}): Promise<InProcess> {
  const cloud = opened(await InProcess.start({ quotas: { connect: 'none' }, ...options }));
  aws = cloud.aws;
  return cloud;
}

/** Amazon Connect, as it may answer. */
async function answers(status: number, what: object | string): Promise<void> {
  process.env.AWS_ENDPOINT_URL_CONNECT = opened(await scripted({ POST: [[status, what]] })).url;
}

const INSTANCE = 'arn:aws:connect:ca-central-1:123456789012:instance/i';
const DAY = 24 * 3600;
const found = async (more: object = {}) =>
  (
    await all(contactsInProgress({ InstanceArn: aws.connect.instanceArn, Channels: ['CHAT', 'TASK'], InitiatedWithinSeconds: String(DAY), ...more }, reads()))
  ).sort();

test('chats and tasks that have no disconnect time, and nothing else', async () => {
  await start({ quotas: { connect: 'none' } });
  const chat = aws.connect.startChat().contactId;
  const task = aws.connect.startContact({ channel: 'TASK' }).id;
  aws.connect.startContact({ channel: 'VOICE' });
  aws.connect.endContact(aws.connect.startChat().contactId);
  expect(await found()).toEqual([chat, task].sort());
  expect(await found({ Channels: ['TASK'] })).toEqual([task]);
});

test('those of a queue, by its id or ARN, and with all attributes', async () => {
  await start({ quotas: { connect: 'none' } });
  const { id } = aws.connect.startContact({ queueId: 'q1', attributes: { shop: 'a', tier: '2' } });
  aws.connect.startContact({ queueId: 'q2', attributes: { shop: 'a', tier: '2' } });
  aws.connect.startContact({ queueId: 'q1', attributes: { shop: 'a', tier: '3' } });
  // CloudFormation passes all scalars on as strings; a number stands for its text all the same.
  const Attributes = { shop: 'a', tier: 2 };
  expect(await found({ Queues: [`${aws.connect.instanceArn}/queue/q1`], Attributes })).toEqual([id]);
  expect(await found({ Queues: ['q1'], Attributes })).toEqual([id]);
});

test.each<[string, object]>([
  ['Queues is []: it must be a list with at least one entry, or be left out', { Queues: [] }],
  ['Queues is "": it must be a list', { Queues: '' }],
  ['Queues[0] is "", which is no queue: give its id or its ARN', { Queues: [''] }],
  ['Queues[1] is " ", which is no queue', { Queues: ['q1', ' '] }],
  ['Queues[0] is "arn:aws:connect:ca-central-1:123456789012:instance/i/queue/", which is no queue', { Queues: [`${INSTANCE}/queue/`] }],
  ['Channels is []: it must be a list with at least one entry, or be left out', { Channels: [] }],
  ['Channels[0] is "": it must be one of CHAT, TASK', { Channels: [''] }],
  ['Channels[1] is "VOICE": it must be one of CHAT, TASK', { Channels: ['CHAT', 'VOICE'] }],
  ['Attributes is {}: it must have at least one entry, or be left out', { Attributes: {} }],
  ['Attributes has a blank value of "shop": give it one, or leave it out', { Attributes: { shop: '' } }],
  ['Attributes has a blank value of "shop"', { Attributes: { tier: '2', shop: ' ' } }],
])('what would find more than is meant is refused before anything is asked: %s', async (message, parameters) => {
  await start();
  aws.connect.startContact({ queueId: 'q2' });
  await expect(found({ InstanceArn: INSTANCE, ...parameters })).rejects.toThrow(message);
  expect(aws.calls).toEqual([]);
});

test('queues that turn out to be none keep a teardown from ending those of all', async () => {
  const cloud = await startCloud();
  const { id } = aws.connect.startContact({ channel: 'TASK', queueId: 'q2' });
  const { instanceArn: InstanceArn } = aws.connect;
  const Targets = { Source: 'contactsInProgress', InstanceArn, Channels: ['TASK'], InitiatedWithinSeconds: String(DAY), Queues: [] };
  const { reason } = await cloud.destroy(handler, Targets, { InstanceArn });
  expect(reason).toBe('Queues is []: it must be a list with at least one entry, or be left out');
  expect(aws.connect.endOf(id)).toBeUndefined();
});

test('page by page, no faster than the quota allows, and again until there is nothing new', async () => {
  await start();
  const ids = Array.from({ length: 150 }, () => aws.connect.startContact({ channel: 'TASK' }).id);
  expect(await found()).toEqual(ids.sort());
  expect(aws.calls.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
});

test('none that a search is late to tell has ended', async () => {
  await start();
  await answers(200, {
    Contacts: [
      { Id: 'live', Channel: 'CHAT' },
      { Id: 'ended', Channel: 'CHAT', DisconnectTimestamp: 1_790_000_000 },
      { Id: 'call', Channel: 'VOICE' },
    ],
  });
  expect(await found()).toEqual(['live']);
});

test('10,000 are too many for one search, as it tells of no more', async () => {
  await start({ quotas: { connect: 'none' } });
  for (let n = 0; n < 10_000; n += 1) aws.connect.startContact({ channel: 'TASK' });
  await expect(found()).rejects.toThrow('10000 contacts or more are in progress, and a search tells of no more than so many: narrow it by queues');
});

test('an instance that is not there is an error, and no proof that nothing is in progress', async () => {
  await start();
  await expect(found({ InstanceArn: 'arn:aws:connect:ca-central-1:123456789012:instance/other' })).rejects.toThrow(
    'contacts in progress could not be searched: ResourceNotFoundException',
  );
});

test('what is searched by is told to nobody, whatever Amazon Connect answers', async () => {
  const cloud = await startCloud();
  const { instanceArn: InstanceArn } = aws.connect;
  await answers(400, { __type: 'InvalidRequestException', Message: 'no attribute shop with the value kanarienvogel' });
  const Attributes = { shop: 'kanarienvogel' };
  const Targets = { Source: 'contactsInProgress', InstanceArn, Channels: ['CHAT'], InitiatedWithinSeconds: '60', Attributes };
  const { reason } = await cloud.deploy(handler, Targets, { InstanceArn });
  expect(reason).toMatch('contacts in progress could not be searched: InvalidRequestException: HTTP status 400');
  expect(reason).not.toContain('kanarienvogel');
});

test('a contact that a late search still tells of is gone, and fails nothing', async () => {
  const cloud = await startCloud({ connect: { searchDelayMs: 3_600_000 } });
  const ids = [1, 2].map(() => {
    const contact = aws.connect.startContact({ channel: 'TASK' });
    return Object.assign(contact, { initiatedAt: contact.initiatedAt - 3_600_000 }).id;
  });
  aws.connect.endContact(ids[0]);
  const { instanceArn: InstanceArn } = aws.connect;
  const Targets = { Source: 'contactsInProgress', InstanceArn, Channels: ['TASK'], InitiatedWithinSeconds: String(DAY) };
  expect(await cloud.deploy(handler, Targets, { InstanceArn })).toMatchObject({ Target: 2, Ended: 1, AlreadyGone: 1, Failed: 0 });
});
