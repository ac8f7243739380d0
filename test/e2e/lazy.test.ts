import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ManifestFormat, Moment, MqttClients } from '../../lib';
import type { Recorded } from '../../local-aws/server';
import { mqttScene } from '../support/mqtt-scene';
import { createTable } from '../support/table';

/* The shipped bundles end the first targets while later pages are still to be read: what counts is the order in which calls arrive. */

const scene = mqttScene('Lazy');
beforeAll(() => {
  scene.aws.s3.buckets.set('fleet', { objects: new Map(), sseAlgorithm: 'AES256' });
});

type Declare = (scope: Stack) => void;

/** @param requestsPerSecond so few that a page of targets takes longer than a call does on a busy machine */
const disconnect = (clients: (scope: Stack) => MqttClients, requestsPerSecond: number): Declare =>
  scene.disconnect(clients, { runOn: [Moment.DEPLOY], requestsPerSecond });

/** For each page that a deploy reads, how many targets had been ended by then; and how many were in the end. */
async function endedBeforePages(declare: Declare, isPage: (call: Recorded) => boolean) {
  const before = scene.aws.calls.length;
  await scene.stack.deploy(declare);
  const ended = new Set<string>();
  const endedBefore: number[] = [];
  for (const call of scene.aws.calls.slice(before)) {
    if (isPage(call)) endedBefore.push(ended.size);
    if (call.method === 'DELETE' && call.path.startsWith('/connections/')) ended.add(call.path);
  }
  return { endedBefore, ended: ended.size };
}

interface Walk {
  readonly targets: number;
  readonly pages: number;
  /** How often the pages are read to count the targets. @default 1 */
  readonly passes?: number;
}

function expectLazy({ endedBefore, ended }: Awaited<ReturnType<typeof endedBeforePages>>, { targets, pages, passes = 1 }: Walk): void {
  const [first, last] = [passes * pages, (passes + 1) * pages - 1];
  expect(ended).toBe(targets);
  expect(endedBefore.slice(0, first + 1)).toEqual(Array(first + 1).fill(0));
  expect(endedBefore[last]).toBeGreaterThan(0);
  expect(endedBefore[last]).toBeLessThan(targets);
}

describe('the first targets are ended before the last page is read, and none before all are counted', () => {
  // Lists that change while they are walked are walked again until there is nothing new.
  const passes = 2;

  test('of a thing group', async () => {
    scene.aws.iot.createThingGroup('kiosks');
    for (let n = 0; n < 260; n += 1) {
      scene.aws.iot.createThing(`grouped-${n}`);
      scene.aws.iot.addThingToThingGroup('kiosks', `grouped-${n}`);
    }
    const clients = () => MqttClients.inThingGroup('kiosks');
    expectLazy(await endedBeforePages(disconnect(clients, 40), ({ path }) => path === '/thing-groups/kiosks/things'), { targets: 260, pages: 2, passes });
  });

  test('of the fleet index', async () => {
    scene.aws.iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY' });
    for (let n = 0; n < 210; n += 1) scene.aws.iot.createThing(`indexed-${n}`);
    const clients = () => MqttClients.matching('thingName:indexed-*', { includeDisconnected: true });
    expectLazy(await endedBeforePages(disconnect(clients, 30), ({ path }) => path === '/indices/search'), { targets: 210, pages: 3, passes });
  });

  test('of a table', async () => {
    // Three items make a page of 1 MB.
    const padding = { S: 'x'.repeat(380_000) };
    await createTable(
      scene.aws,
      'Fleet',
      Array.from({ length: 8 }, (_, n) => ({ clientId: { S: `kept-${n}` }, padding })),
    );
    const clients = (scope: Stack) => MqttClients.fromTable(Table.fromTableName(scope, 'Fleet', 'Fleet'), { attribute: 'clientId' });
    expectLazy(await endedBeforePages(disconnect(clients, 10), ({ service }) => service === 'dynamodb'), { targets: 8, pages: 3 });
  });

  const rows = Array.from({ length: 100 }, (_, n) => ({ id: `listed-${n}`, notes: randomBytes(30_000).toString('base64') }));
  const csv = ['id,notes', ...rows.map(({ id, notes }) => `${id},${notes}`)].join('\n');
  test.each<[string, string | Buffer, ManifestFormat]>([
    ['lines.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'), ManifestFormat.jsonLines('id')],
    ['things.csv', csv, ManifestFormat.csv('id')],
    ['things.csv.gz', gzipSync(csv), ManifestFormat.csv('id')],
  ])('of a manifest, %s', async (key, body, format) => {
    scene.aws.s3.put('fleet', key, Buffer.from(body));
    const clients = (scope: Stack) => MqttClients.fromManifest(Bucket.fromBucketName(scope, 'Bucket', 'fleet'), key, { format });
    const pages = Math.ceil(Buffer.byteLength(body) / 1_048_576);
    expect(pages).toBeGreaterThanOrEqual(3);
    expectLazy(await endedBeforePages(disconnect(clients, 30), ({ path }) => path === `/fleet/${key}`), { targets: 100, pages });
  });
});
