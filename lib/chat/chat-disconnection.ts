import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ChatDisconnectionProvider } from './chat-disconnection-provider';
import { ChatParticipants } from './chat-participants';
import { CHAT_OPERATION, CHAT_RESOURCE_TYPE } from '../../contract/chat';
import { expectKind } from '../private/expect-kind';
import { refuse } from '../private/refuse';
import { CONNECT_PARTICIPANT, warnOutsideRegions } from '../private/regions';
import { stackSingleton } from '../private/stack-singleton';
import { eventsPermission } from '../private/status-permission';
import { validateProps } from '../private/validate-props';
import { validateProvider } from '../private/validate-provider';
import { memberProblem } from '../private/value-problems';
import { Teardown } from '../teardown';
import { TeardownProps } from '../teardown-props';

/**
 * What a token means that Amazon Connect denies.
 */
export enum DeniedToken {
  /**
   * The chat has ended: the participant counts as already gone. But a run in which every token is denied and nobody was disconnected
   * fails: most likely the tokens are wrong, have expired or are of the other `TokenKind`. A delete that is tried again passes, if the
   * stack's events tell that an earlier try disconnected participants, or gave no answer.
   */
  TREAT_AS_GONE_UNLESS_ALL = 'TREAT_AS_GONE_UNLESS_ALL',

  /**
   * The chat has ended: the participant counts as already gone, also where every token is denied.
   */
  TREAT_AS_GONE = 'TREAT_AS_GONE',

  /**
   * The token is wrong: the participant counts as failed.
   */
  FAIL = 'FAIL',
}

/**
 * Properties of a `ChatDisconnection`.
 */
export interface ChatDisconnectionProps extends TeardownProps {
  /**
   * The participants to disconnect.
   */
  readonly participants: ChatParticipants;

  /**
   * What a denied token means. Amazon Connect gives the same answer for a chat that has ended and for a wrong token.
   *
   * @default DeniedToken.TREAT_AS_GONE_UNLESS_ALL
   */
  readonly deniedToken?: DeniedToken;

  /**
   * The function that disconnects.
   *
   * @default - one per stack
   */
  readonly provider?: ChatDisconnectionProvider;
}

/**
 * Disconnects participants from Amazon Connect chats (`DisconnectParticipant`).
 *
 * The call is authorized by the participant's token alone: no IAM permission is needed or granted for it.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_connect-participant_DisconnectParticipant.html
 *
 * @example
 *
 * import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
 * import { ChatDisconnection, ChatParticipants } from 'cdk-teardown';
 *
 * const tokens = Secret.fromSecretNameV2(this, 'Tokens', 'chat-tokens');
 * new ChatDisconnection(this, 'Chats', { participants: ChatParticipants.fromSecret(tokens) });
 */
export class ChatDisconnection extends Teardown {
  /**
   * The function that disconnects.
   */
  public readonly provider: ChatDisconnectionProvider;

  /**
   * @param scope the construct that this is a part of
   * @param id its name there
   * @param props which participants to disconnect, how and when
   */
  constructor(scope: Construct, id: string, props: ChatDisconnectionProps) {
    super(scope, id);
    expectKind(this, 'participants', props?.participants, 'ChatParticipants', 'say which, ChatParticipants.fromSecret(secret) for instance');
    const source = props.participants._source;
    validateProps(this, props, source);
    validateProvider(this, props.provider, 'ChatDisconnectionProvider');
    const { deniedToken = DeniedToken.TREAT_AS_GONE_UNLESS_ALL } = props;
    const problem = memberProblem(deniedToken, 'DeniedToken', DeniedToken);
    if (problem) refuse(this, `deniedToken ${problem}`);
    warnOutsideRegions(this, CONNECT_PARTICIPANT);

    this.provider =
      props.provider ?? stackSingleton(this, 'cdk-teardown.ChatDisconnectionProvider', (stack, name) => new ChatDisconnectionProvider(stack, name));
    this._declare(props, {
      resourceType: CHAT_RESOURCE_TYPE,
      provider: this.provider,
      source,
      operation: CHAT_OPERATION.write({
        TokenKind: props.participants._tokenKind,
        DeniedToken: deniedToken,
      }),
      // A provider may read the events of its own stack.
      statements: Stack.of(this.provider) === Stack.of(this) ? [] : [eventsPermission(Stack.of(this))],
    });
  }
}
