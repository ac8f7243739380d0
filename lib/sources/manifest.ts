import { Lazy, Stack, type CfnResource } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { MANIFEST } from '../../contract/sources/manifest';
import { aliasesOf, allowDecrypt } from '../private/allow-decrypt';
import type { DeletionOrder } from '../private/deletion-order';
import { differ } from '../private/environment';
import { isNamed, namedResources } from '../private/named-resources';
import type { Advice, Concern } from '../private/order-warnings';
import { refuseEmptyName, refuseNone } from '../private/refuse-empty';
import { warnOfUnwritable } from '../private/permission-scope';
import { policyPattern } from '../private/policy-pattern';
import type { TargetSource } from '../private/target-source';

/**
 * How targets are written in a manifest.
 *
 * @example
 *
 * import { Bucket } from 'aws-cdk-lib/aws-s3';
 * import { ManifestFormat, MqttClients } from 'cdk-teardown';
 *
 * declare const manifests: Bucket;
 *
 * const clients = MqttClients.fromManifest(manifests, 'fleet.csv.gz', { format: ManifestFormat.csv('clientId') });
 */
export class ManifestFormat {
  /**
   * A target a line. Empty lines mean nothing.
   */
  public static lines(): ManifestFormat {
    return new ManifestFormat('LINES');
  }

  /**
   * Comma-separated values with a line of column names, quoted as RFC 4180 has it.
   *
   * @param column the name of the column that holds the targets
   */
  public static csv(column: string): ManifestFormat {
    refuseEmptyName('column', column);
    return new ManifestFormat('CSV', column);
  }

  /**
   * A JSON object a line. Empty lines mean nothing.
   *
   * @param field the name of the field that holds the target, a string
   */
  public static jsonLines(field: string): ManifestFormat {
    refuseEmptyName('field', field);
    return new ManifestFormat('JSON_LINES', field);
  }

  /** @internal */
  public readonly _name: 'LINES' | 'CSV' | 'JSON_LINES';

  /** @internal */
  public readonly _field?: string;

  private constructor(name: 'LINES' | 'CSV' | 'JSON_LINES', field?: string) {
    this._name = name;
    this._field = field;
  }
}

/**
 * How a manifest is read.
 */
export interface ManifestOptions {
  /**
   * How targets are written in it.
   *
   * @default ManifestFormat.lines()
   */
  readonly format?: ManifestFormat;
}

/** What `fromManifest` binds to. */
export function manifestSource(bucket: IBucket, key: string, { format = ManifestFormat.lines() }: ManifestOptions): TargetSource {
  refuseNone('bucket', bucket?.bucketName, "give a Bucket, or Bucket.fromBucketName(this, 'Fleet', 'fleet')");
  refuseEmptyName('key', key);
  refuseNone('format', format?._name, 'write ManifestFormat.lines() for instance, or leave it out');
  return {
    properties: MANIFEST.write({
      Bucket: bucket.bucketName,
      BucketRegion: whereElsewhere(bucket.env.region),
      BucketOwner: isOwnerKnown(bucket) ? bucket.env.account : undefined,
      Key: key,
      Format: format._name,
      Field: format._field,
    }),
    grantRead: (grantee, stack) => {
      iam.Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: [bucket.arnForObjects(policyPattern(key))] });
      warnOfUnwritable(grantee, [key]);
      if (bucket.encryptionKey) allowDecrypt(bucket.encryptionKey, grantee, stack, 's3', bucket.env.region);
    },
    reads: (order) => {
      const stores = namedResources(order, 'AWS::S3::Bucket', 'BucketName', bucket.bucketName, bucket.env);
      return [...stores, ...emptiers(order, bucket, stores), ...aliasesOf(bucket.encryptionKey, order)];
    },
  };
}

const EMPTY_AFTER: Advice = (self) => `empties the bucket, and may do so before this acts: write ${self}.runBeforeDeletionOf(bucket)`;
const TAKE_BACK_AFTER: Advice = (self) =>
  `takes its files back (retainOnDelete: false), and may do so before this acts: write ${self}.runBeforeDeletionOf(deployment)`;

/** What takes objects out of the bucket when it is deleted itself. */
function emptiers(order: DeletionOrder, bucket: IBucket, stores: readonly Concern[]): Concern[] {
  const isOf = (one: CfnResource, property: string) =>
    isNamed(order, one, property, bucket.bucketName) || stores.some(({ resource }) => order.referencesOf(one).has(resource));
  return order.resources.flatMap((resource): Concern[] => {
    if (resource.cfnResourceType === 'Custom::S3AutoDeleteObjects' && isOf(resource, 'BucketName')) return [{ resource, advice: EMPTY_AFTER }];
    if (resource.cfnResourceType !== 'Custom::CDKBucketDeployment' || !isOf(resource, 'DestinationBucketName')) return [];
    return String(order.propertiesOf(resource).RetainOnDelete) === 'false' ? [{ resource, advice: TAKE_BACK_AFTER }] : [];
  });
}

/** The region, for a stack that is known to be in another. */
function whereElsewhere(region: string): string {
  return Lazy.uncachedString({ produce: ({ scope }) => (differ(region, Stack.of(scope).region) ? region : undefined) });
}

/** CDK takes an imported bucket to be its stack's account's, unless it is told otherwise. */
function isOwnerKnown(bucket: IBucket): boolean {
  return bucket.node.defaultChild !== undefined || differ(bucket.env.account, bucket.stack.account);
}
