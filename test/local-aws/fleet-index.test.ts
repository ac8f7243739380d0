import {
  DescribeIndexCommand, GetIndexingConfigurationCommand, IoTClient, SearchIndexCommand, UpdateIndexingConfigurationCommand,
  type SearchIndexCommandInput, type ThingIndexingConfiguration, type UpdateIndexingConfigurationCommandInput,
} from '@aws-sdk/client-iot';
import { connect, type MqttClient } from 'mqtt';
import { Iot, type IotOptions } from '../../local-aws/iot/iot';
import { AwsServer, type Authority } from '../../local-aws/server';
import { AwsError } from '../../local-aws/service';

// I1 = https://docs.aws.amazon.com/iot/latest/developerguide/managing-index.html
// S1 = https://docs.aws.amazon.com/iot/latest/developerguide/query-syntax.html
// E1 = https://docs.aws.amazon.com/iot/latest/developerguide/example-queries.html
// Q2 = https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#fleet-indexing-limits
const CERTIFICATE = 'a1'.repeat(32);
const START = 1_790_000_000_000;

let now: number;
let iot: Iot;
let server: AwsServer;
let client: IoTClient;
const devices: MqttClient[] = [];

async function start(options: Partial<IotOptions> = {}, check: Authority['check'] = () => {}): Promise<void> {
  now = START;
  iot = new Iot({ region: 'ca-central-1', account: '123456789012', quotas: 'none', now: () => now, ...options });
  await iot.start();
  server = new AwsServer(iot.services, { callerOf: () => ({ kind: 'operator' }), check });
  client = new IoTClient({
    region: 'ca-central-1', endpoint: await server.listen(), credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' }, maxAttempts: 1,
  });
  iot.createPolicy('everything', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] });
  iot.attachPolicy('everything', iot.principal(CERTIFICATE));
}

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(devices.splice(0).map((device) => device.endAsync(true)));
  client.destroy();
  await iot.stop();
  await server.close();
});

async function device(clientId: string): Promise<MqttClient> {
  const mqtt = connect(iot.brokerUrl, { clientId, username: CERTIFICATE, protocolVersion: 4, reconnectPeriod: 0 });
  devices.push(mqtt);
  await new Promise<void>((resolve, reject) => mqtt.once('connect', () => resolve()).once('error', reject));
  return mqtt;
}

async function disconnect(mqtt: MqttClient): Promise<void> {
  await mqtt.endAsync();
  while (await iot.isConnected(mqtt.options.clientId!)) await new Promise((resolve) => setTimeout(resolve, 5));
}

const error = (promise: Promise<unknown>) => promise.then(() => 'no error', (e) => `${e.$metadata?.httpStatusCode} ${e.name}`);
const search = (queryString: string, how: Partial<SearchIndexCommandInput> = {}) => client.send(new SearchIndexCommand({ queryString, ...how }));
const names = async (queryString: string) => (await search(queryString)).things!.map(({ thingName }) => thingName);
const index = (thingConnectivityIndexingMode: 'OFF' | 'STATUS' = 'STATUS') =>
  iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode });

