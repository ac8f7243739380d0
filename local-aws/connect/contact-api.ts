import type { Throttle } from '../quota';
import { AwsError, json, NotImplemented, type Call, type Reply, type Service } from '../service';
import type { Chats } from './chats';

export const CONTACT_QUOTAS = { StartChatContact: { rate: 5, burst: 8 } } as const;

/** StartChatContact, for people with tools of their own. */
export class ContactApi implements Service {
  readonly signingNames = ['connect'];
  readonly protocol = 'rest-json';
  readonly denial = { code: 'AccessDeniedException', status: 403 };

  constructor(
    private readonly chats: Chats,
    private readonly instanceArn: string,
    private readonly throttle: Throttle<keyof typeof CONTACT_QUOTAS>,
  ) {}

  handle(call: Call): Reply {
    if (`${call.method} ${call.path}` !== 'PUT /contact/chat') throw new NotImplemented(`connect ${call.method} ${call.path}`);
    const { InstanceId, ContactFlowId, ParticipantDetails, ChatDurationInMinutes, ClientToken: _, ...rest } = JSON.parse(call.body.toString() || '{}');
    if (!InstanceId || !ContactFlowId || !ParticipantDetails?.DisplayName) {
      throw new AwsError('InvalidRequestException', 'InstanceId, ContactFlowId and ParticipantDetails.DisplayName are required');
    }
    const [unknown] = Object.keys(rest);
    if (unknown) throw new NotImplemented(`connect StartChatContact with ${unknown}`);
    if (ChatDurationInMinutes !== undefined && !(ChatDurationInMinutes >= 60 && ChatDurationInMinutes <= 10080)) {
      throw new AwsError('InvalidParameterException', 'ChatDurationInMinutes must be 60 to 10080');
    }
    call.authorize('connect:StartChatContact', `${this.instanceArn}/contact-flow/${ContactFlowId}`);
    if (!this.throttle.allows('StartChatContact')) throw new AwsError('ThrottlingException', 'Rate exceeded', 429);
    if (!this.instanceArn.endsWith(`/${InstanceId}`)) throw new AwsError('ResourceNotFoundException', `Instance not found: ${InstanceId}`, 404);
    const { contactId, participantId, participantToken } = this.chats.start({
      displayName: ParticipantDetails.DisplayName, durationInMinutes: ChatDurationInMinutes,
    });
    return json({ ContactId: contactId, ParticipantId: participantId, ParticipantToken: participantToken });
  }
}
