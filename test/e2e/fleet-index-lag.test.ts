import type { MqttClient } from 'mqtt';
import { Moment, MqttClients } from '../../lib';
import { until } from '../../local-aws/test/support/mqtt-device';
import { mqttScene } from '../support/mqtt-scene';

/* The fleet index is some seconds behind the clients ("eventually consistent"): https://docs.aws.amazon.com/iot/latest/developerguide/managing-index.html */

const DELAY_MS = 15_000;
const KIOSKS = ['kiosk-1', 'kiosk-2', 'kiosk-3'];

let now = Date.now();
const scene = mqttScene('Lag', { quotas: { iot: 'none' }, fleetIndex: { indexDelayMs: DELAY_MS, now: () => now } });
beforeAll(() => {
  for (const name of KIOSKS) scene.aws.iot.createThing(name);
  scene.aws.iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' });
});
afterEach(async () => {
  await scene.fleet.leave();
  for (const name of KIOSKS) await until(async () => !(await scene.aws.iot.isConnected(name)));
  theIndexCatchesUp();
});

const theIndexCatchesUp = () => void (now += DELAY_MS);

async function leave(client: MqttClient): Promise<void> {
  await client.endAsync();
  await until(async () => !(await scene.aws.iot.isConnected(client.options.clientId!)));
}

/** Deploys and says what was done. */
async function disconnectKiosks() {
  await scene.stack.deploy(
    scene.disconnect(() => MqttClients.matching('thingName:kiosk-*'), { runOn: [Moment.DEPLOY], cleanSession: true, redeployTrigger: String(now) }),
  );
  return scene.stack.outputs();
}

test('a client that left, but not in the index, counts as already gone', async () => {
  const [leaving, staying] = [await scene.fleet.connect('kiosk-1'), await scene.fleet.connect('kiosk-2')];
  theIndexCatchesUp();
  await leave(leaving);
  expect(await disconnectKiosks()).toEqual({ targetCount: '2', endedCount: '1', alreadyGoneCount: '1', failedCount: '0' });
  await until(() => !staying.connected);
});

test('a client that left a session behind, but not in the index, counts as ended, as its session is', async () => {
  const leaving = await scene.fleet.connect('kiosk-1', { clean: false });
  await leaving.subscribeAsync('orders', { qos: 1 });
  theIndexCatchesUp();
  await leave(leaving);
  expect(await disconnectKiosks()).toEqual({ targetCount: '1', endedCount: '1', alreadyGoneCount: '0', failedCount: '0' });
  expect(await scene.fleet.comesBackToSession('kiosk-1')).toBe(false);
});

test('a client that connected, but not in the index, is missed and not counted until the index knows it', async () => {
  const known = await scene.fleet.connect('kiosk-1');
  theIndexCatchesUp();
  const coming = await scene.fleet.connect('kiosk-3');
  expect(await disconnectKiosks()).toEqual({ targetCount: '1', endedCount: '1', alreadyGoneCount: '0', failedCount: '0' });
  await until(() => !known.connected);
  expect(coming.connected).toBe(true);

  theIndexCatchesUp();
  expect(await disconnectKiosks()).toEqual({ targetCount: '1', endedCount: '1', alreadyGoneCount: '0', failedCount: '0' });
  await until(() => !coming.connected);
});

test('a client that came back, but not in the index, is disconnected again', async () => {
  const client = await scene.fleet.connect('kiosk-1');
  theIndexCatchesUp();
  await leave(client);
  const back = await scene.fleet.connect('kiosk-1');
  expect(await disconnectKiosks()).toEqual({ targetCount: '1', endedCount: '1', alreadyGoneCount: '0', failedCount: '0' });
  await until(() => !back.connected);
});

test('a client that the index loses between the count and the run is no failure', async () => {
  const [leaving] = [await scene.fleet.connect('kiosk-1'), await scene.fleet.connect('kiosk-2')];
  theIndexCatchesUp();
  await leave(leaving);
  const before = scene.aws.calls.length;
  const searches = () => scene.aws.calls.slice(before).filter(({ path }) => path === '/indices/search').length;
  const counted = until(() => searches() === 1).then(theIndexCatchesUp);
  expect(await disconnectKiosks()).toEqual({ targetCount: '2', endedCount: '1', alreadyGoneCount: '0', failedCount: '0' });
  await counted;
});
