import type { Throttle } from '../quota';
import { restHandler } from '../rest-protocol';
import { AwsError, json, type Api, type Call, type Reply, type Service } from '../service';
import { integer, list, map, oneOf, only, required, structure, text, timestamp } from '../shapes';
import type { Chats } from './chats';
import { LONGEST_RANGE_MS, searchContacts, summaryOf } from './contact-search';
import type { Contact, Contacts } from './contacts';

// https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html#connect-api-quotas
const CONTACTS = { rate: 10, burst: 15 };
export const CONTACT_QUOTAS = {
  StartChatContact: { rate: 5, burst: 8 },
  StartTaskContact: { rate: 2, burst: 5 },
  StopContact: CONTACTS,
  DescribeContact: CONTACTS,
  SearchContacts: { rate: 0.5, burst: 1 },
} as const;

/**
 * AWS does not say what StopContact answers about a chat or task that has ended: of ContactNotFoundException it says "is not active or does
 * not exist", and that it applies to voice calls only. https://docs.aws.amazon.com/connect/latest/APIReference/API_StopContact.html
 */
export type EndedContact = 'ContactNotFoundException' | 'InvalidRequestException' | 'OK';

/** https://docs.aws.amazon.com/connect/latest/APIReference/API_StopContact.html */
const NOT_TO_BE_STOPPED = ['DISCONNECT', 'TRANSFER', 'QUEUE_TRANSFER', 'EXTERNAL_OUTBOUND', 'MONITOR'];

export interface ContactApiOptions {
  readonly instanceArn: string;
  readonly now: () => number;
  readonly end: (contactId: string) => void;
  readonly endedContact?: EndedContact;
  readonly searchDelayMs?: number;
  readonly describeDelayMs?: number;
}

const INSTANCE = required(text({ min: 1, max: 100 }));
const CONTACT = required(text({ min: 1, max: 256 }));
const CLIENT_TOKEN = text({ max: 500 });
const FLOW = text({ max: 500 });
const ATTRIBUTES = map(text({ min: 1, max: 32767 }), text({ min: 0, max: 32767 }));
const TIMES = ['INITIATION_TIMESTAMP', 'SCHEDULED_TIMESTAMP', 'CONNECTED_TO_AGENT_TIMESTAMP', 'DISCONNECT_TIMESTAMP', 'ENQUEUE_TIMESTAMP'];
const MATCH_TYPE = oneOf('MATCH_ALL', 'MATCH_ANY', 'MATCH_EXACT', 'MATCH_NONE');

/** Of the Connect API what starts, ends and finds contacts. */
export class ContactApi implements Service {
  readonly signingNames = ['connect'];
  readonly protocol = 'rest-json';
  readonly denial = { code: 'AccessDeniedException', status: 403 };

