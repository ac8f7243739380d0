import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { contactsInProgressSource, type ContactsInProgressOptions } from '../sources/contacts-in-progress';
import { contactIdProblem } from '../../contract/contacts';
import { listedIds } from '../sources/ids';
import { manifestSource, type ManifestOptions } from '../sources/manifest';
import { tableSource, type TableTargetsOptions } from '../sources/table';
import type { TargetSource } from '../private/target-source';

/**
 * The contacts to stop.
 *
 * @example
 *
 * import { Duration } from 'aws-cdk-lib';
 * import { ContactChannel, Contacts } from 'cdk-teardown';
 *
 * const chats = Contacts.inProgress({ channels: [ContactChannel.CHAT], initiatedWithin: Duration.days(1) });
 * const listed = Contacts.ids('0cc2f3f4-1111-4000-8000-000000000000');
 */
export class Contacts {
  /**
   * The contacts with these ids.
   *
   * @param ids 1 to 256 letters, digits, `_` or `-` each, 100 KB together
   */
  public static ids(...ids: string[]): Contacts {
    const source = listedIds('contact', ids, contactIdProblem, 'keep them in a table (Contacts.fromTable) or a file (Contacts.fromManifest)');
    return new Contacts(() => source);
  }

  /**
   * The chats and tasks that are in progress when the run happens. A search finds them, which may be some seconds behind.
   *
   * @param options which of them
   * @see https://docs.aws.amazon.com/connect/latest/adminguide/contact-search.html
   */
  public static inProgress(options: ContactsInProgressOptions = {}): Contacts {
    const source = contactsInProgressSource(options);
    return new Contacts(source);
  }

  /**
   * The contacts whose ids are in a DynamoDB table when the run happens.
   *
   * @param table the table, of another account or region too
   * @param options which attribute and which items
   */
  public static fromTable(table: ITable, options: TableTargetsOptions): Contacts {
    const source = tableSource(table, options);
    return new Contacts(() => source);
  }

  /**
   * The contacts whose ids are in an S3 object when the run happens. It is unpacked if its key ends in `.gz`.
   *
   * @param bucket the bucket, of another account or region too
   * @param key the object's key
   * @param options how targets are written in it
   */
  public static fromManifest(bucket: IBucket, key: string, options: ManifestOptions = {}): Contacts {
    const source = manifestSource(bucket, key, options);
    return new Contacts(() => source);
  }

  /** @internal */
  public readonly _kind = 'Contacts';

  /** @internal */
  public readonly _sourceIn: (instanceArn: string) => TargetSource;

  private constructor(sourceIn: (instanceArn: string) => TargetSource) {
    this._sourceIn = sourceIn;
  }
}
