import type { Throttle } from '../quota';
import { restHandler } from '../rest-protocol';
import { AwsError, json, type Api, type Reply, type Service } from '../service';
import { integer, required, structure, text } from '../shapes';
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

  readonly api: Api<Reply> = {
    name: 'connect',
    prefix: 'connect',
    invalid: 'InvalidParameterException',
    admit: (operation) => {
      if (!this.throttle.allows(operation)) throw new AwsError('ThrottlingException', 'Rate exceeded', 429);
    },
    operations: {
      StartChatContact: {
        http: 'PUT /contact/chat',
        members: {
          InstanceId: required(text({ min: 1, max: 100 })),
          ContactFlowId: required(text({ max: 500 })),
          ParticipantDetails: required(structure({ DisplayName: required(text({ min: 1, max: 256 })) })),
          ClientToken: text({ max: 500 }),
          ChatDurationInMinutes: integer({ min: 60, max: 10080 }),
        },
        on: ({ ContactFlowId }) => `${this.instanceArn}/contact-flow/${ContactFlowId}`,
        handle: ({ InstanceId, ParticipantDetails, ChatDurationInMinutes }) => {
          if (!this.instanceArn.endsWith(`/${InstanceId}`)) throw new AwsError('ResourceNotFoundException', `Instance not found: ${InstanceId}`, 404);
          const { contactId, participantId, participantToken } = this.chats.start({
            displayName: ParticipantDetails.DisplayName,
            durationInMinutes: ChatDurationInMinutes,
          });
          return json({ ContactId: contactId, ParticipantId: participantId, ParticipantToken: participantToken });
        },
      },
    },
  };
  readonly handle = restHandler(this.api);
}
