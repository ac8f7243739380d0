import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { CfnThing } from 'aws-cdk-lib/aws-iot';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { fleetIndexSource, type FleetQueryOptions } from '../sources/fleet-index';
import { thingGroupSource, type ThingGroupOptions } from '../sources/thing-group';
import { clientIdProblem } from '../../contract/mqtt';
import { listedIds } from '../sources/ids';
import { manifestSource, type ManifestOptions } from '../sources/manifest';
import { tableSource, type TableTargetsOptions } from '../sources/table';
import type { TargetSource } from '../private/target-source';

/**
 * The MQTT clients to disconnect.
 */
export abstract class MqttClients {
  /**
   * The clients with these client ids.
   *
   * @param ids 1 to 128 bytes of UTF-8 each, not starting with `$`, not `.` or `..`, without blanks at either end; 100 KB together
   */
  public static ids(...ids: string[]): MqttClients {
    return new SourcedClients(listedClients(ids));
  }

  /**
   * The clients that use these things' names as their client ids, as AWS IoT recommends.
   */
  public static ofThings(...things: CfnThing[]): MqttClients {
    return new SourcedClients(listedClients(things.map((thing) => thing.ref)));
  }

  /**
   * The clients that use the names of the things as their client ids that are in a thing group when the run happens.
   *
   * @param name the thing group's name
   */
  public static inThingGroup(name: string, options: ThingGroupOptions = {}): MqttClients {
    return new SourcedClients(thingGroupSource(name, options));
  }

  /**
   * The clients that use the names of the things as their client ids that the fleet index finds when the run happens. The account's
   * indexing of things and of their connectivity must be on. The index is some seconds behind what happens.
   *
   * @param query at most 1,000 characters together with what is added
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/query-syntax.html
   */
  public static matching(query: string, options: FleetQueryOptions = {}): MqttClients {
    return new SourcedClients(fleetIndexSource(query, options));
  }

  /**
   * The clients whose client ids are in a DynamoDB table when the run happens.
   */
  public static fromTable(table: ITable, options: TableTargetsOptions): MqttClients {
    return new SourcedClients(tableSource(table, options));
  }

  /**
   * The clients whose client ids are in an S3 object when the run happens. It is unpacked if its key ends in `.gz`.
   */
  public static fromManifest(bucket: IBucket, key: string, options: ManifestOptions = {}): MqttClients {
    return new SourcedClients(manifestSource(bucket, key, options));
  }

  /** @internal */
  public readonly _kind = 'MqttClients';

  /** @internal */
  public abstract _bind(): TargetSource;
}

class SourcedClients extends MqttClients {
  constructor(private readonly source: TargetSource) {
    super();
  }

  public _bind() {
    return this.source;
  }
}

function listedClients(ids: readonly string[]): TargetSource {
  return listedIds('MQTT client', ids, clientIdProblem, 'keep them in a table (MqttClients.fromTable) or a file (MqttClients.fromManifest)');
}
