import { once, type EventEmitter } from 'node:events';
import { createConnection } from 'node:net';
import {
  AttachPolicyCommand, CreatePolicyCommand, CreateThingCommand, CreateThingTypeCommand, DeletePolicyCommand, DeleteThingCommand,
  DescribeEndpointCommand, DescribeThingCommand, DetachPolicyCommand, IoTClient, ListThingsCommand,
} from '@aws-sdk/client-iot';
import { DeleteConnectionCommand, GetConnectionCommand, IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { ResourceContext } from '../../local-aws/cloudformation/resource-type';
import { Iot, type IotOptions } from '../../local-aws/iot/iot';
import { AwsServer, type Authority } from '../../local-aws/server';
import { AwsError } from '../../local-aws/service';

// D1 = https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-client-disconnect
// Q1 = https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
const CERTIFICATE = 'a1'.repeat(32);
const EVERYTHING = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }],
};
const allowConnect = (resource: string | string[], effect = 'Allow') => ({
  Version: '2012-10-17',
  Statement: { Effect: effect, Action: ['iot:Connect'], Resource: resource },
});

let iot: Iot;
let server: AwsServer;
let control: IoTClient;
let data: IoTDataPlaneClient;
let url: string;
const clients: MqttClient[] = [];

async function start(options: Partial<IotOptions> = {}, check: Authority['check'] = () => {}): Promise<void> {
  iot = new Iot({ region: 'ca-central-1', account: '123456789012', quotas: 'none', ...options });
  await iot.start();
  server = new AwsServer(iot.services, { callerOf: () => ({ kind: 'operator' }), check });
  url = await server.listen();
  const config = { region: 'ca-central-1', endpoint: url, credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' }, maxAttempts: 1 };
  control = new IoTClient(config);
  data = new IoTDataPlaneClient(config);
}

async function allowed(): Promise<void> {
  iot.createPolicy('everything', EVERYTHING);
  iot.attachPolicy('everything', iot.principal(CERTIFICATE));
}

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  control.destroy();
  data.destroy();
  await iot.stop();
  await server.close();
});

/** Resolves when connected, rejects when refused. */
async function device(clientId: string, options: IClientOptions = {}): Promise<MqttClient> {
  const client = connect(iot.brokerUrl, { clientId, username: CERTIFICATE, protocolVersion: 4, reconnectPeriod: 0, ...options });
  clients.push(client);
  client.on('error', () => {});
  await new Promise<void>((resolve, reject) => client.once('connect', () => resolve()).once('error', reject));
  return client;
}

/** Topics and payloads as they come in. */
async function listen(client: MqttClient, topic: string, qos: 0 | 1 = 1): Promise<[string, string][]> {
  const heard: [string, string][] = [];
  client.on('message', (name, payload) => heard.push([name, payload.toString()]));
  await client.subscribeAsync(topic, { qos });
  return heard;
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 80));
// mqtt's typed emitter is none to node:events.
const event = (client: MqttClient, name: string) => once(client as unknown as EventEmitter, name);
const gone = (client: MqttClient) => event(client, 'close');
const end = (clientId: string, how: { cleanSession?: boolean; preventWillMessage?: boolean } = {}) =>
  data.send(new DeleteConnectionCommand({ clientId, ...how }));
const ask = (clientId: string) => data.send(new GetConnectionCommand({ clientId }));
const error = (promise: Promise<unknown>) => promise.then(() => 'no error', (e) => `${e.$metadata?.httpStatusCode} ${e.name}`);

