import { Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { MANIFEST } from '../../contract/sources/manifest';
import { allowDecrypt } from '../private/allow-decrypt';
import { differ } from '../private/environment';
import { refuseEmptyName } from '../private/refuse-empty';
import { warnOfUnwritable } from '../private/permission-scope';
import { policyPattern } from '../private/policy-pattern';
import type { TargetSource } from '../private/target-source';

/**
 * How targets are written in a manifest.
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
  refuseEmptyName('key', key);
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
  };
}

/** The region, for a stack that is known to be in another. */
function whereElsewhere(region: string): string {
  return Lazy.uncachedString({ produce: ({ scope }) => (differ(region, Stack.of(scope).region) ? region : undefined) });
}

/** CDK takes an imported bucket to be its stack's account's, unless it is told otherwise. */
function isOwnerKnown(bucket: IBucket): boolean {
  return bucket.node.defaultChild !== undefined || differ(bucket.env.account, bucket.stack.account);
}
