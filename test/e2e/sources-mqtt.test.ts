import { gzipSync } from 'node:zlib';
import type { Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ManifestFormat, Moment, MqttClients, type MqttDisconnectionProps, type TableTargetsOptions } from '../../lib';
import { until } from '../../local-aws/test/support/mqtt-device';
import { mqttScene } from '../support/mqtt-scene';
import { createTable } from '../support/table';

/* Clients that are found when the run happens: the shipped bundles, under the permissions that the template grants. */

const scene = mqttScene('Sources');
beforeAll(() => {
  scene.aws.s3.buckets.set('fleet', { objects: new Map(), sseAlgorithm: 'AES256' });
});
afterEach(() => {
  scene.aws.iot.updateIndexingConfiguration({ thingIndexingMode: 'OFF' });
});

function disconnect(clients: (scope: Stack) => MqttClients, props: Partial<MqttDisconnectionProps> = {}) {
  return scene.disconnect(clients, { runOn: [Moment.DEPLOY], requestsPerSecond: 250, ...props });
}

/** Deploys and says what was done. */
async function run(clients: (scope: Stack) => MqttClients, props: Partial<MqttDisconnectionProps> = {}) {
  await scene.stack.deploy(disconnect(clients, props));
  const { targetCount } = await scene.stack.outputs();
  return { targetCount: Number(targetCount), called: scene.called };
}

/** The reason why a deploy fails that would only look. */
async function problem(clients: (scope: Stack) => MqttClients, props: Partial<MqttDisconnectionProps> = {}): Promise<string> {
  const failure = await scene.stack.deploy(disconnect(clients, { runOn: [Moment.TEARDOWN], ...props })).catch((error) => error);
  expect(scene.called).toEqual([]);
  return String(failure?.message);
}

