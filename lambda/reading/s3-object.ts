import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Explained } from '../../contract/explained-error';
import { forReading } from '../clients/client-options';
import type { Reads } from '../calls/reads';

const PART_BYTES = 1_048_576;

export interface S3Object {
  readonly Bucket: string;
  readonly Key: string;
  /** The account that must own the bucket. */
  readonly ExpectedBucketOwner?: string;
}

export interface ObjectOptions {
  /** Of the bucket; undefined for the handler's own. */
  readonly region?: string;
  /** The object's name, for messages. */
  readonly what: string;
  readonly reads: Reads;
}

/** The bytes of an S3 object, part by part: targets are ended more slowly than S3 would wait for the reader of one answer. */
export async function* objectBytes(object: S3Object, { region, what, reads }: ObjectOptions): AsyncGenerator<Uint8Array> {
  // Whoever stands in for S3 need not have a host name for each bucket.
  const forcePathStyle = Boolean(process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL);
  const client = new S3Client({ ...forReading(undefined, region), forcePathStyle });
  try {
    let total = 1;
    for (let start = 0; start < total; start += PART_BYTES) {
      const Range = `bytes=${start}-${start + PART_BYTES - 1}`;
      // All parts of the version that was counted, should somebody replace the object meanwhile.
      const IfMatch = reads.versions.get(what);
      const { bytes, ...part } = await reads
        .make(`s3:GetObject on ${object.Bucket}/${object.Key}`, () =>
          client
            .send(new GetObjectCommand({ ...object, Range, IfMatch }))
            .then(async ({ Body, ContentRange, ETag }) => ({ bytes: await Body?.transformToByteArray(), ContentRange, ETag })),
        )
        .catch((error) => {
          throw new Explained(problem(error, what, reads));
        });
      const size = bytes && sizeOf(part.ContentRange, start, bytes.length);
      if (!size || !part.ETag) throw new Explained(`${what} could not be read: the answer is not the part that was asked for; try again`);
      reads.versions.set(what, part.ETag);
      total = size;
      yield bytes;
    }
  } finally {
    client.destroy();
  }
}

/** Of the whole object, as in `bytes 0-1048575/3000000`; undefined unless so many bytes are the part that begins there. */
function sizeOf(contentRange: string | undefined, start: number, length: number): number | undefined {
  const [from, to, total] =
    /^bytes (\d+)-(\d+)\/(\d+)$/
      .exec(contentRange ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  return from === start && to === Math.min(start + PART_BYTES, total) - 1 && length === to - from + 1 ? total : undefined;
}

function problem(error: any, what: string, reads: Reads): string {
  switch (error?.name) {
    case 'InvalidRange':
      return `${what} is empty`;
    case 'PreconditionFailed':
      return `${what} was replaced while it was read: try again`;
    case 'NoSuchKey':
      return `${what} does not exist`;
    // Who may not list the bucket is not told that an object does not exist.
    case 'AccessDenied':
      return `${what} could not be read: ${reads.described(error)}; S3 answers the same where the object does not exist`;
    default:
      return `${what} could not be read: ${reads.described(error)}`;
  }
}
