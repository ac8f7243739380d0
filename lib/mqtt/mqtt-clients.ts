import type { CfnThing } from 'aws-cdk-lib/aws-iot';
import { clientIdProblem } from '../private/client-id';
import { listedIds } from '../private/listed-ids';
import type { TargetSource } from '../private/target-source';

/**
 * The MQTT clients to disconnect.
 */
export abstract class MqttClients {
  /**
   * The clients with these client ids.
   *
   * @param ids 1 to 128 bytes of UTF-8 each, not starting with `$`, not `.` or `..`; 100 KB together
   */
  public static ids(...ids: string[]): MqttClients {
    return new ListedClients(ids);
  }

  /**
   * The clients that use these things' names as their client ids, as AWS IoT recommends.
   */
  public static ofThings(...things: CfnThing[]): MqttClients {
    return new ListedClients(things.map((thing) => thing.ref));
  }

  /** @internal */
  public abstract _bind(): TargetSource;
}

class ListedClients extends MqttClients {
  private readonly source: TargetSource;

  constructor(ids: readonly string[]) {
    super();
    this.source = listedIds('MQTT client', ids, clientIdProblem, 'spread them over several constructs or stacks');
  }

  public _bind() {
    return this.source;
  }
}
