import { gzipSync } from 'node:zlib';
import { LocalAws } from '../../local-aws/local-aws';
import { manifest } from '../../lambda/sources/manifest';
import { all } from '../support/all';
import { reads } from '../support/reads';

/* Manifests, read in this process with real SDK calls to the stand-in. */

let aws: LocalAws;
const env = { ...process.env };

beforeAll(async () => {
  aws = await LocalAws.start();
  Object.assign(process.env, aws.env);
  aws.s3.buckets.set('fleet', { objects: new Map(), sseAlgorithm: 'AES256' });
});
afterAll(async () => {
  process.env = env;
  await aws.stop();
});

describe('a manifest', () => {
  const read = (key: string, body: string | Buffer, format: [string, string?]) => {
    aws.s3.put('fleet', key, Buffer.from(body));
    return all(manifest({ Bucket: 'fleet', Key: key, Format: format[0], Field: format[1] }, reads()));
  };

  test.each<[string, string | Buffer, [string, string?], string]>([
    ['empty.txt', '', ['LINES'], 'manifest s3://fleet/empty.txt is empty'],
    ['long.txt', 'x'.repeat(2_100_000), ['LINES'], 'line 1 of manifest s3://fleet/long.txt has more than 1000000 bytes'],
    ['latin.txt', Buffer.from([0x61, 0x0a, 0xfc, 0x0a]), ['LINES'], 'line 2 of manifest s3://fleet/latin.txt is not UTF-8'],
    ['cut.txt', Buffer.from('a\n€').subarray(0, 4), ['LINES'], 'line 2 of manifest s3://fleet/cut.txt is not UTF-8'],
    ['no-column.csv', 'name,floor\na,1\n', ['CSV', 'id'], 'manifest s3://fleet/no-column.csv has no column "id": its first line names "name", "floor"'],
    ['bad.csv', 'id,floor\na,1\nb,"x"y\n', ['CSV', 'id'], 'line 3 of manifest s3://fleet/bad.csv is not CSV: CSV_INVALID_CLOSING_QUOTE'],
    ['short.csv', 'id,floor\na,1\nb\n', ['CSV', 'id'], 'line 3 of manifest s3://fleet/short.csv is not CSV: CSV_RECORD_INCONSISTENT_FIELDS_LENGTH'],
    ['open.csv', 'id,floor\na,"1\n', ['CSV', 'id'], 'of manifest s3://fleet/open.csv is not CSV: CSV_QUOTE_NOT_CLOSED'],
    ['long.csv', `id,floor\na,"${'x'.repeat(1_100_000)}"`, ['CSV', 'id'], 'line 2 of manifest s3://fleet/long.csv has more than 1000000 bytes'],
    ['large.csv', `id,floor\na,"${'x\n'.repeat(600_000)}"`, ['CSV', 'id'], 'of manifest s3://fleet/large.csv is not CSV: CSV_MAX_RECORD_SIZE'],
    ['latin.csv', Buffer.from('id,floor\na,1\nk\xf6ln,2\nb,3\n', 'latin1'), ['CSV', 'id'], 'line 3 of manifest s3://fleet/latin.csv is not UTF-8'],
    ['latin.csv.gz', gzipSync(Buffer.from('id\nk\xf6ln\n', 'latin1')), ['CSV', 'id'], 'line 2 of manifest s3://fleet/latin.csv.gz is not UTF-8'],
    ['latin.jsonl', Buffer.from('{"id":"a"}\n{"id":"k\xf6ln"}\n', 'latin1'), ['JSON_LINES', 'id'], 'line 2 of manifest s3://fleet/latin.jsonl is not UTF-8'],
    ['cut.csv', Buffer.from('id\na\n€').subarray(0, 7), ['CSV', 'id'], 'line 3 of manifest s3://fleet/cut.csv is not UTF-8'],
    [
      'late.csv',
      Buffer.concat([Buffer.from(`id\n${'kiosk\n'.repeat(300_000)}`), Buffer.from([0xff, 0x0a])]),
      ['CSV', 'id'],
      'line 300002 of manifest s3://fleet/late.csv is not UTF-8',
    ],
    ['packed.csv', gzipSync('id\na\n'), ['CSV', 'id'], 'line 1 of manifest s3://fleet/packed.csv is not UTF-8'],
    ['utf16.csv', Buffer.from('\uFEFFid\na\n', 'utf16le'), ['CSV', 'id'], 'line 1 of manifest s3://fleet/utf16.csv is not UTF-8'],
    ['utf16.txt', Buffer.from('a\nb\n', 'utf16le'), ['LINES'], 'line 1 of manifest s3://fleet/utf16.txt has a NUL in it, as UTF-16 has: write it in UTF-8'],
    ['nul.txt', 'a\n\nb\0\n', ['LINES'], 'line 3 of manifest s3://fleet/nul.txt has a NUL in it'],
    ['nul.csv', 'id\na\0\n', ['CSV', 'id'], 'line 2 of manifest s3://fleet/nul.csv has a NUL in it'],
    ['mac.txt', 'a\rb\n', ['LINES'], 'line 1 of manifest s3://fleet/mac.txt has a carriage return in it: end lines with \\n or \\r\\n'],
    ['twice.csv', 'id,floor,id\na,1,b\n', ['CSV', 'id'], 'manifest s3://fleet/twice.csv has two columns "id"'],
    ['nothing.csv', '\n\n', ['CSV', 'id'], 'manifest s3://fleet/nothing.csv has no line with column names'],
    ['nothing.csv.gz', gzipSync(''), ['CSV', 'id'], 'manifest s3://fleet/nothing.csv.gz has no line with column names'],
    ['nothing.txt', '\uFEFF\n \r\n', ['LINES'], 'manifest s3://fleet/nothing.txt has no line with anything in it'],
    ['nothing.txt.gz', gzipSync(''), ['LINES'], 'manifest s3://fleet/nothing.txt.gz has no line with anything in it'],
    ['nothing.jsonl.gz', gzipSync(''), ['JSON_LINES', 'id'], 'manifest s3://fleet/nothing.jsonl.gz has no line with anything in it'],
    ['bad.jsonl', '{"id":"a"}\n\n{"id"\n', ['JSON_LINES', 'id'], 'line 3 of manifest s3://fleet/bad.jsonl is not JSON'],
    ['last.jsonl', '{"id":"a"}\n\n{"id"', ['JSON_LINES', 'id'], 'line 3 of manifest s3://fleet/last.jsonl is not JSON'],
    ['no-field.jsonl', '{"id":"a"}\n{"name":"b"}\n', ['JSON_LINES', 'id'], 'line 2 of manifest s3://fleet/no-field.jsonl has no field "id"'],
    ['number.jsonl', '{"id":1}\n', ['JSON_LINES', 'id'], 'line 1 of manifest s3://fleet/number.jsonl has something else than a string in field "id"'],
    ['list.jsonl', '["a"]\n', ['JSON_LINES', 'id'], 'line 1 of manifest s3://fleet/list.jsonl has no field "id"'],
    ['proto.jsonl', '{}\n', ['JSON_LINES', 'toString'], 'line 1 of manifest s3://fleet/proto.jsonl has no field "toString"'],
    ['not.gz', 'a\nb\n', ['LINES'], 'manifest s3://fleet/not.gz could not be unpacked, though its name ends in .gz: incorrect header check'],
    [
      'short.gz',
      gzipSync('a\nb\n').subarray(0, 12),
      ['LINES'],
      'manifest s3://fleet/short.gz could not be unpacked, though its name ends in .gz: unexpected end of file',
    ],
  ])('%s is refused with one sentence', async (key, body, format, message) => {
    await expect(read(key, body, format)).rejects.toThrow(message);
  });

  test.each<[string, string | Buffer, [string, string?], string[]]>([
    ['a byte order mark in lines', '\uFEFFa\nb', ['LINES'], ['a', 'b']],
    ['a byte order mark in CSV, before its first column', '\uFEFFid,floor\na,1', ['CSV', 'id'], ['a']],
    ['a byte order mark in CSV that is packed', gzipSync('\uFEFF"id"\na\n'), ['CSV', 'id'], ['a']],
    ['a byte order mark in JSON lines', '\uFEFF{"id":"a"}', ['JSON_LINES', 'id'], ['a']],
    ['several packed parts in a row', Buffer.concat([gzipSync('a\n'), gzipSync('b\n')]), ['LINES'], ['a', 'b']],
    ['other line ends than the first in CSV', 'id\r\na\r\nb\nc\r"d\r\ne"\n', ['CSV', 'id'], ['a', 'b', 'c', 'd\r\ne']],
    ['other line ends after a bare one in CSV', 'floor,id\n1,a\r\n2,b\r\n', ['CSV', 'id'], ['a', 'b']],
    ['white space around lines, which is no part of them', ' a\t\n\u00a0b \r\n', ['LINES'], ['a', 'b']],
    ['blanks in CSV, which are a part of a value', 'floor,id\n1, a\n2,b \n', ['CSV', 'id'], [' a', 'b ']],
    ['blanks in JSON, which are a part of a value', '{"id":" a"}\n {"id":"b "} \n', ['JSON_LINES', 'id'], [' a', 'b ']],
    ['values that are empty, which are targets that the service would refuse', 'id,floor\n,1\n"",2', ['CSV', 'id'], ['', '']],
    ['a string that is empty, as well', '{"id":""}', ['JSON_LINES', 'id'], ['']],
    ['column names alone, which say that there is nothing to end', 'id,floor\n', ['CSV', 'id'], []],
  ])('may have %s', async (_, body, format, ids) => {
    expect(await read(`fine${Buffer.isBuffer(body) ? '.gz' : ''}`, body, format)).toEqual(ids);
  });

  test('that is not there is not called unreadable bytes, packed or not', async () => {
    for (const Key of ['nowhere.txt', 'nowhere.gz']) {
      for (const Format of ['LINES', 'CSV']) {
        const { message } = await all(manifest({ Bucket: 'fleet', Key, Format, Field: 'id' }, reads())).catch((error) => error);
        expect(message).toBe(`manifest s3://fleet/${Key} does not exist`);
      }
    }
    await expect(all(manifest({ Bucket: 'no-bucket', Key: 'a', Format: 'LINES' }, reads()))).rejects.toThrow(
      'manifest s3://no-bucket/a could not be read: NoSuchBucket',
    );
  });

  test('with a line alone that is in two parts, and a character in two of its bytes', async () => {
    const ids = Array.from({ length: 40_000 }, (_, n) => `kiosk-${n}-${'€'.repeat(20)}`);
    expect(await read('parts.txt', ids.join('\n'), ['LINES'])).toEqual(ids);
  });

  test.each([
    [0, 2],
    [1, 3],
    [-1, 2],
  ])('of two parts and %i bytes is read in %i calls', async (more, parts) => {
    const body = 'x'
      .repeat(1_023)
      .concat('\n')
      .repeat(2 * 1_024 + 1)
      .slice(0, 2 * 1_048_576 + more);
    const before = aws.calls.length;
    const lines = await read('whole.txt', body, ['LINES']);
    expect(lines.join('')).toBe(body.replaceAll('\n', ''));
    expect(aws.calls.length - before).toBe(parts);
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

  test('that is replaced after it was counted is not ended: nobody has counted that', async () => {
    const run = reads();
    const targets = () => all(manifest({ Bucket: 'fleet', Key: 'counted.txt', Format: 'LINES' }, run));
    aws.s3.put('fleet', 'counted.txt', Buffer.from('a'));
    expect(await targets()).toEqual(['a']);
    expect(await targets()).toEqual(['a']);
    aws.s3.put('fleet', 'counted.txt', Buffer.from('b\nc'));
    await expect(targets()).rejects.toThrow('manifest s3://fleet/counted.txt was replaced while it was read: try again');
  });
});
