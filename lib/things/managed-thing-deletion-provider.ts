import { Construct } from 'constructs';
import { TeardownProvider, TeardownProviderProps } from '../provider';

/**
 * The provider of `ManagedThingDeletion`.
 */
export class ManagedThingDeletionProvider extends TeardownProvider {
  /** @internal */
  public readonly _kind = 'ManagedThingDeletionProvider';

  constructor(scope: Construct, id: string, props: TeardownProviderProps = {}) {
    super(scope, id, 'things', props);
  }
}