describe('who may connect (https://docs.aws.amazon.com/iot/latest/developerguide/connect-policy.html)', () => {
  beforeEach(() => start());

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
      iot.createPolicy('p', document);
      iot.attachPolicy('p', iot.principal(CERTIFICATE));
    }
    const outcome = await device('kiosk-1').then(() => true, (e) => e.code);
    expect(outcome).toBe(allows || 5);
  });

  it('refuses a client without a principal, and one whose policy is attached to another', async () => {
    await allowed();
    await expect(device('kiosk-1', { username: undefined })).rejects.toMatchObject({ code: 5 });
    await expect(device('kiosk-1', { username: 'b2'.repeat(32) })).rejects.toMatchObject({ code: 5 });
    await expect(device('kiosk-1', { username: iot.principal(CERTIFICATE) })).resolves.toBeDefined();
  });

  it('refuses a client id over 128 bytes (Q1)', async () => {
    await allowed();
    await expect(device('k'.repeat(129))).rejects.toMatchObject({ code: 2 });
  });

  it('keeps a connected client when its policy goes, but does not let it in again (D1: change the policy before)', async () => {
    await allowed();
    const kiosk = await device('kiosk-1');
    iot.detachPolicy('everything', iot.principal(CERTIFICATE));
    iot.deletePolicy('everything');
    await soon();
    expect(kiosk.connected).toBe(true);
    await Promise.all([gone(kiosk), end('kiosk-1')]);
    await expect(device('kiosk-1')).rejects.toMatchObject({ code: 5 });
  });

  it('does not pretend to know conditions and other policy variables', () => {
    const conditional = { Version: '2012-10-17', Statement: [{ ...EVERYTHING.Statement[0], Condition: {} }] };
    expect(() => iot.createPolicy('p', conditional)).toThrow('does not implement iot policies with Condition');
    expect(() => iot.createPolicy('p', allowConnect('client/${iot:Connection.Thing.ThingName}'))).toThrow('iot:Connection.Thing.ThingName');
  });
});

describe('DeleteConnection (D1 and https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteConnection.html)', () => {
  beforeEach(async () => {
    await start();
    await allowed();
  });

  it('ends the connection of a connected client', async () => {
    const kiosk = await device('kiosk-1');
    const closed = gone(kiosk);
    expect((await end('kiosk-1')).$metadata.httpStatusCode).toBe(200);
    await closed;
    expect(await iot.isConnected('kiosk-1')).toBe(false);
  });

  it('lets a client that is still allowed come straight back', async () => {
    const kiosk = await device('kiosk-1', { reconnectPeriod: 10 });
    const closed = gone(kiosk);
    await end('kiosk-1');
    await closed;
    await event(kiosk, 'connect');
    expect(await iot.isConnected('kiosk-1')).toBe(true);
  });

  it('does not find a client that is neither connected nor has a persistent session', async () => {
    expect(await error(end('nobody'))).toBe('404 ResourceNotFoundException');
    await device('kiosk-1');
    await end('kiosk-1');
    expect(await error(end('kiosk-1'))).toBe('404 ResourceNotFoundException');
  });

  it.each([[undefined, true], [false, true], [true, false]])('preventWillMessage=%s: will published=%s', async (preventWillMessage, published) => {
    const heard = await listen(await device('watcher'), 'status/#');
    await device('kiosk-1', { will: { topic: 'status/kiosk-1', payload: Buffer.from('lost'), qos: 1, retain: false } });
    await end('kiosk-1', { preventWillMessage });
    await soon();
    expect(heard).toEqual(published ? [['status/kiosk-1', 'lost']] : []);
  });

  it('publishes the will of the next connection, though the one before was prevented', async () => {
    const heard = await listen(await device('watcher'), 'status/#');
    const will = { topic: 'status/kiosk-1', payload: Buffer.from('lost'), qos: 1, retain: false } as const;
    await device('kiosk-1', { will });
    await end('kiosk-1', { preventWillMessage: true });
    await device('kiosk-1', { will });
    await end('kiosk-1');
    await soon();
    expect(heard).toHaveLength(1);
  });

  describe.each(['connected', 'offline'])('with a persistent session, %s', (state) => {
    const persistent = { clean: false };

    beforeEach(async () => {
      const kiosk = await device('kiosk-1', persistent);
      await kiosk.subscribeAsync('orders', { qos: 1 });
      if (state === 'offline') await kiosk.endAsync();
    });

    async function queuedAfter(how: { cleanSession?: boolean }): Promise<{ present: boolean; heard: string[] }> {
      await end('kiosk-1', how);
      await (await device('shop')).publishAsync('orders', 'one coffee', { qos: 1 });
      const heard: string[] = [];
      const again = connect(iot.brokerUrl, { clientId: 'kiosk-1', username: CERTIFICATE, reconnectPeriod: 0, ...persistent });
      clients.push(again);
      again.on('message', (_topic, payload) => heard.push(payload.toString()));
      const [{ sessionPresent }] = await event(again, 'connect');
      await soon();
      return { present: sessionPresent, heard };
    }

    it('keeps the session and its queued messages', async () => {
      expect(await queuedAfter({})).toEqual({ present: true, heard: ['one coffee'] });
    });

    it('discards the session with cleanSession', async () => {
      expect(await queuedAfter({ cleanSession: true })).toEqual({ present: false, heard: [] });
    });

    it('discards messages that are queued already with cleanSession', async () => {
      await end('kiosk-1');
      const shop = await device('shop');
      for (const order of ['one coffee', 'two teas']) await shop.publishAsync('orders', order, { qos: 1 });
      expect((await queuedAfter({ cleanSession: true })).heard).toEqual([]);
    });

    it('finds the session again until it is discarded', async () => {
      expect(await error(end('kiosk-1'))).toBe('no error');
      expect(await error(end('kiosk-1', { cleanSession: true }))).toBe('no error');
      expect(await error(end('kiosk-1'))).toBe('404 ResourceNotFoundException');
    });
  });

  it('discards with the session a will that the client itself subscribes to', async () => {
    const will = { topic: 'status', payload: Buffer.from('lost'), qos: 1, retain: false } as const;
    const kiosk = await device('kiosk-1', { clean: false, will });
    await kiosk.subscribeAsync('status', { qos: 1 });
    await end('kiosk-1', { cleanSession: true });
    const again = await device('kiosk-1', { clean: false });
    const heard: string[] = [];
    again.on('message', (topic) => heard.push(topic));
    await soon();
    expect(heard).toEqual([]);
  });

  it('forgets a persistent session when the client starts a clean one', async () => {
    await device('kiosk-1', { clean: false });
    await end('kiosk-1');
    await device('kiosk-1', { clean: true });
    await end('kiosk-1');
    expect(await error(end('kiosk-1'))).toBe('404 ResourceNotFoundException');
  });

  it.each(['a b', 'a/b', 'ü', 'a+b', 'a#b', "'()*!", '50%', 'a:b', 'x'.repeat(128)])('takes the percent-encoded client id %s', async (clientId) => {
    await device(clientId);
    expect(await error(end(clientId))).toBe('no error');
  });

  it.each(['$kiosk', 'x'.repeat(129), 'ü'.repeat(65)])('refuses the client id %s (pattern ^[^$].*, 128 bytes: Q1)', async (clientId) => {
    expect(await error(end(clientId))).toBe('400 InvalidRequestException');
  });
});

