import { Construct } from 'constructs';
import { TeardownProvider, TeardownProviderProps } from '../provider';

/**
 * The provider of `ContactStop`.
 */
export class ContactStopProvider extends TeardownProvider {
  /** @internal */
  public readonly _kind = 'ContactStopProvider';

  constructor(scope: Construct, id: string, props: TeardownProviderProps = {}) {
    super(scope, id, 'contacts', props);
  }
}
