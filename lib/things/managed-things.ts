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
 */
export abstract class ManagedThings {
  /**
   * The managed things with these identifiers.
   *
   * @param ids 1 to 64 letters, digits, `:`, `_` or `-` each; 100 KB together
   */
  public static ids(...ids: string[]): ManagedThings {
    return new SourcedThings(
      listedIds('managed thing', ids, thingIdentifierProblem, 'keep them in a table (ManagedThings.fromTable) or a file (ManagedThings.fromManifest)'),
    );
  }

  /**
   * The managed things that the account has when the run happens and that match the filter.
   */
  public static matching(filter: ManagedThingFilter): ManagedThings {
    return new SourcedThings(managedThingsSource(filter));
  }

  /**
   * The managed things whose identifiers are in a DynamoDB table when the run happens.
   */
  public static fromTable(table: ITable, options: TableTargetsOptions): ManagedThings {
    return new SourcedThings(tableSource(table, options));
  }

  /**
   * The managed things whose identifiers are in an S3 object when the run happens. It is unpacked if its key ends in `.gz`.
   */
  public static fromManifest(bucket: IBucket, key: string, options: ManifestOptions = {}): ManagedThings {
    return new SourcedThings(manifestSource(bucket, key, options));
  }

  /** @internal */
  public readonly _kind = 'ManagedThings';

  /** @internal */
  public abstract _bind(): TargetSource;
}

class SourcedThings extends ManagedThings {
  constructor(private readonly source: TargetSource) {
    super();
  }

  public _bind() {
    return this.source;
  }
}
