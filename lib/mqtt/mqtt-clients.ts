import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { aws_iot, IEnvironmentAware } from 'aws-cdk-lib/interfaces';
import type { IConstruct } from 'constructs';
import { fleetIndexSource, type FleetQueryOptions } from '../sources/fleet-index';
import { thingGroupSource, type ThingGroupOptions } from '../sources/thing-group';
import { clientIdProblem } from '../../contract/mqtt';
import { listedIds } from '../sources/ids';
import { manifestSource, type ManifestOptions } from '../sources/manifest';
import { tableSource, type TableTargetsOptions } from '../sources/table';
import { elsewhereProblem } from '../private/environment';
import { refuseNone } from '../private/refuse-empty';
import type { TargetSource } from '../private/target-source';

/**
 * The MQTT clients to disconnect.
 *
 * @example
 *
 * import { Table } from 'aws-cdk-lib/aws-dynamodb';
 * import { MqttClients } from 'cdk-teardown';
 *
 * declare const kiosks: Table;
 *
 * const listed = MqttClients.ids('kiosk-1', 'kiosk-2');
 * const grouped = MqttClients.inThingGroup('kiosks', { recursive: true });
 * const found = MqttClients.matching('thingTypeName:kiosk AND attributes.site:oslo');
 * const stored = MqttClients.fromTable(kiosks, { attribute: 'clientId' });
 */
export class MqttClients {
  /**
   * The clients with these client ids.
   *
   * @param ids 1 to 128 bytes of UTF-8 each, not starting with `$`, not `.` or `..`, without blanks at either end, 100 KB together
   */
  public static ids(...ids: string[]): MqttClients {
    return new MqttClients(listedClients(ids));
  }

  /**
   * The clients that use these things' names as their client ids, as AWS IoT recommends.
   *
   * @param things each a `CfnThing`, or one of the account that `CfnThing.fromThingName` knows
   */
  public static ofThings(...things: aws_iot.IThingRef[]): MqttClients {
    return MqttClients.placed(listedClients(things.map((thing) => thing?.thingRef?.thingName)), 'thing', ...things);
  }

  /**
   * The clients that use the names of the things as their client ids that are in a thing group when the run happens.
   *
   * @param name the thing group's name
   * @param options which things of it
   */
  public static inThingGroup(name: string, options: ThingGroupOptions = {}): MqttClients {
    return new MqttClients(thingGroupSource(name, options));
  }

  /**
   * The clients that use the names of the things as their client ids that are in this thing group when the run happens.
   *
   * @param group a `CfnThingGroup`, or one of the account that `CfnThingGroup.fromThingGroupName` knows
   * @param options which things of it
   */
  public static ofThingGroup(group: aws_iot.IThingGroupRef, options: ThingGroupOptions = {}): MqttClients {
    const name = group?.thingGroupRef?.thingGroupName;
    refuseNone('thing group', name, 'give a CfnThingGroup, or its name to MqttClients.inThingGroup');
    return MqttClients.placed(thingGroupSource(name, options), 'thing group', group);
  }

  /**
   * The clients that use the names of the things as their client ids that the fleet index finds when the run happens. The account's
   * indexing of things and of their connectivity must be on. The index is some seconds behind what happens.
   *
   * @param query at most 1,000 characters together with what is added
   * @param options which of the things that it finds
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/query-syntax.html
   */
  public static matching(query: string, options: FleetQueryOptions = {}): MqttClients {
    return new MqttClients(fleetIndexSource(query, options));
  }

  /**
   * The clients whose client ids are in a DynamoDB table when the run happens.
   *
   * @param table the table, of another account or region too
   * @param options which attribute and which items
   */
  public static fromTable(table: ITable, options: TableTargetsOptions): MqttClients {
    return new MqttClients(tableSource(table, options));
  }

  /**
   * The clients whose client ids are in an S3 object when the run happens. It is unpacked if its key ends in `.gz`.
   *
   * @param bucket the bucket, of another account or region too
   * @param key the object's key
   * @param options how targets are written in it
   */
  public static fromManifest(bucket: IBucket, key: string, options: ManifestOptions = {}): MqttClients {
    return new MqttClients(manifestSource(bucket, key, options));
  }

  /** Refuses resources of another region or account than the construct's: AWS IoT would find others of their names, or none. */
  private static placed(source: TargetSource, what: string, ...resources: Array<IConstruct & IEnvironmentAware>): MqttClients {
    return new MqttClients({ ...source, problemIn: (stack) => resources.map((one) => elsewhereProblem(what, one, stack)).find(Boolean) });
  }

  /** @internal */
  public readonly _kind = 'MqttClients';

  /** @internal */
  public readonly _source: TargetSource;

  private constructor(source: TargetSource) {
    this._source = source;
  }
}

function listedClients(ids: readonly string[]): TargetSource {
  return listedIds('MQTT client', ids, clientIdProblem, 'keep them in a table (MqttClients.fromTable) or a file (MqttClients.fromManifest)');
}
