import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CfnWaitConditionHandle } from 'aws-cdk-lib';
import { service as chat } from '../../lambda/chat';
import { service as iotPolicies } from '../../lambda/iot-policies';
import { service as contacts } from '../../lambda/contacts';
import { longRuns } from '../../lambda/long/long-runs';
import { service as mqtt } from '../../lambda/mqtt';
import { teardownHandler } from '../../lambda/run/main';
import type { Service } from '../../lambda/run/service';
import { service as things } from '../../lambda/things';
import { LocalAws } from '../../local-aws/local-aws';
import { Answers } from '../support/answers';
import { Fleet } from '../../local-aws/test/support/mqtt-device';
import { contextOf, MACHINE, StateMachine } from '../support/state-machine';
import { TestStack } from '../../local-aws/test/support/test-stack';
import { VirtualTime } from '../support/virtual-time';

/* That what takes longer than an invocation to end a target, or to be sure of it, works over several. */

const RESERVED_MS = 10_000;
/** Who has nothing left to do but to look later does it in the next invocation, or in one after it. */
const BETWEEN_STATES_MS = 100;

const time = new VirtualTime();
let aws: LocalAws;
let fleet: Fleet;
const machine = new StateMachine();
const answers = new Answers();
const env = { ...process.env };

beforeAll(async () => {
  time.start();
  aws = await time.until(LocalAws.start({ quotas: { things: 'none', iot: 'none', connect: 'none' }, connect: { describeDelayMs: 6_000 } }));
  await time.until(new TestStack(aws, 'S').deploy((scope) => new CfnWaitConditionHandle(scope, 'Anything')));
  aws.cloudformation.stack('S')!.setStatus('DELETE_IN_PROGRESS');
  await Promise.all([answers.start(), machine.start()]);
  Object.assign(process.env, aws.env, { AWS_ENDPOINT_URL_SFN: machine.url, AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/it' });
  fleet = new Fleet(aws);
  time.follows(aws.iot.brokerUrl);
});
afterEach(() => time.until(fleet.leave()));
afterAll(async () => {
  process.env = env;
  await time.until(Promise.all([answers.stop(), machine.stop(), aws.stop()]));
  time.stop();
});

/** Ends the targets in stretches of so many milliseconds; how many it took, and what was answered. */
const destroy: typeof destroyed = (...how) => time.until(destroyed(...how));

async function destroyed(service: Service, ids: readonly string[], operation: object, stretchMs: number, properties: object = {}, age = 0) {
  async function* list() {
    for (const id of ids) yield { id };
  }
  const handler = teardownHandler({ ...service, sources: { ...service.sources, list } }, async () => longRuns);
  const RequestId = randomUUID();
  const event = {
    RequestType: 'Delete',
    StackId: aws.cloudformation.stack('S')!.id,
    RequestId,
    LogicalResourceId: `It${RequestId.slice(0, 4)}`,
    PhysicalResourceId: 'cdk-teardown/it',
    ResourceType: service.resourceType,
    ResponseURL: `${answers.url}?X-Amz-Date=${new Date(Date.now() - age).toISOString().replace(/[-:]|\.\d+/g, '')}`,
    ResourceProperties: {
      Targets: { Source: 'list' },
      Operation: operation,
      RunOn: ['TEARDOWN'],
      TimeoutSeconds: '3000',
      ServiceTimeout: '3300',
      StateMachineArn: MACHINE,
      ...properties,
    },
  };
  await handler(event, contextOf(RESERVED_MS + stretchMs));
  let stretches = 1;
  const execution = machine.executions.find(({ name }) => name.endsWith(RequestId));
  while (execution && (await machine.step(execution.name, handler, RESERVED_MS + stretchMs))) {
    stretches += 1;
    await sleep(BETWEEN_STATES_MS);
  }
  const { Status, Reason, Data } = answers.received.find((answer) => answer.RequestId === RequestId);
  for (const id of ids) expect(machine.seen.join()).not.toContain(id);
  return { stretches, Status, Reason, ended: Data.EndedCount };
}

const callsFor = (id: string) => aws.calls.filter(({ path }) => path.endsWith(`/${id}`)).map(({ method }) => method);

test('a thing is asked to go once, and waited for over several invocations', async () => {
  const { Id } = aws.things.create({ acknowledgesAfter: 6_000 });
  const { stretches, ...rest } = await destroy(things, [Id], { WaitForDeletion: 'true' }, 2_500);
  expect(rest).toEqual({ Status: 'SUCCESS', Reason: undefined, ended: '1' });
  expect(stretches).toBeGreaterThan(2);
  expect(callsFor(Id).filter((method) => method === 'DELETE')).toHaveLength(1);
});

test('Force.after counts from when the thing was asked, whichever invocation did it', async () => {
  const { Id } = aws.things.create({ offline: true });
  const begun = Date.now();
  expect(await destroy(things, [Id], { WaitForDeletion: 'true', ForceAfterSeconds: '5' }, 2_000)).toMatchObject({ Status: 'SUCCESS', ended: '1' });
  expect(callsFor(Id).filter((method) => method === 'DELETE')).toHaveLength(2);
  expect(Date.now() - begun).toBeGreaterThan(5_000);
});

test('a device that is not back when the whole time is up fails the run', async () => {
  const { Id } = aws.things.create({ offline: true });
  const { Status, Reason } = await destroy(things, [Id], { WaitForDeletion: 'true' }, 2_000, { TimeoutSeconds: '5' });
  expect([Status, Reason]).toEqual(['FAILED', expect.stringContaining('1 of 1 managed things could not be deleted (1 StillThere)')]);
});

test('a hub goes after its devices, also where that takes several invocations', async () => {
  const hub = aws.things.create({ Role: 'CONTROLLER' });
  const devices = [1, 2, 3].map((n) => aws.things.create({ ParentControllerId: hub.Id, acknowledgesAfter: n * 2_000 }));
  const { stretches, ...rest } = await destroy(things, [hub.Id], { WaitForDeletion: 'true', DeleteChildren: 'true' }, 2_500);
  expect(rest).toMatchObject({ Status: 'SUCCESS' });
  expect(stretches).toBeGreaterThan(2);
  const order = aws.calls.filter(({ method, path }) => method === 'DELETE' && path.startsWith('/managed-things/')).map(({ path }) => path.split('/').at(-1));
  expect(order.indexOf(hub.Id)).toBe(order.lastIndexOf(hub.Id));
  for (const { Id } of devices) expect(order.indexOf(Id)).toBeLessThan(order.indexOf(hub.Id));
  expect(aws.things.list().some(({ Id }) => [hub, ...devices].some((thing) => thing.Id === Id))).toBe(false);
});

test('a client that stays away for longer than an invocation is disconnected once, and confirmed', async () => {
  await fleet.connect('stays');
  const { stretches, ...rest } = await destroy(mqtt, ['stays'], { ConfirmAwaySeconds: '6', Endpoint: aws.url }, 2_500);
  expect(rest).toEqual({ Status: 'SUCCESS', Reason: undefined, ended: '1' });
  expect(stretches).toBeGreaterThan(2);
  expect(callsFor('stays').filter((method) => method === 'DELETE')).toHaveLength(1);
});

test('a client that comes back is disconnected in later invocations too, until it stays away', async () => {
  const kiosk = await fleet.connect('back', { reconnectPeriod: 1 });
  const isLetIn = () => callsFor('back').filter((method) => method === 'DELETE').length < 4;
  kiosk.on('close', () => isLetIn() || kiosk.end(true));
  const { stretches, ...rest } = await destroy(mqtt, ['back'], { ConfirmAwaySeconds: '2', Endpoint: aws.url }, 4_000);
  expect(rest).toEqual({ Status: 'SUCCESS', Reason: undefined, ended: '1' });
  expect(stretches).toBeGreaterThan(2);
  expect(callsFor('back').filter((method) => method === 'DELETE')).toHaveLength(4);
});

test('a contact that was not seen to end in one invocation counts as stopped in the next', async () => {
  const { contactId } = aws.connect.startChat();
  const { stretches, ...rest } = await destroy(contacts, [contactId], { InstanceArn: aws.connect.instanceArn }, 2_500);
  expect(rest).toEqual({ Status: 'SUCCESS', Reason: undefined, ended: '1' });
  expect(stretches).toBeGreaterThan(1);
});

test('contacts that are found in progress, and are no more when the next invocation looks, are all stopped', async () => {
  const ids = Array.from({ length: 60 }, () => aws.connect.startContact({ channel: 'TASK', queueId: 'seam' }).id);
  const { instanceArn: InstanceArn } = aws.connect;
  const Targets = { Source: 'contactsInProgress', InstanceArn, Channels: ['TASK'], Queues: ['seam'], InitiatedWithinSeconds: '3600' };
  const { stretches, ended: _, ...rest } = await destroy(contacts, ids, { InstanceArn }, 4_500, { Targets });
  expect(rest).toEqual({ Status: 'SUCCESS', Reason: undefined });
  expect(stretches).toBeGreaterThan(1);
  expect(ids.filter((id) => aws.connect.endOf(id) === undefined)).toEqual([]);
});

test('participants of one store are disconnected once each', async () => {
  const tokens = Array.from({ length: 12 }, () => aws.connect.startChat().participantToken);
  const { stretches, ...rest } = await destroy(chat, tokens, { TokenKind: 'PARTICIPANT' }, 1_500);
  expect(rest).toEqual({ Status: 'SUCCESS', Reason: undefined, ended: '12' });
  expect(stretches).toBeGreaterThan(1);
  expect(aws.calls.filter(({ path, method }) => method === 'POST' && path === '/participant/disconnect')).toHaveLength(12);
});

test('tokens that are all denied are no success, also where the run goes on for longer than Lambda waits before it calls again', async () => {
  const tokens = Array.from({ length: 40 }, () => `${randomUUID()}-${randomUUID()}`);
  const operation = { TokenKind: 'PARTICIPANT', DeniedToken: 'TREAT_AS_GONE_UNLESS_ALL' };
  const { stretches, Status, Reason } = await destroy(chat, tokens, operation, 1_500, { RequestsPerSecond: '5' }, 50_000);
  expect(stretches).toBeGreaterThan(3);
  expect([Status, Reason]).toEqual(['FAILED', expect.stringContaining('Amazon Connect denied the tokens of all 40 chat participants')]);
});

test('a policy is detached from each target once, though what is detached is no longer listed', async () => {
  const principals = Array.from({ length: 30 }, (_, n) => aws.iot.principal(String(n).padStart(64, '0')));
  aws.iot.createPolicy('provisioned', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] });
  for (const principal of principals) aws.iot.attachPolicy('provisioned', principal);
  const { stretches, ...rest } = await destroy(iotPolicies, principals, { PolicyName: 'provisioned' }, 1_500, {
    Targets: { Source: 'policyTargets', PolicyName: 'provisioned' },
    RequestsPerSecond: '10',
  });
  expect(rest).toEqual({ Status: 'SUCCESS', Reason: undefined, ended: '30' });
  expect(stretches).toBeGreaterThan(2);
  expect(aws.iot.policyTargets('provisioned')).toEqual([]);
  expect(aws.calls.filter(({ method, path }) => method === 'POST' && path === '/target-policies/provisioned')).toHaveLength(30);
});
