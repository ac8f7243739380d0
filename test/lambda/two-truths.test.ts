import { handler } from '../../lambda/mqtt';
import { InProcess } from '../support/in-process';
import { virtualTime } from '../support/virtual-time';
import { Fleet } from '../../local-aws/test/support/mqtt-device';

/* Where AWS documents two things, or is slow: the library survives either, and claims no more than it was told. */

const time = virtualTime();
let cloud: InProcess;
let fleet: Fleet;
async function start(iot: object): Promise<void> {
  cloud = await time.until(InProcess.start({ quotas: { iot: 'none' }, iot }));
  fleet = new Fleet(cloud.aws);
  time.follows(cloud.aws.iot.brokerUrl);
}

const destroy = (operation: object) => time.until(cloud.destroy(handler, ['kiosk'], operation));
afterEach(async () => {
  await fleet.leave();
  await cloud.stop();
});

// The developer guide speaks of clients with a persistent session, the API reference of connected ones:
// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-client-disconnect
test.each([
  ['ends the session', 'ENDED', { Ended: 1, AlreadyGone: 0 }, false],
  ['finds nobody', 'NOT_FOUND', { Ended: 0, AlreadyGone: 1 }, true],
] as const)('of a client that is offline and has a session, AWS IoT %s: no failure', async (_, offlineSession, counts, sessionStays) => {
  await start({ offlineSession });
  const client = await fleet.connect('kiosk', { clean: false });
  await client.subscribeAsync('orders', { qos: 1 });
  await client.endAsync();
  expect(await destroy({ CleanSession: 'true' })).toMatchObject({ ...counts, Failed: 0, reason: undefined });
  expect(await fleet.comesBackToSession('kiosk')).toBe(sessionStays);
});

// https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html: 6 to 8 minutes.
test('while a detached policy is still in force, a client that comes back is told of, and the next destroy gets through', async () => {
  const policyDelayMs = 420_000;
  await start({ policyDelayMs });
  const kiosk = await fleet.connect('kiosk', { reconnectPeriod: 100 });
  cloud.aws.iot.detachPolicy('AllowAll', fleet.principal);
  expect(await destroy({ ConfirmAwaySeconds: '0' })).toMatchObject({
    Reconnected: 1,
    Ended: 0,
    reason: expect.stringContaining('AWS IoT takes 6 to 8 minutes until that is in force: try again then'),
  });
  jest.advanceTimersByTime(policyDelayMs);
  expect(await destroy({ ConfirmAwaySeconds: '0' })).toMatchObject({ Reconnected: 0, Ended: 1, reason: undefined });
  expect(kiosk.connected).toBe(false);
});
