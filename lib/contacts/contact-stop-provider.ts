import { Construct } from 'constructs';
import { TeardownProvider, TeardownProviderProps } from '../provider';

/**
 * The provider of `ContactStop`.
 */
export class ContactStopProvider extends TeardownProvider {
  /** @internal */
  public readonly _kind = 'ContactStopProvider';

  /** @internal */
  protected _bundle(): string {
    return 'contacts';
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
