import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError, NotImplemented, type Call } from '../service';
import { decodeAwsChunked } from './aws-chunked';

const digest = (algorithm: string) => (body: Buffer) => createHash(algorithm).update(body).digest('base64');

/** In base64. */
const CHECKSUMS: Readonly<Record<string, (body: Buffer) => string>> = {
  'content-md5': digest('md5'),
  'x-amz-checksum-sha1': digest('sha1'),
  'x-amz-checksum-sha256': digest('sha256'),
  'x-amz-checksum-crc32': (body) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString('base64');
  },
};

/** What is uploaded, if it is what its checksums say: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
export function uploadOf(call: Call): Buffer {
  const { body, trailers } = decodeAwsChunked(call);
  for (const [name, value] of Object.entries({ ...call.headers, ...trailers })) {
    if (!Object.hasOwn(CHECKSUMS, name)) {
      if (name.startsWith('x-amz-checksum-')) throw new NotImplemented(`s3 PutObject with ${name}`);
    } else if (CHECKSUMS[name](body) !== value) {
      throw new AwsError('BadDigest', `The ${name} you specified did not match what we received.`);
    }
  }
  return body;
}
