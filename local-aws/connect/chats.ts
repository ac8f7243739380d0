import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../service';
import type { Contacts, StartContactOptions } from './contacts';

const CONNECTION_TOKEN_LIFETIME = 24 * 3600_000;

/** Connect's ParticipantState. */
export type ParticipantState = 'INITIAL' | 'CONNECTED' | 'DISCONNECTED';

/** The customer of one chat. */
export interface Participant {
  readonly contactId: string;
  readonly participantId: string;
  readonly displayName: string;
  state: ParticipantState;
}

export interface StartedChat {
  readonly contactId: string;
  readonly participantId: string;
  readonly participantToken: string;
}

export interface StartChatOptions extends Omit<StartContactOptions, 'channel' | 'name'> {
  readonly displayName?: string;
}

/** Chats, their participants, and the tokens that stand for them. */
export class Chats {
  readonly participants: Participant[] = [];
  private readonly participantTokens = new Map<string, Participant>();
  private readonly connectionTokens = new Map<string, { participant: Participant; expiry: number }>();

  constructor(
    private readonly contacts: Contacts,
    private readonly now: () => number,
  ) {}

  start({ displayName = 'Customer', ...contact }: StartChatOptions = {}): StartedChat {
    const participant: Participant = { contactId: this.contacts.start(contact).id, participantId: randomUUID(), displayName, state: 'INITIAL' };
    this.participants.push(participant);
    const participantToken = token(240);
    this.participantTokens.set(participantToken, participant);
    const { contactId, participantId } = participant;
    return { contactId, participantId, participantToken };
  }

  createConnectionToken(participant: Participant): { token: string; expiry: number } {
    const connection = { token: token(420), expiry: this.now() + CONNECTION_TOKEN_LIFETIME };
    this.connectionTokens.set(connection.token, { participant, expiry: connection.expiry });
    return connection;
  }

  /** Valid for as long as the participant is in the chat. */
  ofParticipantToken(participantToken: string): Participant {
    return this.stillThere(this.participantTokens.get(participantToken));
  }

  ofConnectionToken(connectionToken: string): Participant {
    const connection = this.connectionTokens.get(connectionToken);
    return this.stillThere(connection && connection.expiry > this.now() ? connection.participant : undefined);
  }

  /** Connect does not say which: a wrong token, an old one, and a chat that has ended look the same. */
  private stillThere(participant: Participant | undefined): Participant {
    if (!participant || participant.state === 'DISCONNECTED' || this.contacts.endOf(this.contacts.get(participant.contactId)!) !== undefined) {
      throw new AwsError('AccessDeniedException', 'Access denied', 403);
    }
    return participant;
  }
}

/** Looks like Connect's own. */
function token(bytes: number): string {
  return `QVFJREFI${randomBytes(bytes).toString('base64')}`;
}
