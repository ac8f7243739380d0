import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { text, type Fields } from '../../contract/fields';
import { MANIFEST } from '../../contract/sources/manifest';
import { Explained } from '../../contract/explained-error';
import { csvTargets } from '../reading/csv';
import { lines } from '../reading/lines';
import { objectBytes } from '../reading/s3-object';
import type { Reads } from '../calls/reads';
import type { Target } from '../targets/target';

/** The targets in an S3 object, which is never held as a whole. */
export async function* manifest(parameters: Fields, reads: Reads): AsyncGenerator<Target> {
  const { Bucket, BucketRegion: region, BucketOwner: ExpectedBucketOwner, Key, Format } = MANIFEST.read(parameters);
  const field = Format === 'LINES' ? '' : text.read(parameters, 'Field');
  const what = `manifest s3://${Bucket}/${Key}`;
  const bytes = objectBytes({ Bucket, Key, ExpectedBucketOwner }, { region, what, reads });
  const unpacked = Key.endsWith('.gz') ? unzipped(bytes, what) : bytes;
  switch (Format) {
    case 'LINES':
      for await (const { line } of lines(unpacked, what)) yield { id: line };
      break;
    case 'CSV':
      yield* csvTargets(unpacked, field, what);
      break;
    case 'JSON_LINES':
      for await (const { line, number } of lines(unpacked, what)) yield { id: fieldOf(line, field, `line ${number} of ${what}`) };
      break;
  }
}

async function* unzipped(bytes: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Uint8Array> {
  const source = Readable.from(bytes);
  const gunzip = createGunzip();
  let unreadable: Error | undefined;
  source.on('error', (error) => {
    unreadable = error;
    gunzip.destroy(error);
  });
  try {
    yield* source.pipe(gunzip);
  } catch (error) {
    throw unreadable ?? new Explained(`${what} could not be unpacked, though its name ends in .gz: ${(error as Error).message}`);
  } finally {
    source.destroy();
  }
}

function fieldOf(line: string, field: string, where: string): string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Explained(`${where} is not JSON`);
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) throw new Explained(`${where} has no field ${JSON.stringify(field)}`);
  const target = (value as Record<string, unknown>)[field];
  if (typeof target !== 'string') throw new Explained(`${where} has something else than a string in field ${JSON.stringify(field)}`);
  return target;
}
