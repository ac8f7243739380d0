import { gzipSync } from 'node:zlib';
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ManifestFormat, Moment, MqttClients, MqttDisconnection, type MqttDisconnectionProps, type TableTargetsOptions } from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';
import { Fleet, until } from '../support/mqtt-device';
import { createTable } from '../support/table';
import { TestStack } from '../support/test-stack';

/* Clients that are found when the run happens: the shipped bundles, under the permissions that the template grants. */

let aws: LocalAws;
let fleet: Fleet;
let stacks = 0;
let stack: TestStack;
let callsBefore: number;

beforeAll(async () => {
  aws = await LocalAws.start({ quotas: { iot: 'none' } });
  fleet = new Fleet(aws);
  aws.s3.buckets.set('fleet', { objects: new Map(), sseAlgorithm: 'AES256' });
});
afterAll(async () => {
  await fleet.leave();
  await aws.stop();
});
beforeEach(() => {
  stack = new TestStack(aws, `Sources${(stacks += 1)}`);
  callsBefore = aws.calls.length;
});
afterEach(async () => {
  aws.iot.updateIndexingConfiguration({ thingIndexingMode: 'OFF' });
  await fleet.leave();
});

function disconnect(clients: (scope: Stack) => MqttClients, props: Partial<MqttDisconnectionProps> = {}) {
  return (scope: Stack) => {
    const disconnection = new MqttDisconnection(scope, 'Kiosks', { clients: clients(scope), runOn: [Moment.DEPLOY], requestsPerSecond: 2_000, ...props });
    for (const name of ['targetCount', 'endedCount', 'alreadyGoneCount', 'failedCount'] as const) new CfnOutput(scope, name, { value: disconnection[name] });
  };
}

/** Deploys and says what was done. */
async function run(clients: (scope: Stack) => MqttClients, props: Partial<MqttDisconnectionProps> = {}) {
  await stack.deploy(disconnect(clients, props));
  const { targetCount } = await stack.outputs();
  return { targetCount: Number(targetCount), called: called() };
}

function calls(method: string, path: RegExp) {
  return aws.calls.slice(callsBefore).filter((call) => call.method === method && path.test(call.path));
}

