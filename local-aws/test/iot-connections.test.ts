import type { MqttClient } from 'mqtt';
import { allowConnect, CERTIFICATE, CONTEXT, error, event, EVERYTHING, IotRig } from './iot-rig';
import { Listener } from './support/mqtt-device';

// D1 = https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-client-disconnect
// Q1 = https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits

const rig = new IotRig();
afterEach(() => rig.stop());

const gone = (client: MqttClient) => event(client, 'close');

describe('who may connect (https://docs.aws.amazon.com/iot/latest/developerguide/connect-policy.html)', () => {
  beforeEach(() => rig.start());

  it.each([
    ['no policy', undefined, false],
    ['a policy for the client', allowConnect('arn:aws:iot:ca-central-1:123456789012:client/kiosk-1'), true],
    ['a policy for another client', allowConnect('arn:aws:iot:ca-central-1:123456789012:client/kiosk-2'), false],
    ['a wildcard', allowConnect('arn:aws:iot:ca-central-1:123456789012:client/kiosk-*'), true],
    ['a wildcard for others', allowConnect(['arn:aws:iot:ca-central-1:123456789012:client/door-*']), false],
    ['the policy variable', allowConnect('arn:aws:iot:ca-central-1:123456789012:client/${iot:ClientId}'), true],
    ['another action', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Publish', Resource: '*' }] }, false],
    ['allow and deny', { Version: '2012-10-17', Statement: [...EVERYTHING.Statement, allowConnect('*', 'Deny').Statement] }, false],
  ])('%s', async (_what, document, allows) => {
    if (document) {
      rig.iot.createPolicy('p', document);
      rig.iot.attachPolicy('p', rig.iot.principal(CERTIFICATE));
    }
    const outcome = await rig.device('kiosk-1').then(
      () => true,
      (e) => e.code,
    );
    expect(outcome).toBe(allows || 5);
  });

  it('refuses a client without a principal, and one whose policy is attached to another', async () => {
    rig.allow();
    await expect(rig.device('kiosk-1', { username: undefined })).rejects.toMatchObject({ code: 5 });
    await expect(rig.device('kiosk-1', { username: 'b2'.repeat(32) })).rejects.toMatchObject({ code: 5 });
    await expect(rig.device('kiosk-1', { username: rig.iot.principal(CERTIFICATE) })).resolves.toBeDefined();
  });

  it('refuses a client id over 128 bytes (Q1)', async () => {
    rig.allow();
    await expect(rig.device('k'.repeat(129))).rejects.toMatchObject({ code: 2 });
  });

  it('keeps a connected client when its policy goes, but does not let it in again (D1: change the policy before)', async () => {
    rig.allow();
    const kiosk = await rig.device('kiosk-1');
    rig.iot.detachPolicy('everything', rig.iot.principal(CERTIFICATE));
    rig.iot.deletePolicy('everything');
    await kiosk.subscribeAsync('orders');
    expect(kiosk.connected).toBe(true);
    await Promise.all([gone(kiosk), rig.end('kiosk-1')]);
    await expect(rig.device('kiosk-1')).rejects.toMatchObject({ code: 5 });
  });

  // https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html
  it.each<[string, () => void]>([
    ['detached', () => rig.iot.detachPolicy('everything', rig.iot.principal(CERTIFICATE))],
    [
      'detached and deleted',
      () => {
        rig.iot.detachPolicy('everything', rig.iot.principal(CERTIFICATE));
        rig.iot.deletePolicy('everything');
      },
    ],
    ['changed', () => void rig.iot.resourceTypes['AWS::IoT::Policy'].update!('everything', { PolicyDocument: allowConnect('*', 'Deny') }, {}, CONTEXT)],
  ])('lets clients in by a policy that was %s for as long as it is cached', async (_, revoke) => {
    let now = 0;
    await rig.stop();
    await rig.start({ policyDelayMs: 420_000, now: () => now });
    rig.allow();
    revoke();
    now = 419_999;
    await expect(rig.device('kiosk-1')).resolves.toBeDefined();
    now = 420_000;
    await expect(rig.device('kiosk-2')).rejects.toMatchObject({ code: 5 });
  });

  it('does not pretend to know conditions and other policy variables', () => {
    const conditional = { Version: '2012-10-17', Statement: [{ ...EVERYTHING.Statement[0], Condition: {} }] };
    expect(() => rig.iot.createPolicy('p', conditional)).toThrow('does not implement iot policies with Condition');
    expect(() => rig.iot.createPolicy('p', allowConnect('client/${iot:Connection.Thing.ThingName}'))).toThrow('iot:Connection.Thing.ThingName');
  });
});

describe('DeleteConnection (D1 and https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteConnection.html)', () => {
  beforeEach(async () => {
    await rig.start();
    rig.allow();
  });

  it('ends the connection of a connected client', async () => {
    const kiosk = await rig.device('kiosk-1');
    const closed = gone(kiosk);
    expect((await rig.end('kiosk-1')).$metadata.httpStatusCode).toBe(200);
    await closed;
    expect(await rig.iot.isConnected('kiosk-1')).toBe(false);
  });

  it('lets a client that is still allowed come straight back', async () => {
    const kiosk = await rig.device('kiosk-1', { reconnectPeriod: 10 });
    const closed = gone(kiosk);
    await rig.end('kiosk-1');
    await closed;
    await event(kiosk, 'connect');
    expect(await rig.iot.isConnected('kiosk-1')).toBe(true);
  });

  it('does not find a client that is neither connected nor has a persistent session', async () => {
    expect(await error(rig.end('nobody'))).toBe('404 ResourceNotFoundException');
    await rig.device('kiosk-1');
    await rig.end('kiosk-1');
    expect(await error(rig.end('kiosk-1'))).toBe('404 ResourceNotFoundException');
  });

  it.each([
    [undefined, true],
    [false, true],
    [true, false],
  ])('preventWillMessage=%s: will published=%s', async (preventWillMessage, published) => {
    const watcher = await Listener.start(await rig.device('watcher'), 'status/#', 1);
    await rig.device('kiosk-1', { will: { topic: 'status/kiosk-1', payload: Buffer.from('lost'), qos: 1, retain: false } });
    await rig.end('kiosk-1', { preventWillMessage });
    expect(await watcher.hears(published ? 1 : 0)).toEqual(published ? [['status/kiosk-1', 'lost']] : []);
  });

  it('publishes the will of the next connection, though the one before was prevented', async () => {
    const watcher = await Listener.start(await rig.device('watcher'), 'status/#', 1);
    const will = { topic: 'status/kiosk-1', payload: Buffer.from('lost'), qos: 1, retain: false } as const;
    await rig.device('kiosk-1', { will });
    await rig.end('kiosk-1', { preventWillMessage: true });
    await rig.device('kiosk-1', { will });
    await rig.end('kiosk-1');
    expect(await watcher.hears(1)).toHaveLength(1);
  });

  describe.each(['connected', 'offline'])('with a persistent session, %s', (state) => {
    const persistent = { clean: false };

    beforeEach(async () => {
      const kiosk = await rig.device('kiosk-1', persistent);
      await kiosk.subscribeAsync('orders', { qos: 1 });
      if (state === 'offline') await kiosk.endAsync();
    });

    async function queuedAfter(how: { cleanSession?: boolean }, count = 0): Promise<{ present: boolean; heard: string[] }> {
      await rig.end('kiosk-1', how);
      await (await rig.device('shop')).publishAsync('orders', 'one coffee', { qos: 1 });
      const again = rig.connecting('kiosk-1', persistent);
      const listener = await Listener.start(again);
      const [{ sessionPresent }] = await event(again, 'connect');
      return { present: sessionPresent, heard: (await listener.hears(count)).map(([, payload]) => payload) };
    }

    it('keeps the session and its queued messages', async () => {
      expect(await queuedAfter({}, 1)).toEqual({ present: true, heard: ['one coffee'] });
    });

    it('discards the session with cleanSession', async () => {
      expect(await queuedAfter({ cleanSession: true })).toEqual({ present: false, heard: [] });
    });

    it('discards messages that are queued already with cleanSession', async () => {
      await rig.end('kiosk-1');
      const shop = await rig.device('shop');
      for (const order of ['one coffee', 'two teas']) await shop.publishAsync('orders', order, { qos: 1 });
      expect((await queuedAfter({ cleanSession: true })).heard).toEqual([]);
    });

    it('finds the session again until it is discarded', async () => {
      expect(await error(rig.end('kiosk-1'))).toBe('no error');
      expect(await error(rig.end('kiosk-1', { cleanSession: true }))).toBe('no error');
      expect(await error(rig.end('kiosk-1'))).toBe('404 ResourceNotFoundException');
    });
  });

  it('discards with the session a will that the client itself subscribes to', async () => {
    const will = { topic: 'status', payload: Buffer.from('lost'), qos: 1, retain: false } as const;
    const kiosk = await rig.device('kiosk-1', { clean: false, will });
    await kiosk.subscribeAsync('status', { qos: 1 });
    await rig.end('kiosk-1', { cleanSession: true });
    const again = await rig.device('kiosk-1', { clean: false });
    expect(await (await Listener.start(again)).hears(0)).toEqual([]);
  });

  // As the API reference can be read; the session itself stays, and is ended with the connection while there is one.
  it('answers 404 for an offline client in spite of its persistent session, if it is to', async () => {
    await rig.stop();
    await rig.start({ offlineSession: 'NOT_FOUND' });
    rig.allow();
    await (await rig.device('kiosk-1', { clean: false })).subscribeAsync('orders', { qos: 1 });
    expect(await error(rig.end('kiosk-1'))).toBe('no error');
    expect(await error(rig.end('kiosk-1', { cleanSession: true }))).toBe('404 ResourceNotFoundException');
    const again = rig.connecting('kiosk-1', { clean: false });
    expect(await event(again, 'connect')).toEqual([expect.objectContaining({ sessionPresent: true })]);
  });

  it('forgets a persistent session when the client starts a clean one', async () => {
    await rig.device('kiosk-1', { clean: false });
    await rig.end('kiosk-1');
    await rig.device('kiosk-1', { clean: true });
    await rig.end('kiosk-1');
    expect(await error(rig.end('kiosk-1'))).toBe('404 ResourceNotFoundException');
  });

  it.each(['a b', 'a/b', 'ü', 'a+b', 'a#b', "'()*!", '50%', 'a:b', 'x'.repeat(128)])('takes the percent-encoded client id %s', async (clientId) => {
    await rig.device(clientId);
    expect(await error(rig.end(clientId))).toBe('no error');
  });

  it.each(['$kiosk', 'x'.repeat(129), 'ü'.repeat(65)])('refuses the client id %s (pattern ^[^$].*, 128 bytes: Q1)', async (clientId) => {
    expect(await error(rig.end(clientId))).toBe('400 InvalidRequestException');
  });
});
