import { randomUUID } from 'node:crypto';

const MINUTE = 60_000;
/** https://docs.aws.amazon.com/connect/latest/APIReference/API_StartChatContact.html */
const DEFAULT_CHAT_DURATION_MINUTES = 25 * 60;

export type Channel = 'VOICE' | 'CHAT' | 'TASK' | 'EMAIL';

export interface Contact {
  readonly id: string;
  readonly channel: Channel;
  readonly initiationMethod: string;
  readonly initiatedAt: number;
  /** When it ends by itself. */
  readonly endsAt: number;
  readonly queueId?: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Of a task, what the agent sees. */
  readonly name?: string;
  disconnectedAt?: number;
}

export interface StartContactOptions {
  /** @default CHAT */
  readonly channel?: Channel;
  /** @default API */
  readonly initiationMethod?: string;
  readonly queueId?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly name?: string;
  /** @default - 25 hours for a chat, none for others */
  readonly durationInMinutes?: number;
}

/** What goes on, or went on, between customers and the contact centre. */
export class Contacts {
  private readonly byId = new Map<string, Contact>();

  constructor(private readonly now: () => number) {}

  start({ channel = 'CHAT', initiationMethod = 'API', attributes = {}, durationInMinutes, ...more }: StartContactOptions = {}): Contact {
    const initiatedAt = this.now();
    const minutes = durationInMinutes ?? (channel === 'CHAT' ? DEFAULT_CHAT_DURATION_MINUTES : Infinity);
    const contact = { id: randomUUID(), channel, initiationMethod, initiatedAt, endsAt: initiatedAt + minutes * MINUTE, attributes, ...more };
    this.byId.set(contact.id, contact);
    return contact;
  }

  get(id: string): Contact | undefined {
    return this.byId.get(id);
  }

  list(): Contact[] {
    return [...this.byId.values()];
  }

  end(contact: Contact): void {
    contact.disconnectedAt ??= Math.min(this.now(), contact.endsAt);
  }

  /** When it ended, as far as was known so many milliseconds ago. */
  endOf({ disconnectedAt, endsAt }: Contact, behindMs = 0): number | undefined {
    const end = disconnectedAt ?? endsAt;
    return end <= this.now() - behindMs ? end : undefined;
  }
}
