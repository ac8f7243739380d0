import { gzipSync } from 'node:zlib';
import { LocalAws } from '../../local-aws/local-aws';
import type { Target } from '../../lambda/run/target';
import { fleetIndex } from '../../lambda/sources/fleet-index';
import { managedThings } from '../../lambda/sources/managed-things';
import { manifest } from '../../lambda/sources/manifest';
import { thingGroup } from '../../lambda/sources/thing-group';
import { reads } from '../support/reads';

/* Sources in this process, with real SDK calls to the stand-in. */

let aws: LocalAws;
const env = { ...process.env };

beforeAll(async () => {
  // The documented rates, with bursts so small that calls without a pace would be throttled.
  aws = await LocalAws.start({
    quotas: {
      iot: { ListThingsInThingGroup: { rate: 25, burst: 4 }, SearchIndex: { rate: 15, burst: 4 } },
      things: { ListManagedThings: { rate: 10, burst: 3 } },
    },
  });
  Object.assign(process.env, aws.env);
  aws.s3.buckets.set('fleet', { objects: new Map(), sseAlgorithm: 'AES256' });
});
afterAll(async () => {
  process.env = env;
  await aws.stop();
});

async function all(targets: AsyncIterable<Target>): Promise<string[]> {
  const found: string[] = [];
  for await (const { id } of targets) found.push(id);
  return found;
}

describe('a manifest', () => {
  const read = (key: string, body: string | Buffer, format: [string, string?]) => {
    aws.s3.put('fleet', key, Buffer.from(body));
    return all(manifest({ Bucket: 'fleet', Key: key, Format: format[0], Field: format[1] }, reads()));
  };

  test.each<[string, string | Buffer, [string, string?], string]>([
    ['empty.txt', '', ['LINES'], 'manifest s3://fleet/empty.txt is empty'],
    ['long.txt', 'x'.repeat(2_100_000), ['LINES'], 'line 1 of manifest s3://fleet/long.txt has more than 1000000 characters'],
    ['latin.txt', Buffer.from([0x61, 0x0a, 0xfc, 0x0a]), ['LINES'], 'manifest s3://fleet/latin.txt is not UTF-8 after line 0'],
    ['cut.txt', Buffer.from('a\n€').subarray(0, 4), ['LINES'], 'manifest s3://fleet/cut.txt is not UTF-8 after line 1'],
    ['no-column.csv', 'name,floor\na,1\n', ['CSV', 'id'], 'manifest s3://fleet/no-column.csv has no column "id": its first line names "name", "floor"'],
    ['bad.csv', 'id,floor\na,1\nb,"x"y\n', ['CSV', 'id'], 'line 3 of manifest s3://fleet/bad.csv is not CSV: CSV_INVALID_CLOSING_QUOTE'],
    ['short.csv', 'id,floor\na,1\nb\n', ['CSV', 'id'], 'line 3 of manifest s3://fleet/short.csv is not CSV: CSV_RECORD_INCONSISTENT_FIELDS_LENGTH'],
    ['open.csv', 'id,floor\na,"1\n', ['CSV', 'id'], 'of manifest s3://fleet/open.csv is not CSV: CSV_QUOTE_NOT_CLOSED'],
    ['long.csv', `id,floor\na,"${'x'.repeat(1_100_000)}"`, ['CSV', 'id'], 'of manifest s3://fleet/long.csv is not CSV: CSV_MAX_RECORD_SIZE'],
    ['bad.jsonl', '{"id":"a"}\n\n{"id"\n', ['JSON_LINES', 'id'], 'line 3 of manifest s3://fleet/bad.jsonl is not JSON'],
    ['last.jsonl', '{"id":"a"}\n\n{"id"', ['JSON_LINES', 'id'], 'line 3 of manifest s3://fleet/last.jsonl is not JSON'],
    ['no-field.jsonl', '{"id":"a"}\n{"name":"b"}\n', ['JSON_LINES', 'id'], 'line 2 of manifest s3://fleet/no-field.jsonl has no field "id"'],
    ['number.jsonl', '{"id":1}\n', ['JSON_LINES', 'id'], 'line 1 of manifest s3://fleet/number.jsonl has something else than a string in field "id"'],
    ['list.jsonl', '["a"]\n', ['JSON_LINES', 'id'], 'line 1 of manifest s3://fleet/list.jsonl has no field "id"'],
    ['proto.jsonl', '{}\n', ['JSON_LINES', 'toString'], 'line 1 of manifest s3://fleet/proto.jsonl has no field "toString"'],
    ['not.gz', 'a\nb\n', ['LINES'], 'manifest s3://fleet/not.gz could not be unpacked, though its name ends in .gz: incorrect header check'],
    ['short.gz', gzipSync('a\nb\n').subarray(0, 12), ['LINES'], 'manifest s3://fleet/short.gz could not be unpacked, though its name ends in .gz: unexpected end of file'],
  ])('%s is refused with one sentence', async (key, body, format, message) => {
    await expect(read(key, body, format)).rejects.toThrow(message);
  });

  test('that is not there is not called unreadable bytes, packed or not', async () => {
    for (const Key of ['nowhere.txt', 'nowhere.gz']) {
      await expect(all(manifest({ Bucket: 'fleet', Key, Format: 'LINES' }, reads()))).rejects.toThrow(`manifest s3://fleet/${Key} does not exist`);
      await expect(all(manifest({ Bucket: 'fleet', Key, Format: 'CSV', Field: 'id' }, reads()))).rejects.toThrow(`manifest s3://fleet/${Key} does not exist`);
    }
    await expect(all(manifest({ Bucket: 'no-bucket', Key: 'a', Format: 'LINES' }, reads()))).rejects.toThrow('manifest s3://no-bucket/a could not be read: NoSuchBucket');
  });

  test('with a line alone that is in two parts, and a character in two of its bytes', async () => {
    const ids = Array.from({ length: 40_000 }, (_, n) => `kiosk-${n}-${'€'.repeat(20)}`);
    expect(await read('parts.txt', ids.join('\n'), ['LINES'])).toEqual(ids);
  });

  test('is read part by part, as its reader asks for it', async () => {
    aws.s3.put('fleet', 'lazy.txt', Buffer.from(Array.from({ length: 400_000 }, (_, n) => `kiosk-${n}`).join('\n')));
    const before = aws.calls.length;
    for await (const { id: target } of manifest({ Bucket: 'fleet', Key: 'lazy.txt', Format: 'LINES' }, reads())) {
      expect(target).toBe('kiosk-0');
      break;
    }
    expect(aws.calls.length - before).toBe(1);
  });

  test('that is replaced while it is read is not mixed with its successor', async () => {
    const body = (letter: string) => Buffer.from(`${letter.repeat(99)}\n`.repeat(30_000));
    aws.s3.put('fleet', 'changing.txt', body('a'));
    const reading = (async () => {
      let read = 0;
      for await (const { id: target } of manifest({ Bucket: 'fleet', Key: 'changing.txt', Format: 'LINES' }, reads())) {
        expect(target).toBe('a'.repeat(99));
        if ((read += 1) === 1) aws.s3.put('fleet', 'changing.txt', body('b'));
      }
    })();
    await expect(reading).rejects.toThrow('manifest s3://fleet/changing.txt was replaced while it was read: try again');
  });
});