describe('lifecycle events (https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html)', () => {
  beforeEach(async () => {
    await start();
    await allowed();
  });

  it.each<[string, (clientId: string, client: MqttClient) => Promise<unknown>]>([
    ['API_INITIATED_DISCONNECT', (clientId) => end(clientId)],
    ['CLIENT_INITIATED_DISCONNECT', (_id, client) => client.endAsync()],
    ['CONNECTION_LOST', async (_id, client) => client.stream.destroy()],
    ['DUPLICATE_CLIENTID', (clientId) => device(clientId)],
  ])('%s', async (reason, disconnect) => {
    const heard = await listen(await device('watcher'), '$aws/events/presence/disconnected/+');
    await disconnect('kiosk-1', await device('kiosk-1'));
    await soon();
    expect(heard.map(([topic, payload]) => ({ topic, ...JSON.parse(payload) }))).toEqual([expect.objectContaining({
      topic: '$aws/events/presence/disconnected/kiosk-1',
      clientId: 'kiosk-1',
      eventType: 'disconnected',
      disconnectReason: reason,
      clientInitiatedDisconnect: reason === 'CLIENT_INITIATED_DISCONNECT',
    })]);
  });

  it('MQTT_KEEP_ALIVE_TIMEOUT, after one and a half times the keep-alive', async () => {
    const heard = await listen(await device('watcher'), '$aws/events/presence/disconnected/kiosk-1');
    // A raw CONNECT (clean session, user name, keep-alive 1 s) and then silence, as no MQTT client would do.
    const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
    const rest = Buffer.concat([text('MQTT'), Buffer.from([4, 0x82, 0, 1]), text('kiosk-1'), text(CERTIFICATE)]);
    const socket = createConnection(Number(new URL(iot.brokerUrl).port), '127.0.0.1');
    socket.on('error', () => {}).resume().write(Buffer.concat([Buffer.from([0x10, rest.length]), rest]));
    await once(socket, 'close');
    await soon();
    expect(heard.map(([, payload]) => JSON.parse(payload).disconnectReason)).toEqual(['MQTT_KEEP_ALIVE_TIMEOUT']);
  });

  it.each(['kiosk#1', 'kiosk+1'])('there are none for %s', async (clientId) => {
    const heard = await listen(await device('watcher'), '$aws/events/presence/#');
    await device(clientId);
    await end(clientId);
    await soon();
    expect(heard).toEqual([]);
  });
});

