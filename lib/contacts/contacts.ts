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
 */
export abstract class Contacts {
  /**
   * The contacts with these ids.
   *
   * @param ids 1 to 256 letters, digits, `_` or `-` each; 100 KB together
   */
  public static ids(...ids: string[]): Contacts {
    const source = listedIds('contact', ids, contactIdProblem, 'keep them in a table (Contacts.fromTable) or a file (Contacts.fromManifest)');
    return new SourcedContacts(() => source);
  }

  /**
   * The chats and tasks that are in progress when the run happens. A search finds them, which may be some seconds behind.
   *
   * @see https://docs.aws.amazon.com/connect/latest/adminguide/contact-search.html
   */
  public static inProgress(options: ContactsInProgressOptions = {}): Contacts {
    const source = contactsInProgressSource(options);
    return new SourcedContacts(source);
  }

  /**
   * The contacts whose ids are in a DynamoDB table when the run happens.
   */
  public static fromTable(table: ITable, options: TableTargetsOptions): Contacts {
    const source = tableSource(table, options);
    return new SourcedContacts(() => source);
  }

  /**
   * The contacts whose ids are in an S3 object when the run happens. It is unpacked if its key ends in `.gz`.
   */
  public static fromManifest(bucket: IBucket, key: string, options: ManifestOptions = {}): Contacts {
    const source = manifestSource(bucket, key, options);
    return new SourcedContacts(() => source);
  }

  /** @internal */
  public readonly _kind = 'Contacts';

  /** @internal */
  public abstract _bind(instanceArn: string): TargetSource;
}

class SourcedContacts extends Contacts {
  constructor(private readonly sourceIn: (instanceArn: string) => TargetSource) {
    super();
  }

  public _bind(instanceArn: string) {
    return this.sourceIn(instanceArn);
  }
}
