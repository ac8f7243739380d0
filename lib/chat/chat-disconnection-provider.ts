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

  constructor(scope: Construct, id: string, props: TeardownProviderProps = {}) {
    super(scope, id, 'chat', props);
    this.role.addToPrincipalPolicy(eventsPermission(Stack.of(this)));
  }
}