describe('a listing is walked no faster than its quota allows, and again until there is nothing new', () => {
  const throttled = (before: number) => aws.calls.slice(before).filter(({ status }) => status >= 400);

  test('the fleet index', async () => {
    aws.iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' });
    for (let n = 0; n < 500; n += 1) aws.iot.createThing(`indexed-${n}`);
    const before = aws.calls.length;
    expect(await all(fleetIndex({ Query: 'thingName:indexed-*', IncludeDisconnected: 'true' }, reads()))).toHaveLength(500);
    expect(throttled(before)).toEqual([]);
    expect(aws.calls.length - before).toBe(10);
  });

  test('a thing group', async () => {
    aws.iot.createThingGroup('kiosks');
    for (let n = 0; n < 1_000; n += 1) {
      aws.iot.createThing(`grouped-${n}`);
      aws.iot.addThingToThingGroup('kiosks', `grouped-${n}`);
    }
    const before = aws.calls.length;
    expect(await all(thingGroup({ ThingGroup: 'kiosks' }, reads()))).toHaveLength(1_000);
    expect(throttled(before)).toEqual([]);
    expect(aws.calls.length - before).toBe(8);
  });

  test('managed things, of which some come while it is walked', async () => {
    for (let n = 0; n < 250; n += 1) aws.things.create({ Owner: 'us' });
    const before = aws.calls.length;
    const found: string[] = [];
    for await (const { id } of managedThings({ Filter: { OwnerFilter: 'us' } }, reads())) {
      found.push(id);
      if (found.length <= 300) aws.things.create({ Owner: 'us' });
    }
    expect(new Set(found).size).toBe(found.length);
    expect(found.length).toBeGreaterThan(300);
    expect(throttled(before)).toEqual([]);
  });
});

test('an index that is still being built is refused with the remedy', async () => {
  const building = await LocalAws.start({ quotas: { iot: 'none' }, fleetIndex: { indexBuildMs: 60_000 } });
  try {
    Object.assign(process.env, building.env);
    building.iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' });
    await expect(all(fleetIndex({ Query: 'thingName:a' }, reads()))).rejects.toThrow('the fleet index is still being built: try again once "aws iot describe-index --index-name AWS_Things" says ACTIVE');
  } finally {
    Object.assign(process.env, aws.env);
    await building.stop();
  }
});