describe('GetConnection (https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#get-connection-api)', () => {
  let now = 1_790_000_000_000;
  beforeEach(async () => {
    await start({ now: () => now });
    await allowed();
  });

  it('tells of a connected and of a disconnected client', async () => {
    iot.createThing('kiosk-1');
    await device('kiosk-1', { clean: false });
    expect(await ask('kiosk-1')).toMatchObject({ connected: true, cleanSession: false, connectedSince: now, thingName: 'kiosk-1', sessionExpiry: 3600 });
    now += 1000;
    await end('kiosk-1');
    expect(await ask('kiosk-1')).toMatchObject({ connected: false, disconnectedSince: now, disconnectReason: 'API_INITIATED_DISCONNECT' });
  });

  it('keeps what it knows for 30 minutes after the disconnect', async () => {
    await device('kiosk-1');
    await end('kiosk-1');
    now += 30 * 60_000 - 1;
    expect(await error(ask('kiosk-1'))).toBe('no error');
    now += 1;
    expect(await error(ask('kiosk-1'))).toBe('404 ResourceNotFoundException');
    expect(await error(ask('nobody'))).toBe('404 ResourceNotFoundException');
  });

  it('a persistent session expires after an hour (Q1)', async () => {
    await device('kiosk-1', { clean: false });
    await end('kiosk-1');
    now += 3600_000 - 1;
    expect(await error(end('kiosk-1'))).toBe('no error');
    now += 1;
    expect(await error(end('kiosk-1'))).toBe('404 ResourceNotFoundException');
  });

  it('an expired session is not there for a client that comes back', async () => {
    const kiosk = await device('kiosk-1', { clean: false });
    await kiosk.subscribeAsync('orders', { qos: 1 });
    await end('kiosk-1');
    now += 3600_000;
    const again = connect(iot.brokerUrl, { clientId: 'kiosk-1', username: CERTIFICATE, clean: false, reconnectPeriod: 0 });
    clients.push(again);
    const [{ sessionPresent }] = await event(again, 'connect');
    expect(sessionPresent).toBe(false);
  });
});

describe('quotas (Q1)', () => {
  let clock: jest.SpyInstance;
  beforeEach(async () => {
    clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    await start({ quotas: {} });
  });

  it('throttles the second call in a second of one client id with 429', async () => {
    await allowed();
    await device('kiosk-1', { clean: false });
    await device('kiosk-2', { clean: false });
    expect([await error(ask('kiosk-1')), await error(ask('kiosk-1'))]).toEqual(['no error', '429 ThrottlingException']);
    expect([await error(end('kiosk-1')), await error(end('kiosk-1'))]).toEqual(['no error', '429 ThrottlingException']);
    expect([await error(ask('kiosk-2')), await error(end('kiosk-2'))]).toEqual(['no error', 'no error']);
    clock.mockReturnValue(999);
    expect(await error(end('kiosk-1'))).toBe('429 ThrottlingException');
    clock.mockReturnValue(1000);
    expect(await error(end('kiosk-1'))).toBe('no error');
  });

  it.each([['DeleteConnection', end], ['GetConnection', ask]])('throttles over 100 %s in a second of the account', async (_name, send) => {
    const outcomes = await Promise.all(Array.from({ length: 130 }, (_, i) => error(send(`kiosk-${i}`))));
    expect(outcomes.filter((outcome) => outcome === '404 ResourceNotFoundException')).toHaveLength(100);
    expect(outcomes.filter((outcome) => outcome === '429 ThrottlingException')).toHaveLength(30);
  });

  it.each([[10, () => new ListThingsCommand({})], [10, () => new DescribeEndpointCommand({})], [350, () => new DescribeThingCommand({ thingName: 't' })]])(
    'throttles over %d a second on the control plane with 400', async (rate, command) => {
      const outcomes = await Promise.all(Array.from({ length: rate + 2 }, () => error(control.send(command() as ListThingsCommand))));
      expect(outcomes.filter((outcome) => outcome === '400 ThrottlingException')).toHaveLength(2);
    });
});

