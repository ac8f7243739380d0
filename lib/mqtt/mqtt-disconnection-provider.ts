import { Construct } from 'constructs';
import { TeardownProvider, TeardownProviderProps } from '../provider';

/**
 * The provider of `MqttDisconnection`.
 */
export class MqttDisconnectionProvider extends TeardownProvider {
  /** @internal */
  public readonly _kind = 'MqttDisconnectionProvider';

  /** @internal */
  protected _bundle(): string {
    return 'mqtt';
  }

  /**
   * @param scope the construct that this is a part of
   * @param id its name there
   * @param props where and how the function runs
   */
  constructor(scope: Construct, id: string, props: TeardownProviderProps = {}) {
    super(scope, id, props);
  }
}
