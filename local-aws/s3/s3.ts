import { createHash } from 'node:crypto';
import { toXml } from '../query-protocol';
import { restHandler } from '../rest-protocol';
import { AwsError, NotImplemented, type Api, type Call, type Reply, type Service } from '../service';
import { blob, inHeader, inQuery, integer, oneOf, only, required, text } from '../shapes';
import { uploadOf } from './upload';

const BUCKET = { Bucket: required(text()), ExpectedBucketOwner: inHeader('x-amz-expected-bucket-owner', text()) };
const OBJECT = { ...BUCKET, Key: required(text({ min: 1 })) };
const READ = {
  ...OBJECT,
  Range: inHeader('Range', text()),
  IfMatch: inHeader('If-Match', text()),
  // No checksum is kept.
  ChecksumMode: inHeader('x-amz-checksum-mode', oneOf('ENABLED')),
};
const CHECKSUM = only(oneOf('CRC32', 'CRC32C', 'SHA1', 'SHA256', 'CRC64NVME', 'SHA512', 'MD5', 'XXHASH64', 'XXHASH3', 'XXHASH128'), 'CRC32', 'SHA1', 'SHA256');
const ENCRYPTION = only(oneOf('AES256', 'aws:fsx', 'aws:backup', 'aws:kms', 'aws:kms:dsse'), 'AES256', 'aws:kms');

interface StoredObject {
  readonly body: Buffer;
  readonly etag: string;
  readonly contentType: string;
  readonly lastModified: Date;
}

export interface Bucket {
  readonly objects: Map<string, StoredObject>;
  sseAlgorithm: string;
}

