import { Pace } from '../../lambda/calls/pace';
import { stopContact } from '../../lambda/contacts/operation';
import { Hasty } from '../support/calls';
import { reads } from '../support/reads';
import { scripted, type Line } from '../support/scripted';

/* What Amazon Connect may answer that the stand-in does not. */

beforeAll(() => {
  Object.assign(process.env, { AWS_REGION: 'ca-central-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});

const ACCEPTED: Line = [200, {}];
const NOT_FOUND: Line = [404, 'ResourceNotFoundException'];
const REFUSED: Line = [400, 'InvalidRequestException'];
const DENIED: Line = [403, 'AccessDeniedException'];
const contact = (more: object = {}): Line => [200, { Contact: { Channel: 'CHAT', InitiationMethod: 'API', ...more } }];
const ENDED = contact({ DisconnectTimestamp: Math.floor(Date.now() / 1000) + 3_600 });
const IN_PROGRESS = contact();

async function end(POST: readonly Line[], GET: readonly Line[] = [ENDED], { calledAt, pauses }: { calledAt?: number; pauses?: number } = {}) {
  const service = await scripted({ POST, GET });
  const { AWS_ENDPOINT_URL } = process.env;
  process.env.AWS_ENDPOINT_URL = service.url;
  const calls = new Hasty({ pace: new Pace({ perSecond: 1_000, burst: 10 }) }, pauses);
  try {
    const outcome = await stopContact({ InstanceArn: 'arn:aws:connect:ca-central-1:123456789012:instance/i' }, reads())
      .end({ id: 'c', calledAt }, calls)
      .catch((error) => error.failure ?? error)
      .then((ended) => (ended instanceof Error ? `${ended.name}: ${ended.message}` : ended));
    return { outcome, calls: service.calls.map((call) => call.split(' ')[0]).join(' '), pauses: calls.pauses };
  } finally {
    process.env.AWS_ENDPOINT_URL = AWS_ENDPOINT_URL;
    await service.stop();
  }
}

test('is told of once, and looked at less and less often', async () => {
  const { outcome, calls, pauses } = await end([ACCEPTED], [...Array(9).fill(IN_PROGRESS), ENDED]);
  expect([outcome, calls]).toEqual(['ended', `POST${' GET'.repeat(10)}`]);
  expect(pauses.map(Math.round)).toEqual([1_000, 1_500, 2_250, 3_375, 5_063, 7_594, 11_391, 15_000, 15_000, 15_000]);
});

test('that is accepted and not known yet is looked at again', async () => {
  expect(await end([ACCEPTED], [NOT_FOUND, ENDED])).toMatchObject({ outcome: 'ended', calls: 'POST GET GET' });
});

test.each<[string, number, string]>([
  ['a second before, as clocks differ and times may be whole seconds', -1, 'ended'],
  ['long before', -60, 'alreadyGone'],
])('one that ended %s', async (_, seconds, outcome) => {
  const now = Math.floor(Date.now() / 1000) * 1000;
  const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
  try {
    const DisconnectTimestamp = now / 1000 + seconds;
    expect(await end([ACCEPTED], [contact({ DisconnectTimestamp })])).toMatchObject({ outcome });
  } finally {
    clock.mockRestore();
  }
});

test('that an invocation before had stopped is looked at first', async () => {
  const calledAt = Date.now() - 60_000;
  expect(await end([ACCEPTED], [ENDED], { calledAt })).toMatchObject({ outcome: 'ended', calls: 'GET' });
  expect(await end([ACCEPTED], [IN_PROGRESS, ENDED], { calledAt })).toMatchObject({ outcome: 'ended', calls: 'GET POST GET' });
  expect(await end([[410, 'ContactNotFoundException']], [IN_PROGRESS], { calledAt })).toMatchObject({ outcome: 'ended', calls: 'GET POST' });
  expect(await end([REFUSED], [IN_PROGRESS, IN_PROGRESS, ENDED], { calledAt })).toMatchObject({ outcome: 'ended', calls: 'GET POST GET GET' });
  // Its end was brought about by the call before.
  const DisconnectTimestamp = Math.floor(calledAt / 1000);
  expect(await end([ACCEPTED], [IN_PROGRESS, contact({ DisconnectTimestamp })], { calledAt })).toMatchObject({ outcome: 'ended' });
});

test.each<[string, readonly Line[], string]>([
  ['of a chat that goes on', [IN_PROGRESS], 'InvalidRequestException: scripted'],
  ['of a contact that cannot be found', [NOT_FOUND], 'InvalidRequestException: scripted'],
  ['of a contact that may not be looked at', [DENIED], 'InvalidRequestException: scripted'],
  ['of a call', [contact({ Channel: 'VOICE', InitiationMethod: 'MONITOR' })], 'VoiceContact: is a voice contact that was initiated by MONITOR'],
])('a refusal %s is told', async (_, GET, message) => {
  expect((await end([REFUSED], GET)).outcome).toMatch(message);
});

test('a denial names the permission', async () => {
  expect((await end([DENIED])).outcome).toMatch("AccessDeniedException: see that the provider's role is allowed connect:StopContact on contact/c");
  expect((await end([ACCEPTED], [DENIED])).outcome).toMatch("see that the provider's role is allowed connect:DescribeContact on contact/c");
});

test('a fault is tried again', async () => {
  expect(await end([[500, 'InternalServiceException'], [429, 'ThrottlingException'], ACCEPTED])).toMatchObject({
    outcome: 'ended',
    calls: 'POST POST POST GET',
  });
});

test('that is still there when the time is up fails', async () => {
  expect((await end([ACCEPTED], [IN_PROGRESS], { pauses: 2 })).outcome).toMatch('StillThere: is still there: Amazon Connect accepted to stop it');
});
