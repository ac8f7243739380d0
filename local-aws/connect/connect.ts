import { randomUUID } from 'node:crypto';
import { Throttle, type Quotas } from '../quota';
import type { Service } from '../service';
import { Chats, type Participant, type StartChatOptions, type StartedChat } from './chats';
import { CONTACT_QUOTAS, ContactApi, type EndedContact } from './contact-api';
import { Contacts, type Contact, type StartContactOptions } from './contacts';
import { PARTICIPANT_QUOTAS, ParticipantApi } from './participant-api';
import { ChatWebsockets } from './websockets';

// https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html#connect-participant-api-quotas
const DOCUMENTED = { ...PARTICIPANT_QUOTAS, ...CONTACT_QUOTAS };

export interface ConnectOptions {
  readonly region: string;
  readonly account: string;
  readonly quotas?: Quotas<keyof typeof DOCUMENTED>;
  /** @default - a random UUID */
  readonly instanceId?: string;
  /** @default Date.now */
  readonly now?: () => number;
  /** What StopContact answers about a chat or task that has ended. @default ContactNotFoundException */
  readonly endedContact?: EndedContact;
  /** How far SearchContacts is behind. @default 0 */
  readonly searchDelayMs?: number;
  /** How far DescribeContact is behind. @default 0 */
  readonly describeDelayMs?: number;
}

/** One Amazon Connect instance: its contacts, and the websockets that customers in chats hold open. */
export class Connect {
  readonly services: Service[];
  readonly instanceId: string;
  readonly instanceArn: string;
  private readonly contacts: Contacts;
  private readonly chats: Chats;
  private readonly websockets: ChatWebsockets;

  constructor({ region, account, quotas, instanceId = randomUUID(), now = Date.now, ...settings }: ConnectOptions) {
    this.instanceId = instanceId;
    this.instanceArn = `arn:aws:connect:${region}:${account}:instance/${instanceId}`;
    this.contacts = new Contacts(now);
    this.chats = new Chats(this.contacts, now);
    this.websockets = new ChatWebsockets(now);
    const throttle = new Throttle(DOCUMENTED, quotas);
    this.services = [
      // The only customer of a chat ends it by leaving.
      new ParticipantApi(this.chats, this.websockets, throttle, ({ contactId }) => this.endContact(contactId)),
      new ContactApi(this.contacts, this.chats, throttle, { instanceArn: this.instanceArn, now, end: (id) => this.endContact(id), ...settings }),
    ];
  }

  get participants(): readonly Participant[] {
    return this.chats.participants;
  }

  start(): Promise<void> {
    return this.websockets.start();
  }

  stop(): Promise<void> {
    return this.websockets.stop();
  }

  startChat(options?: StartChatOptions): StartedChat {
    return this.chats.start(options);
  }

  /** Of any channel, without a customer who holds a websocket open. */
  startContact(options: StartContactOptions): Contact {
    return this.contacts.start(options);
  }

  /** Undefined while it is in progress. */
  endOf(contactId: string): number | undefined {
    return this.contacts.endOf(this.contacts.get(contactId)!);
  }

  /** As when the agent or the flow ends it. */
  endContact(contactId: string): void {
    this.contacts.end(this.contacts.get(contactId)!);
    for (const participant of this.participants.filter((one) => one.contactId === contactId)) {
      participant.state = 'DISCONNECTED';
      this.websockets.close(participant);
    }
  }
}
