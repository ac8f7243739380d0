import { createHash } from 'node:crypto';
import type { ResourceTypes } from '../cloudformation/resource-type';
import { toXml } from '../query-protocol';
import { AwsError, NotImplemented, type Call, type Reply, type Service } from '../service';
import { decodeAwsChunked } from './aws-chunked';
import { s3ResourceTypes } from './resource-types';

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
  readonly resourceTypes: ResourceTypes = s3ResourceTypes(this);

  constructor(private readonly region: string) {}

  handle(call: Call): Reply {
    const [, bucketName, ...rest] = call.path.split('/').map(decodeURIComponent);
    const key = rest.join('/');
    const bucket = this.bucket(bucketName);
    const flag = [...call.query.keys()].find((name) => !['x-id', 'list-type', 'max-keys', 'prefix'].includes(name));
    const name = `S3 ${call.method} ${key ? 'object' : 'bucket'}${flag ? ` ${flag}` : ''}`;
    const arn = `arn:aws:s3:::${bucketName}${key ? `/${key}` : ''}`;
    switch (name) {
      case 'S3 GET bucket location':
        call.authorize('s3:GetBucketLocation', arn);
        return xml(toXml('LocationConstraint', this.region));
      case 'S3 GET bucket encryption':
        call.authorize('s3:GetEncryptionConfiguration', arn);
        return xml(`<ServerSideEncryptionConfiguration><Rule>${toXml('ApplyServerSideEncryptionByDefault', { SSEAlgorithm: bucket.sseAlgorithm })}</Rule></ServerSideEncryptionConfiguration>`);
      case 'S3 GET bucket':
        if (call.query.get('list-type') !== '2') throw new NotImplemented('S3 ListObjects');
        call.authorize('s3:ListBucket', arn);
        return this.list(bucketName, bucket, call.query.get('prefix') ?? '', Number(call.query.get('max-keys') ?? 1000));
      case 'S3 PUT object':
        if (call.headers['x-amz-copy-source']) throw new NotImplemented('S3 CopyObject');
        call.authorize('s3:PutObject', arn);
        return { headers: { etag: this.put(bucketName, key, decodeAwsChunked(call), call.headers['content-type']).etag } };
      case 'S3 GET object':
      case 'S3 HEAD object':
        call.authorize('s3:GetObject', arn);
        // Who may not list the bucket is not told what it lacks: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        if (!bucket.objects.has(key)) call.authorize('s3:ListBucket', `arn:aws:s3:::${bucketName}`);
        return this.read(bucketName, key, call.headers);
      case 'S3 DELETE object':
        call.authorize('s3:DeleteObject', arn);
        bucket.objects.delete(key);
        return { status: 204 };
      default:
        throw new NotImplemented(name);
    }
  }

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

  private list(name: string, { objects }: Bucket, prefix: string, maxKeys: number): Reply {
    const all = [...objects].filter(([key]) => key.startsWith(prefix));
    const found = all.slice(0, maxKeys);
    const contents = found.map(([Key, { body, etag, lastModified }]) => toXml('Contents', { Key, LastModified: lastModified, ETag: etag, Size: body.length, StorageClass: 'STANDARD' }));
    return xml(`<ListBucketResult>${toXml('Name', name)}${toXml('KeyCount', found.length)}${toXml('IsTruncated', all.length > found.length)}${contents.join('')}</ListBucketResult>`);
  }

  private read(bucketName: string, key: string, { range, 'if-match': ifMatch }: Call['headers']): Reply {
    const { body, contentType, etag, lastModified } = this.get(bucketName, key);
    if (ifMatch && ifMatch !== etag) throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
    const headers: Record<string, string> = { etag, 'content-type': contentType, 'last-modified': lastModified.toUTCString(), 'accept-ranges': 'bytes' };
    if (!range) return { headers: { ...headers, 'content-length': String(body.length) }, body };
    const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
    if (first === undefined) throw new NotImplemented(`Range ${range}`);
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
