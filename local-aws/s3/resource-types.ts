import { TAGS, type Properties, type ResourceTypes } from '../cloudformation/resource-type';
import { AwsError } from '../service';
import { document, flag, list, oneOf, required, structure, text } from '../shapes';
import type { S3 } from './s3';

export function s3ResourceTypes(s3: S3): ResourceTypes {
  const configured = (name: string, properties: Properties, region: string) => {
    const rule = properties.BucketEncryption?.ServerSideEncryptionConfiguration?.[0]?.ServerSideEncryptionByDefault;
    s3.bucket(name).sseAlgorithm = rule?.SSEAlgorithm ?? 'AES256';
    return {
      physicalId: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      },
    };
  };
  return {
    'AWS::S3::Bucket': {
      properties: {
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
        BucketName: text({ min: 3, max: 63, pattern: /[a-z0-9][a-z0-9.-]*[a-z0-9]/ }),
        Tags: TAGS,
        BucketEncryption: structure({
          ServerSideEncryptionConfiguration: required(
            list(
              structure({
                ServerSideEncryptionByDefault: structure({ SSEAlgorithm: required(oneOf('aws:kms', 'AES256', 'aws:kms:dsse')), KMSMasterKeyID: text() }),
                BucketKeyEnabled: flag(),
              }),
            ),
          ),
        }),
        // They change nothing for who only puts and gets.
        AccessControl: text(),
        LifecycleConfiguration: document(),
        OwnershipControls: document(),
        PublicAccessBlockConfiguration: document(),
        VersioningConfiguration: document(),
      },
      replacedBy: ['BucketName'],
      create(properties, context) {
        const name = properties.BucketName ?? context.generatedName(63).toLowerCase();
        if (s3.buckets.has(name)) throw new AwsError('BucketAlreadyOwnedByYou', `${name} already exists`, 409);
        s3.buckets.set(name, { objects: new Map(), sseAlgorithm: 'AES256' });
        return configured(name, properties, context.region);
      },
      update: (name, properties, _old, { region }) => configured(name, properties, region),
      delete(name) {
        // https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
        if (s3.buckets.get(name)?.objects.size) throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
        s3.buckets.delete(name);
      },
    },
    // Nobody but functions is kept from anything here, and their rights come from their roles.
    'AWS::S3::BucketPolicy': {
      properties: { Bucket: required(text()), PolicyDocument: required(document()) },
      replacedBy: ['Bucket'],
      create: (properties) => (s3.bucket(properties.Bucket), { physicalId: properties.Bucket }),
      update: (name) => ({ physicalId: name }),
      delete: () => undefined,
    },
  };
}
