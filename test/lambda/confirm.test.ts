import { setTimeout as sleep } from 'node:timers/promises';
import { handler } from '../../lambda/mqtt';
import { InProcess } from '../support/in-process';
import { Fleet } from '../support/mqtt-device';

/* Whether clients stay away: https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#get-connection-api */

let cloud: InProcess;
let fleet: Fleet;
beforeAll(async () => {
  // With the documented quotas, one call a second for each client id among them.
  cloud = await InProcess.start({});
  fleet = new Fleet(cloud.aws);
});
afterEach(() => fleet.leave());
afterAll(() => cloud.stop());

function disconnect(ids: string[], awaySeconds?: string, seconds?: number) {
  return cloud.deploy(handler, ids, { ConfirmAwaySeconds: awaySeconds }, seconds);
}

const looksAt = (id: string) => cloud.aws.calls.filter(({ method, path }) => method === 'GET' && path.endsWith(`/${id}`)).length;
const throttled = () => cloud.aws.calls.filter(({ status }) => status === 429);

test('nothing is asked without confirm', async () => {
  await fleet.connect('plain', { reconnectPeriod: 1 });
  expect(await disconnect(['plain'])).toMatchObject({ Ended: 1, Reconnected: 0, Failed: 0 });
  expect(looksAt('plain')).toBe(0);
});

test.each([['disconnected', '0', 1], ['staysDisconnected', '2', 2]])('Confirm.%s tells who stays away, who comes back and who was not there', async (name, seconds, looks) => {
  const [stays, back, never] = ['stays', 'back', 'never'].map((kind) => `${kind}-${name}`);
  await fleet.connect(stays);
  await fleet.connect(back, { reconnectPeriod: 1 });
  expect(await disconnect([stays, back, never], seconds)).toMatchObject({ Ended: 1, AlreadyGone: 1, Reconnected: 1, Failed: 0, reason: expect.stringMatching(
    new RegExp(`^1 of 3 MQTT clients connected again \\(${back}\\): credentials still allow it: take them away first, with runAfterDeletionOf`)) });
  expect([stays, back, never].map(looksAt)).toEqual([looks, 1, looks]);
});

test('a client that comes back later is seen by staysDisconnected alone', async () => {
  const comesBackLater = async (id: string) => {
    const device = await fleet.connect(id);
    device.once('close', () => void sleep(1_500).then(() => fleet.connect(id)).catch(() => undefined));
  };
  await Promise.all(['late-1', 'late-2'].map(comesBackLater));
  const [once, stays] = await Promise.all([disconnect(['late-1'], '0'), disconnect(['late-2'], '3')]);
  expect(once).toMatchObject({ Ended: 1, Reconnected: 0 });
  expect(stays).toMatchObject({ Ended: 0, Reconnected: 1 });
});

test('a client that was not asked about in time fails', async () => {
  await fleet.connect('slow');
  expect(await disconnect(['slow'], '30', 3)).toMatchObject({ Ended: 0, Failed: 1, reason: expect.stringContaining(
    '(1 OutOfTime), for example slow: was disconnected, but the time was up before that was confirmed') });
});

test('no call was throttled in all this', () => {
  expect(throttled()).toEqual([]);
});
