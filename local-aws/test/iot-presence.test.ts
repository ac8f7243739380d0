import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { MqttClient } from 'mqtt';
import { CERTIFICATE, error, event, IotRig } from './iot-rig';
import { Listener } from './support/mqtt-device';

// Q1 = https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits

const rig = new IotRig();
afterEach(() => rig.stop());

describe('lifecycle events (https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html)', () => {
  beforeEach(async () => {
    await rig.start();
    rig.allow();
  });

  it.each<[string, (clientId: string, client: MqttClient) => Promise<unknown>]>([
    ['API_INITIATED_DISCONNECT', (clientId) => rig.end(clientId)],
    ['CLIENT_INITIATED_DISCONNECT', (_id, client) => client.endAsync()],
    ['CONNECTION_LOST', async (_id, client) => client.stream.destroy()],
    ['DUPLICATE_CLIENTID', (clientId) => rig.device(clientId)],
  ])('%s', async (reason, disconnect) => {
    const watcher = await Listener.start(await rig.device('watcher'), '$aws/events/presence/disconnected/+');
    await disconnect('kiosk-1', await rig.device('kiosk-1'));
    expect((await watcher.hears(1)).map(([topic, payload]) => ({ topic, ...JSON.parse(payload) }))).toEqual([
      expect.objectContaining({
        topic: '$aws/events/presence/disconnected/kiosk-1',
        clientId: 'kiosk-1',
        eventType: 'disconnected',
        disconnectReason: reason,
        clientInitiatedDisconnect: reason === 'CLIENT_INITIATED_DISCONNECT',
      }),
    ]);
  });

  it('MQTT_KEEP_ALIVE_TIMEOUT, after one and a half times the keep-alive', async () => {
    const watcher = await Listener.start(await rig.device('watcher'), '$aws/events/presence/disconnected/kiosk-1');
    // A raw CONNECT (clean session, user name, keep-alive 1 s) and then silence, as no MQTT client would do.
    const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
    const rest = Buffer.concat([text('MQTT'), Buffer.from([4, 0x82, 0, 1]), text('kiosk-1'), text(CERTIFICATE)]);
    const socket = createConnection(Number(new URL(rig.iot.brokerUrl).port), '127.0.0.1');
    socket
      .on('error', () => {})
      .resume()
      .write(Buffer.concat([Buffer.from([0x10, rest.length]), rest]));
    await once(socket, 'close');
    expect((await watcher.hears(1)).map(([, payload]) => JSON.parse(payload).disconnectReason)).toEqual(['MQTT_KEEP_ALIVE_TIMEOUT']);
  });

  it.each(['kiosk#1', 'kiosk+1'])('there are none for %s', async (clientId) => {
    const watcher = await Listener.start(await rig.device('watcher'), '$aws/events/presence/#');
    await rig.device(clientId);
    await rig.end(clientId);
    expect(await watcher.hears(0)).toEqual([]);
  });
});

describe('GetConnection (https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#get-connection-api)', () => {
  let now = 1_790_000_000_000;
  beforeEach(async () => {
    await rig.start({ now: () => now });
    rig.allow();
  });

  it('tells of a connected and of a disconnected client', async () => {
    rig.iot.createThing('kiosk-1');
    await rig.device('kiosk-1', { clean: false });
    expect(await rig.ask('kiosk-1')).toMatchObject({ connected: true, cleanSession: false, connectedSince: now, thingName: 'kiosk-1', sessionExpiry: 3600 });
    now += 1000;
    await rig.end('kiosk-1');
    expect(await rig.ask('kiosk-1')).toMatchObject({ connected: false, disconnectedSince: now, disconnectReason: 'API_INITIATED_DISCONNECT' });
  });

  it('keeps what it knows for 30 minutes after the disconnect', async () => {
    await rig.device('kiosk-1');
    await rig.end('kiosk-1');
    now += 30 * 60_000 - 1;
    expect(await error(rig.ask('kiosk-1'))).toBe('no error');
    now += 1;
    expect(await error(rig.ask('kiosk-1'))).toBe('404 ResourceNotFoundException');
    expect(await error(rig.ask('nobody'))).toBe('404 ResourceNotFoundException');
  });

  it('a persistent session expires after an hour (Q1)', async () => {
    await rig.device('kiosk-1', { clean: false });
    await rig.end('kiosk-1');
    now += 3600_000 - 1;
    expect(await error(rig.end('kiosk-1'))).toBe('no error');
    now += 1;
    expect(await error(rig.end('kiosk-1'))).toBe('404 ResourceNotFoundException');
  });

  it('an expired session is not there for a client that comes back', async () => {
    const kiosk = await rig.device('kiosk-1', { clean: false });
    await kiosk.subscribeAsync('orders', { qos: 1 });
    await rig.end('kiosk-1');
    now += 3600_000;
    const again = rig.connecting('kiosk-1', { clean: false });
    const [{ sessionPresent }] = await event(again, 'connect');
    expect(sessionPresent).toBe(false);
  });
});
