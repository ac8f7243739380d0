import { Construct } from 'constructs';
import { TeardownProvider, TeardownProviderProps } from '../provider';

/**
 * The provider of `MqttDisconnection`.
 */
export class MqttDisconnectionProvider extends TeardownProvider {
  /** @internal */
  public readonly _kind = 'MqttDisconnectionProvider';

  constructor(scope: Construct, id: string, props: TeardownProviderProps = {}) {
    super(scope, id, 'mqtt', props);
  }
}
