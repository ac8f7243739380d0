import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { managedThingsSource, type ManagedThingFilter } from '../sources/managed-things';
import { thingIdentifierProblem } from '../../contract/things';
import { listedIds } from '../sources/ids';
import { manifestSource, type ManifestOptions } from '../sources/manifest';
import { tableSource, type TableTargetsOptions } from '../sources/table';
import type { TargetSource } from '../private/target-source';

/**
 * The managed things to delete.
 *
 * @example
 *
 * import { ManagedThingRole, ManagedThings } from 'cdk-teardown';
 *
 * const listed = ManagedThings.ids('abc123');
 * const hubs = ManagedThings.matching({ owner: 'alice', role: ManagedThingRole.CONTROLLER });
 */
export class ManagedThings {
  /**
   * The managed things with these identifiers.
   *
   * @param ids 1 to 64 letters, digits, `:`, `_` or `-` each, 100 KB together
   */
  public static ids(...ids: string[]): ManagedThings {
    return new ManagedThings(
      listedIds('managed thing', ids, thingIdentifierProblem, 'keep them in a table (ManagedThings.fromTable) or a file (ManagedThings.fromManifest)'),
    );
  }

  /**
   * The managed things that the account has when the run happens and that match the filter.
   *
   * @param filter what must be true of them: at least one field, and none that is given and undefined
   */
  public static matching(filter: ManagedThingFilter): ManagedThings {
    return new ManagedThings(managedThingsSource(filter));
  }

  /**
   * The managed things whose identifiers are in a DynamoDB table when the run happens.
   *
   * @param table the table, of another account or region too
   * @param options which attribute and which items
   */
  public static fromTable(table: ITable, options: TableTargetsOptions): ManagedThings {
    return new ManagedThings(tableSource(table, options));
  }

  /**
   * The managed things whose identifiers are in an S3 object when the run happens. It is unpacked if its key ends in `.gz`.
   *
   * @param bucket the bucket, of another account or region too
   * @param key the object's key
   * @param options how targets are written in it
   */
  public static fromManifest(bucket: IBucket, key: string, options: ManifestOptions = {}): ManagedThings {
    return new ManagedThings(manifestSource(bucket, key, options));
  }

  /** @internal */
  public readonly _kind = 'ManagedThings';

  /** @internal */
  public readonly _source: TargetSource;

  private constructor(source: TargetSource) {
    this._source = source;
  }
}
