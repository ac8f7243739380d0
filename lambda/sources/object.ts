import { GetObjectCommand, S3Client, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { reader } from '../clients/reader';
import { Explained } from '../run/failure';
import type { Reads } from '../run/reads';

const PART_BYTES = 1_048_576;

export interface S3Object {
  readonly Bucket: string;
  readonly Key: string;
}

/**
 * The bytes of an S3 object, part by part: targets are ended more slowly than S3 would wait for the reader of one answer.
 *
 * @param what the object's name, for messages
 */
export async function* objectBytes({ Bucket, Key }: S3Object, what: string, reads: Reads): AsyncGenerator<Uint8Array> {
  // Whoever stands in for S3 need not have a host name for each bucket.
  const forcePathStyle = Boolean(process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL);
  const client = new S3Client({ ...reader(), forcePathStyle });
  try {
    let etag: string | undefined;
    let total = 1;
    for (let start = 0; start < total; start += PART_BYTES) {
      const Range = `bytes=${start}-${start + PART_BYTES - 1}`;
      // All parts of the same version, should somebody replace the object meanwhile.
      const part = await reads.make(`s3:GetObject on ${Bucket}/${Key}`, () => client.send(new GetObjectCommand({ Bucket, Key, Range, IfMatch: etag }))
        .then(async (answer) => ({ answer, bytes: await answer.Body!.transformToByteArray() })))
        .catch((error) => {
          throw new Explained(problem(error, what, reads));
        });
      etag = part.answer.ETag;
      total = totalOf(part.answer);
      yield part.bytes;
    }
  } finally {
    client.destroy();
  }
}

/** As in `bytes 0-1048575/3000000`. */
function totalOf({ ContentRange, ContentLength }: GetObjectCommandOutput): number {
  return Number(ContentRange?.split('/')[1] ?? ContentLength);
}

function problem(error: any, what: string, reads: Reads): string {
  switch (error?.name) {
    case 'InvalidRange': return `${what} is empty`;
    case 'PreconditionFailed': return `${what} was replaced while it was read: try again`;
    case 'NoSuchKey': return `${what} does not exist`;
    // Who may not list the bucket is not told that an object does not exist.
    case 'AccessDenied': return `${what} could not be read: ${reads.described(error)}; S3 answers the same where the object does not exist`;
    default: return `${what} could not be read: ${reads.described(error)}`;
  }
}