/** S3 in path style, as far as assets need it. */
export class S3 implements Service {
  readonly signingNames = ['s3'];
  readonly protocol = 'rest-xml';
  readonly denial = { code: 'AccessDenied', status: 403 };
  readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly region: string,
    private readonly account: string,
  ) {}

  private readonly onBucket = ({ Bucket, ExpectedBucketOwner = this.account }: Record<string, string>): string => {
    // A bucket that does not exist is no secret.
    this.bucket(Bucket);
    if (ExpectedBucketOwner !== this.account) throw new AwsError('AccessDenied', 'Access Denied', 403);
    return `arn:aws:s3:::${Bucket}`;
  };

  private readonly onObject = (input: Record<string, string>): string => `${this.onBucket(input)}/${input.Key}`;

  readonly api: Api<Reply> = {
    name: 's3',
    prefix: 's3',
    invalid: 'InvalidArgument',
    operations: {
      GetBucketLocation: {
        http: 'GET /{Bucket/}?location',
        members: BUCKET,
        on: this.onBucket,
        handle: () => xml(toXml('LocationConstraint', this.region)),
      },
      GetBucketEncryption: {
        http: 'GET /{Bucket/}?encryption',
        members: BUCKET,
        action: 'GetEncryptionConfiguration',
        on: this.onBucket,
        handle: ({ Bucket }) =>
          xml(
            `<ServerSideEncryptionConfiguration><Rule>${toXml('ApplyServerSideEncryptionByDefault', { SSEAlgorithm: this.bucket(Bucket).sseAlgorithm })}</Rule></ServerSideEncryptionConfiguration>`,
          ),
      },
      ListObjectsV2: {
        http: 'GET /{Bucket/}?list-type=2',
        members: {
          ...BUCKET,
          Prefix: inQuery(text(), 'prefix'),
          MaxKeys: inQuery(integer({ min: 0 }), 'max-keys'),
          EncodingType: inQuery(oneOf('url'), 'encoding-type'),
        },
        action: 'ListBucket',
        on: this.onBucket,
        handle: ({ Bucket, Prefix = '', MaxKeys = 1000, EncodingType }) => this.list(Bucket, Prefix, Math.min(MaxKeys, 1000), EncodingType),
      },
      PutObject: {
        http: 'PUT /{Bucket}/{Key+}',
        members: {
          ...OBJECT,
          Body: blob(),
          ContentType: inHeader('Content-Type', text()),
          ContentMD5: inHeader('Content-MD5', text()),
          ContentEncoding: inHeader('Content-Encoding', only(text(), 'aws-chunked')),
          ChecksumAlgorithm: inHeader('x-amz-sdk-checksum-algorithm', CHECKSUM),
          ChecksumCRC32: inHeader('x-amz-checksum-crc32', text()),
          ChecksumSHA1: inHeader('x-amz-checksum-sha1', text()),
          ChecksumSHA256: inHeader('x-amz-checksum-sha256', text()),
          ServerSideEncryption: inHeader('x-amz-server-side-encryption', ENCRYPTION),
        },
        on: this.onObject,
        handle: ({ Bucket, Key, ContentType }, call) => ({ headers: { etag: this.put(Bucket, Key, uploadOf(call), ContentType).etag } }),
      },
      GetObject: {
        http: 'GET /{Bucket}/{Key+}',
        members: READ,
        on: this.onObject,
        handle: (input, call) => this.read(input, call),
      },
      HeadObject: {
        http: 'HEAD /{Bucket}/{Key+}',
        members: READ,
        action: 'GetObject',
        on: this.onObject,
        handle: (input, call) => this.read(input, call),
      },
      DeleteObject: {
        http: 'DELETE /{Bucket}/{Key+}',
        members: OBJECT,
        on: this.onObject,
        handle: ({ Bucket, Key }) => {
          this.bucket(Bucket).objects.delete(Key);
          return { status: 204 };
        },
      },
    },
  };
  readonly handle = restHandler(this.api);

  put(bucketName: string, key: string, body: Buffer, contentType = 'binary/octet-stream'): StoredObject {
    const object = { body, contentType, etag: `"${createHash('md5').update(body).digest('hex')}"`, lastModified: new Date() };
    this.bucket(bucketName).objects.set(key, object);
    return object;
  }

  get(bucketName: string, key: string): StoredObject {
    const object = this.bucket(bucketName).objects.get(key);
    if (!object) throw new AwsError('NoSuchKey', `The specified key does not exist: ${key}`, 404);
    return object;
  }

  /** What a path-style URL points at. */
  getUrl(url: string): Buffer {
    const [, bucketName, ...key] = new URL(url).pathname.split('/').map(decodeURIComponent);
    return this.get(bucketName, key.join('/')).body;
  }

  bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket) throw new AwsError('NoSuchBucket', `The specified bucket does not exist: ${name}`, 404);
    return bucket;
  }

  private list(name: string, prefix: string, maxKeys: number, encoding?: 'url'): Reply {
    const all = [...this.bucket(name).objects].filter(([key]) => key.startsWith(prefix));
    const found = all.slice(0, maxKeys);
    const written = (key: string) => (encoding ? encodeURIComponent(key).replaceAll('%2F', '/') : key);
    const contents = found.map(([key, { body, etag, lastModified }]) =>
      toXml('Contents', {
        Key: written(key),
        LastModified: lastModified,
        ETag: etag,
        Size: body.length,
        StorageClass: 'STANDARD',
      }),
    );
    const about = {
      Name: name,
      Prefix: written(prefix),
      ...(encoding && { EncodingType: encoding }),
      MaxKeys: maxKeys,
      KeyCount: found.length,
      IsTruncated: all.length > found.length,
    };
    return xml(
      `<ListBucketResult>${Object.entries(about)
        .map(([member, value]) => toXml(member, value))
        .join('')}${contents.join('')}</ListBucketResult>`,
    );
  }

  private read({ Bucket, Key, Range: range, IfMatch: ifMatch }: Record<string, string>, call: Call): Reply {
    // Who may not list the bucket is not told what it lacks: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    if (!this.bucket(Bucket).objects.has(Key)) call.authorize('s3:ListBucket', `arn:aws:s3:::${Bucket}`);
    const { body, contentType, etag, lastModified } = this.get(Bucket, Key);
    if (ifMatch && ifMatch !== etag) throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
    const headers: Record<string, string> = { etag, 'content-type': contentType, 'last-modified': lastModified.toUTCString(), 'accept-ranges': 'bytes' };
    if (!range) return { headers: { ...headers, 'content-length': String(body.length) }, body };
    const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
    if (first === undefined) throw new NotImplemented(`s3 GetObject with Range ${range}`);
    const start = first === '' ? Math.max(0, body.length - Number(last)) : Number(first);
    const end = first === '' || last === '' ? body.length - 1 : Math.min(Number(last), body.length - 1);
    if (start > end) throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
    const part = body.subarray(start, end + 1);
    return { status: 206, headers: { ...headers, 'content-length': String(part.length), 'content-range': `bytes ${start}-${end}/${body.length}` }, body: part };
  }
}

function xml(body: string): Reply {
  return { headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>${body}` };
}
