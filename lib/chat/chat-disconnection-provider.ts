import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { eventsPermission } from '../private/status-permission';
import { TeardownProvider, TeardownProviderProps } from '../provider';

/**
 * The provider of `ChatDisconnection`.
 */
export class ChatDisconnectionProvider extends TeardownProvider {
  /** @internal */
  public readonly _kind = 'ChatDisconnectionProvider';

  /** @internal */
  protected _bundle(): string {
    return 'chat';
  }

  /**
   * @param scope the construct that this is a part of
   * @param id its name there
   * @param props where and how the function runs
   */
  constructor(scope: Construct, id: string, props: TeardownProviderProps = {}) {
    super(scope, id, props);
    this.role.addToPrincipalPolicy(eventsPermission(Stack.of(this)));
  }
}