describe('control plane (https://docs.aws.amazon.com/iot/latest/apireference/API_Operations_AWS_IoT.html)', () => {
  beforeEach(() => start());

  it('DescribeEndpoint answers a bare host name, or what the composer sets', async () => {
    const describe = (endpointType: string) => control.send(new DescribeEndpointCommand({ endpointType }));
    expect((await describe('iot:Data-ATS')).endpointAddress).toBe('a1b2c3d4e5f6g7-ats.iot.ca-central-1.amazonaws.com');
    iot.endpointAddress = 'localhost:4566';
    expect((await describe('iot:Data')).endpointAddress).toBe('localhost:4566');
    expect(await error(describe('iot:Jobs'))).toBe('501 NotImplemented');
  });

  it('things are created, described, listed in pages and deleted', async () => {
    const attributePayload = { attributes: { site: 'oslo' } };
    await control.send(new CreateThingCommand({ thingName: 'kiosk-1', attributePayload }));
    for (const thingName of ['kiosk-2', 'kiosk-3']) await control.send(new CreateThingCommand({ thingName }));
    expect(await control.send(new DescribeThingCommand({ thingName: 'kiosk-1' }))).toMatchObject({
      thingArn: 'arn:aws:iot:ca-central-1:123456789012:thing/kiosk-1', defaultClientId: 'kiosk-1', attributes: { site: 'oslo' }, version: 1,
    });
    const first = await control.send(new ListThingsCommand({ maxResults: 2 }));
    await control.send(new DeleteThingCommand({ thingName: 'kiosk-1' }));
    const second = await control.send(new ListThingsCommand({ maxResults: 2, nextToken: first.nextToken }));
    expect([first, second].map(({ things }) => things!.map(({ thingName }) => thingName))).toEqual([['kiosk-1', 'kiosk-2'], ['kiosk-3']]);
    expect(second.nextToken).toBeUndefined();
    expect(await error(control.send(new DescribeThingCommand({ thingName: 'kiosk-1' })))).toBe('404 ResourceNotFoundException');
  });

  it('lists by attribute', async () => {
    iot.createThing('a', { site: 'oslo' });
    iot.createThing('b', { site: 'bergen' });
    const { things } = await control.send(new ListThingsCommand({ attributeName: 'site', attributeValue: 'bergen' }));
    expect(things!.map(({ thingName }) => thingName)).toEqual(['b']);
  });

  it('creates the same thing twice, not a different one; deletes a thing that is not there', async () => {
    const create = (site: string) => error(control.send(new CreateThingCommand({ thingName: 'a', attributePayload: { attributes: { site } } })));
    expect([await create('oslo'), await create('oslo'), await create('bergen')]).toEqual(['no error', 'no error', '409 ResourceAlreadyExistsException']);
    expect(await error(control.send(new DeleteThingCommand({ thingName: 'nothing' })))).toBe('no error');
  });

  it('a policy is not deleted while attached', async () => {
    const target = iot.principal(CERTIFICATE);
    await control.send(new CreatePolicyCommand({ policyName: 'p', policyDocument: JSON.stringify(EVERYTHING) }));
    await control.send(new AttachPolicyCommand({ policyName: 'p', target }));
    await device('kiosk-1');
    expect(await error(control.send(new DeletePolicyCommand({ policyName: 'p' })))).toBe('409 DeleteConflictException');
    await control.send(new DetachPolicyCommand({ policyName: 'p', target }));
    await control.send(new DeletePolicyCommand({ policyName: 'p' }));
    await expect(device('kiosk-2')).rejects.toMatchObject({ code: 5 });
  });

  it('refuses a bad policy, an unknown one, and one that is there already', async () => {
    const create = (policyDocument: string) => error(control.send(new CreatePolicyCommand({ policyName: 'p', policyDocument })));
    expect(await create('{')).toBe('400 MalformedPolicyException');
    expect(await create(JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow' }] }))).toBe('400 MalformedPolicyException');
    expect(await error(control.send(new AttachPolicyCommand({ policyName: 'p', target: iot.principal(CERTIFICATE) })))).toBe('404 ResourceNotFoundException');
    expect([await create(JSON.stringify(EVERYTHING)), await create(JSON.stringify(EVERYTHING))]).toEqual(['no error', '409 ResourceAlreadyExistsException']);
  });

  it('does not pretend to know other calls', async () => {
    expect(await error(control.send(new CreateThingTypeCommand({ thingTypeName: 't' })))).toBe('501 NotImplemented');
    expect(await error(data.send(new PublishCommand({ topic: 't' })))).toBe('501 NotImplemented');
  });
});

describe('authorisation (https://docs.aws.amazon.com/service-authorization/latest/reference/list_iot.html)', () => {
  it('names the action and the client to IAM, whose refusal reaches the caller', async () => {
    const asked: string[] = [];
    await start({}, (_caller, action, resource) => {
      asked.push(`${action} ${resource}`);
      throw new AwsError('AccessDeniedException', 'not authorized to perform', 403);
    });
    expect(await error(end('a/b'))).toBe('403 AccessDeniedException');
    expect(await error(control.send(new DescribeEndpointCommand({})))).toBe('403 AccessDeniedException');
    expect(asked).toEqual(['iot:DeleteConnection arn:aws:iot:ca-central-1:123456789012:client/a/b', 'iot:DescribeEndpoint *']);
  });

  it('takes the signing name of the text on signing by hand, too (D1)', async () => {
    await start();
    const authorization = 'AWS4-HMAC-SHA256 Credential=AKIA/20260101/ca-central-1/iotdevicegateway/aws4_request, SignedHeaders=host, Signature=0';
    expect((await fetch(`${url}/connections/nobody`, { method: 'DELETE', headers: { authorization } })).status).toBe(404);
  });
});

describe('resource types (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IoT.html)', () => {
  const context: ResourceContext = {
    stackId: 's', stackName: 'stack', logicalId: 'L', region: 'ca-central-1', account: '123456789012', generatedName: () => 'stack-L-x',
  };
  beforeEach(() => start());

  it('a policy and its attachment let a device in; without them it is out', async () => {
    const { 'AWS::IoT::Policy': policy, 'AWS::IoT::PolicyPrincipalAttachment': attachment } = iot.resourceTypes;
    const created = await policy.create({ PolicyDocument: EVERYTHING }, context);
    expect(created).toEqual({
      physicalId: 'stack-L-x', attributes: { Arn: 'arn:aws:iot:ca-central-1:123456789012:policy/stack-L-x', Id: 'stack-L-x' },
    });
    const properties = { PolicyName: 'stack-L-x', Principal: iot.principal(CERTIFICATE) };
    const { physicalId } = await attachment.create(properties, context);
    await device('kiosk-1');
    await expect(async () => policy.delete('stack-L-x', {}, context)).rejects.toThrow('attached to one or more principals');
    await attachment.delete(physicalId, properties, context);
    await policy.delete('stack-L-x', {}, context);
    await policy.delete('stack-L-x', {}, context);
    await expect(device('kiosk-2')).rejects.toMatchObject({ code: 5 });
  });

  it('a policy document is replaced in place', async () => {
    const { 'AWS::IoT::Policy': policy } = iot.resourceTypes;
    await allowed();
    await policy.update!('everything', { PolicyDocument: allowConnect('*', 'Deny') }, {}, context);
    await expect(device('kiosk-1')).rejects.toMatchObject({ code: 5 });
  });

  it('refuses properties that it does not know', () => {
    expect(() => iot.resourceTypes['AWS::IoT::Thing'].create({ ThingTypeName: 't' }, context)).toThrow('property ThingTypeName of AWS::IoT::Thing');
    expect(() => iot.resourceTypes['AWS::IoT::Policy'].create({ PolicyDocument: EVERYTHING, Versions: 1 }, context)).toThrow('property Versions');
  });

  it('a thing is created, updated, deleted, and not adopted', async () => {
    const { 'AWS::IoT::Thing': thing } = iot.resourceTypes;
    const { physicalId, attributes } = await thing.create({ ThingName: 'kiosk-1' }, context);
    expect(physicalId).toBe('kiosk-1');
    expect(attributes).toEqual({ Arn: 'arn:aws:iot:ca-central-1:123456789012:thing/kiosk-1', Id: expect.any(String) });
    expect(() => thing.create({ ThingName: 'kiosk-1' }, context)).toThrow('already exists');
    await thing.update!('kiosk-1', { AttributePayload: { Attributes: { site: 'oslo' } } }, {}, context);
    expect(await control.send(new DescribeThingCommand({ thingName: 'kiosk-1' }))).toMatchObject({ attributes: { site: 'oslo' }, version: 2 });
    await thing.delete('kiosk-1', {}, context);
    await thing.delete('kiosk-1', {}, context);
  });
});
