import { Construct } from 'constructs';
import { TeardownProvider, TeardownProviderProps } from '../provider';

/**
 * The provider of `IotPolicyDetachment`.
 */
export class IotPolicyDetachmentProvider extends TeardownProvider {
  /** @internal */
  public readonly _kind = 'IotPolicyDetachmentProvider';

  constructor(scope: Construct, id: string, props: TeardownProviderProps = {}) {
    super(scope, id, 'iot-policies', props);
  }
}
