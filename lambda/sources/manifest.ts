import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { csvTargets } from './csv';
import { lines } from './lines';
import { objectBytes } from './object';
import { Explained } from '../run/failure';
import { oneOf, optional, text, type Fields } from '../run/parse';
import type { Reads } from '../run/reads';
import type { Target } from '../run/target';

/** The targets in an S3 object, which is never held as a whole. */
export async function* manifest(parameters: Fields, reads: Reads): AsyncGenerator<Target> {
  const bucket = text(parameters, 'Bucket');
  const key = text(parameters, 'Key');
  const what = `manifest s3://${bucket}/${key}`;
  const object = { Bucket: bucket, Key: key, ExpectedBucketOwner: optional(text)(parameters, 'BucketOwner') };
  const bytes = objectBytes(object, { region: optional(text)(parameters, 'BucketRegion'), what, reads });
  const unpacked = key.endsWith('.gz') ? unzipped(bytes, what) : bytes;
  switch (oneOf('LINES', 'CSV', 'JSON_LINES')(parameters, 'Format')) {
    case 'LINES':
      for await (const { line } of lines(unpacked, what)) yield { id: line };
      break;
    case 'CSV':
      yield* csvTargets(unpacked, text(parameters, 'Field'), what);
      break;
    case 'JSON_LINES':
      for await (const { line, number } of lines(unpacked, what)) yield { id: fieldOf(line, text(parameters, 'Field'), `line ${number} of ${what}`) };
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