/** The client ids of all DeleteConnections, in order of the alphabet. */
function called(): string[] {
  return calls('DELETE', /^\/connections\//)
    .map(({ path }) => decodeURIComponent(path.split('/')[2]))
    .sort();
}

const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}-${String(n).padStart(5, '0')}`);

/** The reason why a deploy fails that would only look. */
async function problem(clients: (scope: Stack) => MqttClients, props: Partial<MqttDisconnectionProps> = {}): Promise<string> {
  const failure = await stack.deploy(disconnect(clients, { runOn: [Moment.TEARDOWN], ...props })).catch((error) => error);
  expect(called()).toEqual([]);
  return String(failure?.message);
}

describe('MqttClients.inThingGroup', () => {
  const names = numbered('grouped', 600);
  beforeAll(() => {
    aws.iot.createThingGroup('kiosks');
    aws.iot.createThingGroup('kiosks-of-berlin', 'kiosks');
    for (const [n, name] of names.entries()) {
      aws.iot.createThing(name);
      aws.iot.addThingToThingGroup(n < 550 ? 'kiosks' : 'kiosks-of-berlin', name);
    }
  });

  test('finds the things of three pages', async () => {
    expect(await run(() => MqttClients.inThingGroup('kiosks'))).toEqual({ targetCount: 550, called: names.slice(0, 550) });
    // Once to count, once to act, once more to see that there is nothing new.
    const passes = calls('GET', /^\/thing-groups\/kiosks\/things/).length / 3;
    expect(passes).toBeLessThanOrEqual(4);
    expect(passes).toBeGreaterThanOrEqual(3);
  });

  test('finds those of groups below as well if it is asked to', async () => {
    expect(await run(() => MqttClients.inThingGroup('kiosks', { recursive: true }))).toEqual({ targetCount: 600, called: names });
  });

  test('disconnects on teardown who is in the group by then', async () => {
    aws.iot.createThingGroup('late');
    aws.iot.createThing('latecomer');
    const latecomer = await fleet.connect('latecomer');
    await stack.deploy(disconnect(() => MqttClients.inThingGroup('late'), { runOn: [Moment.TEARDOWN] }));
    aws.iot.addThingToThingGroup('late', 'latecomer');
    await stack.destroy();
    await until(() => !latecomer.connected);
  });

  test('a group that is not there fails the deploy', async () => {
    expect(await problem(() => MqttClients.inThingGroup('nowhere'))).toContain('thing group nowhere could not be listed: it does not exist');
  });

  test('over maxTargets nothing is touched', async () => {
    expect(await problem(() => MqttClients.inThingGroup('kiosks'), { runOn: [Moment.DEPLOY], maxTargets: 549 })).toContain(
      '550 MQTT clients were found, maxTargets allows 549: nothing was touched; narrow the targets or raise maxTargets',
    );
  });
});

describe('MqttClients.matching', () => {
  const names = numbered('indexed', 250);
  beforeAll(() => {
    for (const [n, name] of names.entries()) aws.iot.createThing(name, { floor: String(n % 5) });
  });
  const switchOn = () => aws.iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' });

  test('finds only those that are connected', async () => {
    switchOn();
    await Promise.all(['indexed-00001', 'indexed-00007'].map((id) => fleet.connect(id)));
    expect(await run(() => MqttClients.matching('attributes.floor:1 OR attributes.floor:2'))).toEqual({
      targetCount: 2,
      called: ['indexed-00001', 'indexed-00007'],
    });
  });

  test('finds all things of three pages if those that are not connected are included', async () => {
    switchOn();
    expect(await run(() => MqttClients.matching('thingName:indexed-*', { includeDisconnected: true }))).toEqual({ targetCount: 250, called: names });
    expect(calls('POST', /^\/indices\/search/).length % 3).toBe(0);
  });

  test('an index that is switched off fails with the remedy', async () => {
    for (const includeDisconnected of [false, true]) {
      expect(await problem(() => MqttClients.matching('thingName:*', { includeDisconnected }))).toMatch(
        /thing indexing is off; switch it on with "aws iot update-indexing-configuration .*thingConnectivityIndexingMode=STATUS"/,
      );
      stack = new TestStack(aws, `Sources${(stacks += 1)}`);
    }
  });

  test('an index that does not know of connections fails with the remedy', async () => {
    aws.iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY' });
    expect(await problem(() => MqttClients.matching('thingName:*'))).toMatch(
      /does not know which things are connected: indexing of connectivity is off; switch it on with/,
    );
  });

  test('a query that the index refuses fails with what it says', async () => {
    switchOn();
    expect(await problem(() => MqttClients.matching('(thingName:a'))).toMatch(
      /the fleet index refuses the query "\(\(thingName:a\) AND connectivity.connected:true": InvalidQueryException/,
    );
  });
});

describe('MqttClients.fromTable', () => {
  // Three items make a page of 1 MB.
  const padding = { S: 'x'.repeat(380_000) };
  const ids = numbered('kiosk', 8);
  beforeAll(() =>
    createTable(aws, 'Fleet', [
      ...ids.map((id, n) => ({ clientId: { S: id }, padding, active: { BOOL: n % 2 === 0 }, tenant: { N: String(n % 2) }, floor: { S: `${n % 4}` } })),
      { clientId: { N: '42' }, kind: { S: 'robot' } },
      { kind: { S: 'robot' } },
      { clientId: { S: ids[0] }, kind: { S: 'double' } },
      { clientId: { M: {} }, kind: { S: 'broken' } },
      { clientId: { S: '$reserved' }, kind: { S: 'refused' } },
      { clientId: { S: 'fine' }, kind: { S: 'refused' } },
      { name: { S: 'none' }, kind: { S: 'nameless' } },
    ]),
  );
  const fleetOf = (options: Partial<TableTargetsOptions>) => (scope: Stack) =>
    MqttClients.fromTable(Table.fromTableName(scope, 'Fleet', 'Fleet'), { attribute: 'clientId', ...options });
  const tableCalls = () => calls('POST', /^\/$/).filter(({ service }) => service === 'dynamodb').length;

  test('queries a partition, page by page', async () => {
    expect(await run(fleetOf({ partition: { attribute: 'kind', value: 'kiosk' } }))).toEqual({ targetCount: 8, called: ids });
    expect(tableCalls()).toBeGreaterThanOrEqual(6);
  });

  test('takes a number as an id, and an item without the attribute as none', async () => {
    expect(await run(fleetOf({ partition: { attribute: 'kind', value: 'robot' } }))).toEqual({ targetCount: 1, called: ['42'] });
  });

  test('queries an index with a number as its key', async () => {
    expect(await run(fleetOf({ index: 'by-tenant', partition: { attribute: 'tenant', value: 1 } }))).toEqual({
      targetCount: 4,
      called: ids.filter((_, n) => n % 2 === 1),
    });
  });

  test('scans with a filter on a Boolean, page by page', async () => {
    expect(await run(fleetOf({ filter: { attribute: 'active', value: true } }))).toEqual({ targetCount: 4, called: ids.filter((_, n) => n % 2 === 0) });
    expect(tableCalls()).toBeGreaterThanOrEqual(6);
  });

  test('scans an index with a filter on a string', async () => {
    expect(await run(fleetOf({ index: 'by-tenant', filter: { attribute: 'floor', value: '3' } }))).toEqual({ targetCount: 2, called: [ids[3], ids[7]] });
  });

  test('an id that AWS IoT would refuse fails by itself', async () => {
    const failure = await stack.deploy(disconnect(fleetOf({ partition: { attribute: 'kind', value: 'refused' } }))).catch((error) => error);
    expect(failure.message).toContain('1 of 2 MQTT clients could not be disconnected (1 InvalidTarget), for example $reserved: starts with "$"');
    expect(called()).toEqual(['fine']);
  });

  test.each<[string, Partial<TableTargetsOptions>, string | RegExp]>([
    [
      'has no item with the attribute',
      { partition: { attribute: 'kind', value: 'nameless' } },
      /none of the 1 items that were read of table .*Fleet has the attribute "clientId"/,
    ],
    [
      'has an item with something else in it',
      { partition: { attribute: 'kind', value: 'broken' } },
      /attribute "clientId" of an item of table .*Fleet has the type M: it must be a string or a number/,
    ],
    ['has no such index', { index: 'by-name' }, /table .*Fleet could not be read: ValidationException/],
    ['has another partition key', { partition: { attribute: 'color', value: 'red' } }, /table .*Fleet could not be read: ValidationException/],
  ])('a table that %s fails the deploy', async (_, options, message) => {
    expect(await problem(fleetOf(options))).toMatch(message);
  });

  test('a table that is not there fails the deploy', async () => {
    expect(await problem((scope) => MqttClients.fromTable(Table.fromTableName(scope, 'T', 'Nowhere'), { attribute: 'clientId' }))).toMatch(
      /table .*Nowhere could not be read: ResourceNotFoundException/,
    );
  });
});

describe('MqttClients.fromManifest', () => {
  const ids = numbered('listed', 100);
  const manifest = (key: string, format?: ManifestFormat) => (scope: Stack) =>
    MqttClients.fromManifest(Bucket.fromBucketName(scope, 'Bucket', 'fleet'), key, { format });
  const store = (key: string, body: string | Buffer) => aws.s3.put('fleet', key, Buffer.from(body));

  test.each<[string, string | Buffer, ManifestFormat | undefined]>([
    ['plain.txt', `\uFEFF${ids.join('\r\n')}\r\n\n${ids[0]}\n`, undefined],
    ['plain.txt.gz', gzipSync(ids.join('\n')), ManifestFormat.lines()],
    ['things.csv', ['"client ""id""",floor', ...ids.map((id) => `"${id}","first\nfloor"`)].join('\n'), ManifestFormat.csv('client "id"')],
    ['things.csv.gz', gzipSync(['floor,id', ...ids.map((id) => `1,${id}`), ''].join('\r\n')), ManifestFormat.csv('id')],
    ['things.jsonl', ids.map((id) => JSON.stringify({ floor: 1, id })).join('\n'), ManifestFormat.jsonLines('id')],
    ['a key/with *, ? and $.jsonl.gz', gzipSync(ids.map((id) => JSON.stringify({ id })).join('\n\n')), ManifestFormat.jsonLines('id')],
  ])('reads %s', async (key, body, format) => {
    store(key, body);
    expect(await run(manifest(key, format))).toEqual({ targetCount: 100, called: ids });
  });

  test('reads three parts, and a line that is in two of them', async () => {
    // Three bytes each, so that no part ends with a character.
    store('large.csv', ['id,notes', ...ids.map((id) => `${id},${'€'.repeat(9_000)}`)].join('\n'));
    expect(await run(manifest('large.csv', ManifestFormat.csv('id')))).toEqual({ targetCount: 100, called: ids });
    expect(calls('GET', /large\.csv/)).toHaveLength(6);
  });

  test('a line that cannot be read fails the deploy, and the sentence says which', async () => {
    store('bad.jsonl', '{"id":"a"}\n\n{"id"\n');
    expect(await problem(manifest('bad.jsonl', ManifestFormat.jsonLines('id')))).toContain('line 3 of manifest s3://fleet/bad.jsonl is not JSON');
  });

  test('an object that is gone by then fails the destroy, and S3 does not say so to who may not list the bucket', async () => {
    store('gone.txt', 'a\n');
    await stack.deploy(disconnect(manifest('gone.txt'), { runOn: [Moment.TEARDOWN] }));
    aws.s3.bucket('fleet').objects.delete('gone.txt');
    await expect(stack.destroy()).rejects.toThrow('manifest s3://fleet/gone.txt could not be read: AccessDenied');
  });
});