  constructor(
    private readonly contacts: Contacts,
    private readonly chats: Chats,
    private readonly throttle: Throttle<keyof typeof CONTACT_QUOTAS>,
    private readonly options: ContactApiOptions,
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
          InstanceId: INSTANCE,
          ContactFlowId: required(FLOW),
          ParticipantDetails: required(structure({ DisplayName: required(text({ min: 1, max: 256 })) })),
          Attributes: ATTRIBUTES,
          ClientToken: CLIENT_TOKEN,
          ChatDurationInMinutes: integer({ min: 60, max: 10080 }),
        },
        on: ({ ContactFlowId }) => `${this.options.instanceArn}/contact-flow/${ContactFlowId}`,
        handle: ({ InstanceId, ParticipantDetails, Attributes, ChatDurationInMinutes }) => {
          this.expectInstance(InstanceId);
          const { contactId, participantId, participantToken } = this.chats.start({
            displayName: ParticipantDetails.DisplayName,
            attributes: Attributes,
            durationInMinutes: ChatDurationInMinutes,
          });
          return json({ ContactId: contactId, ParticipantId: participantId, ParticipantToken: participantToken });
        },
      },
      StartTaskContact: {
        http: 'PUT /contact/task',
        members: {
          InstanceId: INSTANCE,
          ContactFlowId: FLOW,
          Name: required(text({ min: 0, max: 1024, sensitive: true })),
          Attributes: ATTRIBUTES,
          ClientToken: CLIENT_TOKEN,
        },
        on: ({ ContactFlowId }) => `${this.options.instanceArn}/contact-flow/${ContactFlowId}`,
        handle: ({ InstanceId, ContactFlowId, Name, Attributes }) => {
          this.expectInstance(InstanceId);
          if (ContactFlowId === undefined) throw new AwsError('InvalidRequestException', 'No flow is given');
          return json({ ContactId: this.contacts.start({ channel: 'TASK', name: Name, attributes: Attributes }).id });
        },
      },
      StopContact: {
        http: 'POST /contact/stop',
        members: { InstanceId: INSTANCE, ContactId: CONTACT },
        on: ({ ContactId }) => this.contactArn(ContactId),
        handle: ({ InstanceId, ContactId }) => {
          this.expectInstance(InstanceId);
          this.stop(this.contacts.get(ContactId));
          return json({});
        },
      },
      DescribeContact: {
        http: 'GET /contacts/{InstanceId}/{ContactId}',
        members: { InstanceId: INSTANCE, ContactId: CONTACT },
        on: ({ ContactId }) => this.contactArn(ContactId),
        handle: ({ InstanceId, ContactId }) => {
          this.expectInstance(InstanceId);
          const contact = this.contacts.get(ContactId);
          if (!contact) throw new AwsError('ResourceNotFoundException', `Contact not found: ${ContactId}`, 404);
          const { attributes: Attributes } = contact;
          const end = this.contacts.endOf(contact, this.options.describeDelayMs);
          return json({ Contact: { Arn: this.contactArn(ContactId), ...summaryOf(contact, end), Attributes } });
        },
      },
      SearchContacts: {
        http: 'POST /search-contacts',
        members: {
          InstanceId: INSTANCE,
          TimeRange: required(
            structure({ Type: required(only(oneOf(...TIMES), 'INITIATION_TIMESTAMP')), StartTime: required(timestamp()), EndTime: required(timestamp()) }),
          ),
          SearchCriteria: structure({
            Channels: list(oneOf('VOICE', 'CHAT', 'TASK', 'EMAIL')),
            QueueIds: list(text(), { min: 0, max: 100 }),
            AdditionalTimeRange: structure({
              Criteria: required(
                list(
                  structure({
                    TimestampCondition: structure({
                      Type: required(only(oneOf(...TIMES), 'DISCONNECT_TIMESTAMP')),
                      ConditionType: required(oneOf('NOT_EXISTS')),
                    }),
                  }),
                ),
              ),
              MatchType: required(only(MATCH_TYPE, 'MATCH_ALL')),
            }),
            SearchableContactAttributes: structure({
              Criteria: required(
                list(
                  structure({
                    Key: required(text({ min: 1, max: 100, sensitive: true })),
                    Values: required(list(text({ min: 0, max: 100, sensitive: true }), { min: 0, max: 20 })),
                  }),
                  { min: 0, max: 15 },
                ),
              ),
              MatchType: only(MATCH_TYPE, 'MATCH_ALL'),
            }),
          }),
          MaxResults: integer({ min: 1, max: 100 }),
          NextToken: text({ min: 1, max: 100000 }),
          Sort: structure({
            FieldName: required(
              only(oneOf(...TIMES.filter((time) => !time.startsWith('ENQUEUE')), 'INITIATION_METHOD', 'CHANNEL', 'EXPIRY_TIMESTAMP'), 'INITIATION_TIMESTAMP'),
            ),
            Order: required(only(oneOf('ASCENDING', 'DESCENDING'), 'ASCENDING')),
          }),
        },
        on: () => this.options.instanceArn,
        handle: (input, call) => json(this.search(input, call)),
      },
    },
  };
  readonly handle = restHandler(this.api);

  private stop(contact: Contact | undefined): void {
    const { endedContact = 'ContactNotFoundException', end } = this.options;
    if (!contact) throw notActive();
    if (this.contacts.endOf(contact) !== undefined) {
      if (contact.channel === 'VOICE' || endedContact === 'ContactNotFoundException') throw notActive();
      if (endedContact === 'InvalidRequestException') throw new AwsError(endedContact, 'The contact is not active');
      return;
    }
    // The code is inferred.
    if (contact.channel === 'VOICE' && NOT_TO_BE_STOPPED.includes(contact.initiationMethod)) {
      throw new AwsError('InvalidRequestException', `A contact that was initiated by ${contact.initiationMethod} cannot be stopped`);
    }
    end(contact.id);
  }

  private search(input: any, call: Call): object {
    const { InstanceId, TimeRange, SearchCriteria } = input;
    this.expectInstance(InstanceId);
    if (TimeRange.EndTime < TimeRange.StartTime) throw new AwsError('InvalidRequestException', 'EndTime is before StartTime');
    if ((TimeRange.EndTime - TimeRange.StartTime) * 1000 > LONGEST_RANGE_MS)
      throw new AwsError('InvalidRequestException', 'The time range is longer than 8 weeks');
    // https://docs.aws.amazon.com/connect/latest/APIReference/API_SearchCriteria.html says that the action is required; the resource is inferred.
    if (SearchCriteria?.SearchableContactAttributes) call.authorize('connect:GetContactAttributes', this.contactArn('*'));
    return searchContacts(this.contacts, input, this.options.now(), this.options.searchDelayMs ?? 0);
  }

  private expectInstance(id: string): void {
    if (!this.options.instanceArn.endsWith(`/${id}`)) throw new AwsError('ResourceNotFoundException', `Instance not found: ${id}`, 404);
  }

  private contactArn(id: string): string {
    return `${this.options.instanceArn}/contact/${id}`;
  }
}

function notActive(): AwsError {
  return new AwsError('ContactNotFoundException', 'The contact with the specified ID is not active or does not exist', 410);
}
