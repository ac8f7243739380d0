import { randomUUID } from 'node:crypto';
import { Throttle, type Quotas } from '../quota';
import type { Service } from '../service';
import { Chats, type Participant, type StartChatOptions, type StartedChat } from './chats';
import { CONTACT_QUOTAS, ContactApi } from './contact-api';
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
}

/** One Amazon Connect instance: its chats, and the websockets that customers hold open. */
export class Connect {
  readonly services: Service[];
  readonly instanceId: string;
  private readonly chats: Chats;
  private readonly websockets: ChatWebsockets;

  constructor({ region, account, quotas, instanceId = randomUUID(), now = Date.now }: ConnectOptions) {
    this.instanceId = instanceId;
    this.chats = new Chats(now);
    this.websockets = new ChatWebsockets(now);
    const throttle = new Throttle(DOCUMENTED, quotas);
    this.services = [
      new ParticipantApi(this.chats, this.websockets, throttle, (participant) => this.disconnect(participant)),
      new ContactApi(this.chats, `arn:aws:connect:${region}:${account}:instance/${instanceId}`, throttle),
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

  /** As when the agent or the flow ends the chat. */
  endChat(contactId: string): void {
    this.participants.filter((participant) => participant.contactId === contactId).forEach((participant) => this.disconnect(participant));
  }

  private disconnect(participant: Participant): void {
    participant.state = 'DISCONNECTED';
    this.websockets.close(participant);
  }
}