const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}-${String(n).padStart(5, '0')}`);

describe('MqttClients.inThingGroup', () => {
  // Three pages of at most 250 things.
  const names = numbered('grouped', 501);
  beforeAll(() => {
    scene.aws.iot.createThingGroup('kiosks');
    scene.aws.iot.createThingGroup('shops');
    scene.aws.iot.createThingGroup('shops-of-berlin', 'shops');
    for (const [group, things] of Object.entries({ kiosks: names, shops: ['shop-1', 'shop-2'], 'shops-of-berlin': ['shop-3', 'shop-4'] })) {
      for (const thing of things) {
        scene.aws.iot.createThing(thing);
        scene.aws.iot.addThingToThingGroup(group, thing);
      }
    }
  });

  test('finds the things of three pages', async () => {
    expect(await run(() => MqttClients.inThingGroup('kiosks'))).toEqual({ targetCount: 501, called: names });
    // Once to count, once to act, once more to see that there is nothing new.
    const passes = scene.calls('GET', /^\/thing-groups\/kiosks\/things/).length / 3;
    expect(passes).toBeLessThanOrEqual(4);
    expect(passes).toBeGreaterThanOrEqual(3);
  });

  test('finds those of groups below as well if it is asked to, and only then', async () => {
    const shops = (recursive?: boolean) => run(() => MqttClients.inThingGroup('shops', { recursive }));
    expect(await shops()).toEqual({ targetCount: 2, called: ['shop-1', 'shop-2'] });
    // What is to be ended has changed, so all are.
    expect(await shops(true)).toEqual({ targetCount: 4, called: ['shop-1', 'shop-1', 'shop-2', 'shop-2', 'shop-3', 'shop-4'] });
  });

  test('disconnects on teardown who is in the group by then', async () => {
    scene.aws.iot.createThingGroup('late');
    scene.aws.iot.createThing('latecomer');
    const latecomer = await scene.fleet.connect('latecomer');
    await scene.stack.deploy(disconnect(() => MqttClients.inThingGroup('late'), { runOn: [Moment.TEARDOWN] }));
    scene.aws.iot.addThingToThingGroup('late', 'latecomer');
    await scene.stack.destroy();
    await until(() => !latecomer.connected);
  });

  test('a group that is not there fails the deploy', async () => {
    expect(await problem(() => MqttClients.inThingGroup('nowhere'))).toContain('thing group nowhere could not be listed: it does not exist');
  });

  test('over maxTargets nothing is touched', async () => {
    expect(await problem(() => MqttClients.inThingGroup('kiosks'), { runOn: [Moment.DEPLOY], maxTargets: 500 })).toContain(
      '501 MQTT clients were found, maxTargets allows 500: nothing was touched; narrow the targets or raise maxTargets',
    );
  });
});

describe('MqttClients.matching', () => {
  // Three pages of at most 100 things.
  const names = numbered('indexed', 201);
  beforeAll(() => {
    for (const [n, name] of names.entries()) scene.aws.iot.createThing(name, { floor: String(n % 5) });
  });
  const switchOn = () => scene.aws.iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' });

  test('finds only those that are connected', async () => {
    switchOn();
    await Promise.all(['indexed-00001', 'indexed-00007'].map((id) => scene.fleet.connect(id)));
    expect(await run(() => MqttClients.matching('attributes.floor:1 OR attributes.floor:2'))).toEqual({
      targetCount: 2,
      called: ['indexed-00001', 'indexed-00007'],
    });
  });

  test('finds all things of three pages if those that are not connected are included', async () => {
    switchOn();
    expect(await run(() => MqttClients.matching('thingName:indexed-*', { includeDisconnected: true }))).toEqual({ targetCount: 201, called: names });
    expect(scene.calls('POST', /^\/indices\/search/).length % 3).toBe(0);
  });

  test('an index that is switched off fails with the remedy', async () => {
    for (const includeDisconnected of [false, true]) {
      expect(await problem(() => MqttClients.matching('thingName:*', { includeDisconnected }))).toMatch(
        /thing indexing is off; switch it on with "aws iot update-indexing-configuration .*thingConnectivityIndexingMode=STATUS"/,
      );
    }
  });

  test('an index that does not know of connections fails with the remedy', async () => {
    scene.aws.iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY' });
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
    createTable(scene.aws, 'Fleet', [
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
  const tableCalls = () => scene.calls('POST', /^\/$/).filter(({ service }) => service === 'dynamodb').length;

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
    const failure = await scene.stack.deploy(disconnect(fleetOf({ partition: { attribute: 'kind', value: 'refused' } }))).catch((error) => error);
    expect(failure.message).toContain('1 of 2 MQTT clients could not be disconnected (1 InvalidTarget), for example $reserved: starts with "$"');
    expect(scene.called).toEqual(['fine']);
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
  const ids = numbered('listed', 20);
  const manifest = (key: string, format?: ManifestFormat) => (scope: Stack) =>
    MqttClients.fromManifest(Bucket.fromBucketName(scope, 'Bucket', 'fleet'), key, { format });
  const store = (key: string, body: string | Buffer) => scene.aws.s3.put('fleet', key, Buffer.from(body));

  test.each<[string, string | Buffer, ManifestFormat | undefined]>([
    ['plain.txt', `\uFEFF${ids.join('\r\n')}\r\n\n${ids[0]}\n`, undefined],
    ['plain.txt.gz', gzipSync(ids.join('\n')), ManifestFormat.lines()],
    ['things.csv', ['"client ""id""",floor', ...ids.map((id) => `"${id}","first\nfloor"`)].join('\n'), ManifestFormat.csv('client "id"')],
    ['things.csv.gz', gzipSync(['floor,id', ...ids.map((id) => `1,${id}`), ''].join('\r\n')), ManifestFormat.csv('id')],
    ['things.jsonl', ids.map((id) => JSON.stringify({ floor: 1, id })).join('\n'), ManifestFormat.jsonLines('id')],
    ['a key/with *, ? and $.jsonl.gz', gzipSync(ids.map((id) => JSON.stringify({ id })).join('\n\n')), ManifestFormat.jsonLines('id')],
  ])('reads %s', async (key, body, format) => {
    store(key, body);
    expect(await run(manifest(key, format))).toEqual({ targetCount: 20, called: ids });
  });

  test('reads three parts, and a line that is in two of them', async () => {
    // Three bytes each, so that no part ends with a character.
    store('large.csv', ['id,notes', ...ids.map((id) => `${id},${'€'.repeat(45_000)}`)].join('\n'));
    expect(await run(manifest('large.csv', ManifestFormat.csv('id')))).toEqual({ targetCount: 20, called: ids });
    expect(scene.calls('GET', /large\.csv/)).toHaveLength(6);
  });

  test('a line that cannot be read fails the deploy, and the sentence says which', async () => {
    store('bad.jsonl', '{"id":"a"}\n\n{"id"\n');
    expect(await problem(manifest('bad.jsonl', ManifestFormat.jsonLines('id')))).toContain('line 3 of manifest s3://fleet/bad.jsonl is not JSON');
  });

  test('an object that is gone by then fails the destroy, and S3 does not say so to who may not list the bucket', async () => {
    store('gone.txt', 'a\n');
    await scene.stack.deploy(disconnect(manifest('gone.txt'), { runOn: [Moment.TEARDOWN] }));
    scene.aws.s3.bucket('fleet').objects.delete('gone.txt');
    await expect(scene.stack.destroy()).rejects.toThrow('manifest s3://fleet/gone.txt could not be read: AccessDenied');
  });
});
