import { randomUUID } from 'node:crypto';
import { service as chat } from '../../lambda/chat';
import { service as iotPolicies } from '../../lambda/iot-policies';
import { service as contacts } from '../../lambda/contacts';
import { service as mqtt } from '../../lambda/mqtt';
import { service as things } from '../../lambda/things';
import type { LocalAws } from '../../local-aws/local-aws';
import { Fleet } from '../../local-aws/test/support/mqtt-device';
import { severalInvocations } from '../support/several-invocations';

/* That what takes longer than an invocation to end a target, or to be sure of it, works over several. */

const several = severalInvocations({ quotas: { things: 'none', iot: 'none', connect: 'none' }, connect: { describeDelayMs: 6_000 } });
let aws: LocalAws;
let fleet: Fleet;

beforeAll(() => {
  ({ aws } = several);
  fleet = new Fleet(aws);
});
afterEach(() => several.time.until(fleet.leave()));

/** What the counts come to is told of elsewhere. */
async function destroy(...run: Parameters<typeof several.destroy>) {
  const { stretches, Status, Reason, ended } = await several.destroy(...run);
  return { stretches, Status, Reason, ended };
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
  const { stretches, ...rest } = await destroy(contacts, ids, { InstanceArn }, 4_500, { Targets });
  expect(rest).toEqual({ Status: 'SUCCESS', Reason: undefined, ended: '60' });
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