describe('queries (S1, E1)', () => {
  beforeEach(async () => {
    await start();
    index('OFF');
    iot.createThingGroup('Oslo');
    iot.createThing('kiosk-1', { model: 'legacy', price: '75', serialNumber: 'abcd' }, 'kiosk');
    iot.createThing('kiosk-2', { model: 'v2', price: '80', serialNumber: 'abcf' }, 'kiosk');
    iot.createThing('door-1', { model: 'v3', price: '100', serialNumber: 'abcg' }, 'door');
    iot.createThing('my:door', { price: '0x4d' });
    iot.addThingToThingGroup('Oslo', 'kiosk-1');
    iot.addThingToThingGroup('Oslo', 'door-1');
  });

  it.each<[string, string, string[]]>([
    ['a field', 'thingName:kiosk-1', ['kiosk-1']],
    ['no regard to case', 'thingName:KIOSK-1', ['kiosk-1']],
    ['the whole value', 'thingName:kiosk', []],
    ['a prefix', 'thingName:kiosk*', ['kiosk-1', 'kiosk-2']],
    ['a leading wildcard', 'thingName:*-1', ['door-1', 'kiosk-1']],
    ['a substring', 'thingName:*oor*', ['door-1', 'my:door']],
    ['one character', 'thingName:kiosk-?', ['kiosk-1', 'kiosk-2']],
    ['exactly one', 'thingName:(kiosk? OR kiosk-1?)', []],
    ['a wildcard within', 'attributes.model:l*y', ['kiosk-1']],
    ['the thing type', 'thingTypeName:door', ['door-1']],
    ['a group', 'thingGroupNames:oslo', ['door-1', 'kiosk-1']],
    ['groups', 'thingGroupNames:o*', ['door-1', 'kiosk-1']],
    ['any field', 'legacy', ['kiosk-1']],
    ['any field by wildcard', 'OS*', ['door-1', 'kiosk-1']],
    ['everything', '*', ['door-1', 'kiosk-1', 'kiosk-2', 'my:door']],
    ['things that have a field', 'attributes.model:*', ['door-1', 'kiosk-1', 'kiosk-2']],
    ['things that have several', 'attributes.model:* NOT attributes.none:*', ['door-1', 'kiosk-1', 'kiosk-2']],
    ['a quoted string', 'thingName:"my:door"', ['my:door']],
    ['no wildcard in quotes', 'thingName:"kiosk*"', []],
    ['an escaped character', 'thingName:my\\:door', ['my:door']],
    ['an escaped wildcard', 'thingName:kiosk\\*', []],
    ['a number, if it is one in JSON', 'attributes.price:(75.0 OR 77)', ['kiosk-1']],
    ['a closed range', 'attributes.price:[75 TO 80]', ['kiosk-1', 'kiosk-2']],
    ['a range open below', 'attributes.price:{75 TO 80]', ['kiosk-2']],
    ['a range open above', 'attributes.price:[75 TO 80}', ['kiosk-1']],
    ['a range by number, not by letters', 'attributes.price:[75 TO 100]', ['door-1', 'kiosk-1', 'kiosk-2']],
    ['a range by letters', 'attributes.serialNumber:["abcd" TO "abcf"]', ['kiosk-1', 'kiosk-2']],
    ['less', 'attributes.price<80', ['kiosk-1']],
    ['less or equal', 'attributes.price <= 80', ['kiosk-1', 'kiosk-2']],
    ['greater', 'attributes.price > 80', ['door-1']],
    ['greater or equal', 'attributes.price>=80', ['door-1', 'kiosk-2']],
    ['white space around the colon', 'attributes.price : [75 TO 80]', ['kiosk-1', 'kiosk-2']],
    ['AND', 'thingTypeName:kiosk AND attributes.price>75', ['kiosk-2']],
    ['AND by default', 'thingTypeName:kiosk thingGroupNames:Oslo', ['kiosk-1']],
    ['OR', 'thingName:kiosk-1 OR thingName:door-1', ['door-1', 'kiosk-1']],
    ['NOT', 'NOT attributes.model:legacy', ['door-1', 'kiosk-2', 'my:door']],
    ['NOT after a term', 'thingTypeName:kiosk NOT attributes.price>75', ['kiosk-1']],
    ['AND NOT', 'thingTypeName:kiosk AND NOT attributes.price>75', ['kiosk-1']],
    ['the hyphen', 'thingName:(kiosk* AND -kiosk-1)', ['kiosk-2']],
    ['parentheses', 'thingGroupNames:Oslo (v2 OR v3)', ['door-1']],
    ['parentheses within parentheses', '(thingName:door* OR (thingName:kiosk* AND NOT (v2 OR v3)))', ['door-1', 'kiosk-1']],
    ['several values of a field', 'attributes.model:(v2 OR v3)', ['door-1', 'kiosk-2']],
    ['twelve terms', `thingName:kiosk-1${' OR thingName:door-1'.repeat(11)}`, ['door-1', 'kiosk-1']],
    ['a thousand characters', `thingName:kiosk-1 OR thingName:${'x'.repeat(969)}`, ['kiosk-1']],
    ['a leading wildcard in a hundred characters', `thingName:*k-1 OR thingName:${'x'.repeat(72)}`, ['kiosk-1']],
  ])('%s: %s', async (_what, query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  it('field names are case sensitive', async () => {
    expect(await names('attributes.MODEL:legacy')).toEqual([]);
  });

  it.each([
    ['two leading wildcards', 'thingName:*my AND thingGroupNames:*echo'],
    ['a leading wildcard in more than 100 characters', `thingName:*k-1 OR thingName:${'x'.repeat(73)}`],
    ['thirteen terms', `thingName:kiosk-1${' OR thingName:door-1'.repeat(12)}`],
    ['over a thousand characters', `thingName:kiosk-1 OR thingName:${'x'.repeat(970)}`],
    ['@', 'attributes.mail:a@b'], ['#', 'a#'], ['`', '`a'], ['%', 'a%'], ['/ (a regular expression)', 'thingName:/a/'], ["'", "'a'"], [';', 'a;b'],
    [',', 'a,b'], ['an escaped backslash', 'a\\\\b'], ['@ in quotes', '"a@b"'], ['~ (fuzzy)', 'kiosk~'], ['^ (boosting)', 'kiosk^2'],
    ['no term', ' '], ['no value', 'thingName:'], ['an operator alone', 'AND'], ['an operator at the end', 'a AND '], ['NOT alone', 'NOT'],
    ['an open parenthesis', '(a'], ['a closing parenthesis', 'a)'], ['two colons', 'thingName:my:door'], ['a range without TO', 'attributes.price:[1 2]'],
    ['a range without an end', 'attributes.price:[1 TO 2'], ['a range without a field', '[1 TO 2]'], ['an open quote', 'thingName:"a'],
  ])('refuses %s', async (_what, query) => {
    expect(await error(search(query))).toBe('400 InvalidQueryException');
  });

  it.each([
    ['AND and OR mixed, whose precedence is not documented', 'a AND b OR c'], ['AND by default and OR mixed', 'a b OR c'],
    ['shadows', 'shadow.reported.x:1'], ['fields that nobody documents', 'thingType:kiosk'], ["Lucene's operators", '+kiosk'], ['&&', 'a && b'],
    ['an open range', 'attributes.price:[1 TO *]'],
  ])('does not pretend to know %s', async (_what, query) => {
    expect(await error(search(query))).toBe('501 NotImplemented');
  });
});

describe('SearchIndex (https://docs.aws.amazon.com/iot/latest/apireference/API_SearchIndex.html)', () => {
  beforeEach(async () => {
    await start();
    index('OFF');
  });

  it('answers what the registry knows of a thing', async () => {
    const { thingId } = iot.createThing('kiosk-1', { site: 'oslo' }, 'kiosk');
    iot.createThingGroup('fleet');
    iot.addThingToThingGroup('fleet', 'kiosk-1');
    expect((await search('*')).things).toEqual([
      { thingName: 'kiosk-1', thingId, thingTypeName: 'kiosk', thingGroupNames: ['fleet'], attributes: { site: 'oslo' } },
    ]);
  });

  it('answers in pages of up to 100', async () => {
    for (let i = 100; i < 350; i += 1) iot.createThing(`kiosk-${i}`);
    const pages = [];
    let nextToken: string | undefined;
    do {
      const page = await search('thingName:kiosk*', { nextToken });
      pages.push(page.things!.map(({ thingName }) => thingName));
      nextToken = page.nextToken;
    } while (nextToken);
    expect(pages.map((page) => page.length)).toEqual([100, 100, 50]);
    expect(new Set(pages.flat()).size).toBe(250);
    expect((await search('*', { maxResults: 7 })).things).toHaveLength(7);
  });

  it('refuses more than 100 a page, no query, and tokens that are not its own', async () => {
    expect(await Promise.all([search('*', { maxResults: 101 }), search('*', { maxResults: 0 }), search(''), search('*', { nextToken: '!' })].map(error)))
      .toEqual(Array(4).fill('400 InvalidRequestException'));
    expect(await error(search('*', { maxResults: 100 }))).toBe('no error');
  });

  it('knows one index and one query version', async () => {
    expect(await error(search('*', { indexName: 'AWS_Things', queryVersion: '2017-09-30' }))).toBe('no error');
    expect(await error(search('*', { indexName: 'other' }))).toBe('404 ResourceNotFoundException');
    expect(await error(search('*', { indexName: 'AWS_ThingGroups' }))).toBe('501 NotImplemented');
    expect(await error(search('*', { queryVersion: '2019' }))).toBe('501 NotImplemented');
  });
});

describe('connectivity (I1)', () => {
  const status = async () => (await search('thingName:kiosk-1')).things![0].connectivity;

  it('is that of the client with the name of the thing', async () => {
    await start();
    index();
    iot.createThing('kiosk-1');
    iot.createThing('kiosk-2');
    expect(await status()).toEqual({ connected: false });
    const kiosk = await device('kiosk-1');
    await device('nobody');
    expect(await status()).toEqual({ connected: true, timestamp: START });
    expect(await names('connectivity.connected:true')).toEqual(['kiosk-1']);
    expect(await names('connectivity.connected:false')).toEqual(['kiosk-2']);
    now += 5000;
    await disconnect(kiosk);
    expect(await status()).toEqual({ connected: false, timestamp: START + 5000, disconnectReason: 'CLIENT_INITIATED_DISCONNECT' });
    expect(await names('connectivity.connected:true')).toEqual([]);
    expect(await names('connectivity.disconnectReason:client_initiated_disconnect')).toEqual(['kiosk-1']);
    expect(await names(`connectivity.connected:false AND connectivity.timestamp : [${START} TO ${START + 5000}]`)).toEqual(['kiosk-1']);
    expect(await names(`connectivity.timestamp > ${START + 5000}`)).toEqual([]);
    expect(await names('connectivity.connected:*')).toEqual(['kiosk-1', 'kiosk-2']);
  });

  it('is not in a search of all fields (S1: registry, shadow and Device Defender)', async () => {
    await start();
    index();
    iot.createThing('kiosk-1');
    await device('kiosk-1');
    expect(await names('true')).toEqual([]);
  });

  it('loses the timestamp an hour after the disconnect ("might be missing")', async () => {
    await start();
    index();
    iot.createThing('kiosk-1');
    await disconnect(await device('kiosk-1'));
    now += 3600_000 - 1;
    expect((await status())!.timestamp).toBe(START);
    now += 1;
    expect((await status())!.timestamp).toBeUndefined();
  });

  it('is there only if thingConnectivityIndexingMode is STATUS', async () => {
    await start();
    index('OFF');
    iot.createThing('kiosk-1');
    await device('kiosk-1');
    expect(await status()).toBeUndefined();
    expect(await names('connectivity.connected:true')).toEqual([]);
    index('STATUS');
    expect(await names('connectivity.connected:true')).toEqual(['kiosk-1']);
  });

  it('comes late (indexDelayMs): the index is eventually consistent', async () => {
    await start({ indexDelayMs: 1000 });
    index();
    iot.createThing('kiosk-1');
    const seen = async () => [(await status())!.connected, (await status())!.timestamp];
    const kiosk = await device('kiosk-1');
    now += 999;
    expect(await seen()).toEqual([false, undefined]);
    now += 1;
    expect(await seen()).toEqual([true, START]);
    await disconnect(kiosk);
    await device('kiosk-1').then(disconnect);
    now += 500;
    await device('kiosk-1');
    now += 499;
    expect(await seen()).toEqual([true, START]);
    now += 1;
    expect(await seen()).toEqual([false, START + 1000]);
    now += 500;
    expect(await seen()).toEqual([true, START + 1500]);
  });
});

describe('the index (I1)', () => {
  const describeIndex = () => client.send(new DescribeIndexCommand({ indexName: 'AWS_Things' }));
  const update = (thingIndexingConfiguration?: ThingIndexingConfiguration, more: UpdateIndexingConfigurationCommandInput = {}) =>
    client.send(new UpdateIndexingConfigurationCommand({ thingIndexingConfiguration, ...more }));

  // "OFF: no indexing/delete index" is documented, as are the errors of SearchIndex; which of them is meant here is inferred.
  it('is not there while indexing is off', async () => {
    await start();
    expect([await error(search('*')), await error(describeIndex())]).toEqual(Array(2).fill('404 ResourceNotFoundException'));
    index();
    expect(await error(search('*'))).toBe('no error');
    iot.updateIndexingConfiguration({ thingIndexingMode: 'OFF' });
    expect(await error(search('*'))).toBe('404 ResourceNotFoundException');
  });

  it('cannot be queried while BUILDING; while REBUILDING it can, for what was indexed before', async () => {
    await start({ indexBuildMs: 1000 });
    iot.createThing('kiosk-1');
    await device('kiosk-1');
    await update({ thingIndexingMode: 'REGISTRY' });
    now += 999;
    expect(await describeIndex()).toMatchObject({ indexName: 'AWS_Things', indexStatus: 'BUILDING', schema: 'REGISTRY' });
    expect(await error(search('*'))).toBe('400 IndexNotReadyException');
    now += 1;
    expect(await names('*')).toEqual(['kiosk-1']);
    await update({ thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' });
    expect(await describeIndex()).toMatchObject({ indexStatus: 'REBUILDING', schema: 'REGISTRY_AND_CONNECTIVITY_STATUS' });
    expect([await names('*'), await names('connectivity.connected:true')]).toEqual([['kiosk-1'], []]);
    now += 1000;
    expect(await describeIndex()).toMatchObject({ indexStatus: 'ACTIVE' });
    expect(await names('connectivity.connected:true')).toEqual(['kiosk-1']);
  });

  it('has a configuration, off in a new account', async () => {
    await start();
    const configuration = async () => (await client.send(new GetIndexingConfigurationCommand({}))).thingIndexingConfiguration;
    expect(await configuration()).toEqual({ thingIndexingMode: 'OFF', thingConnectivityIndexingMode: 'OFF' });
    await update({ thingIndexingMode: 'REGISTRY_AND_SHADOW', thingConnectivityIndexingMode: 'STATUS' });
    expect(await configuration()).toEqual({ thingIndexingMode: 'REGISTRY_AND_SHADOW', thingConnectivityIndexingMode: 'STATUS' });
  });

  it('refuses connectivity without a registry, and modes that are none', async () => {
    await start();
    expect(await error(update({ thingIndexingMode: 'OFF', thingConnectivityIndexingMode: 'STATUS' }))).toBe('400 InvalidRequestException');
    expect(await error(update({ thingIndexingMode: 'ON' as 'OFF' }))).toBe('400 InvalidRequestException');
  });

  it('does not pretend to know other configurations', async () => {
    await start();
    const outcomes = [
      update({ thingIndexingMode: 'REGISTRY', namedShadowIndexingMode: 'ON' }), update({ thingIndexingMode: 'REGISTRY', customFields: [] }),
      update(undefined, { thingGroupIndexingConfiguration: { thingGroupIndexingMode: 'ON' } }),
      update({ thingIndexingMode: 'REGISTRY' }, { thingGroupIndexingConfiguration: { thingGroupIndexingMode: 'ON' } }),
    ];
    expect(await Promise.all(outcomes.map(error))).toEqual(Array(4).fill('501 NotImplemented'));
  });

  it.each<[number, string, () => Promise<unknown>]>([
    [15, 'SearchIndex', () => search('*')],
    [10, 'DescribeIndex', describeIndex],
    [20, 'GetIndexingConfiguration', () => client.send(new GetIndexingConfigurationCommand({}))],
    [1, 'UpdateIndexingConfiguration', () => update({ thingIndexingMode: 'REGISTRY' })],
  ])('throttles over %d a second of %s with 400 (Q2)', async (rate, _name, send) => {
    jest.spyOn(performance, 'now').mockReturnValue(0);
    await start({ quotas: {} });
    index();
    const outcomes = await Promise.all(Array.from({ length: rate + 2 }, () => error(send())));
    expect(outcomes.filter((outcome) => outcome === '400 ThrottlingException')).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === 'no error')).toHaveLength(rate);
  });

  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_iot.html
  it('names the action and the index to IAM, whose refusal reaches the caller', async () => {
    const asked: string[] = [];
    await start({}, (_caller, action, resource) => {
      asked.push(`${action} ${resource}`);
      throw new AwsError('AccessDeniedException', 'not authorized to perform', 403);
    });
    index();
    const configuration = client.send(new GetIndexingConfigurationCommand({}));
    expect([await error(configuration), await error(search('*')), await error(describeIndex()), await error(update({ thingIndexingMode: 'OFF' }))])
      .toEqual(Array(4).fill('403 AccessDeniedException'));
    expect(asked).toEqual([
      'iot:GetIndexingConfiguration *', 'iot:SearchIndex arn:aws:iot:ca-central-1:123456789012:index/AWS_Things',
      'iot:DescribeIndex arn:aws:iot:ca-central-1:123456789012:index/AWS_Things', 'iot:UpdateIndexingConfiguration *',
    ]);
  });
});
