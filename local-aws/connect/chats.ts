import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../service';

const MINUTE = 60_000;
const CONNECTION_TOKEN_LIFETIME = 24 * 60 * MINUTE;
const DEFAULT_CHAT_DURATION_MINUTES = 25 * 60;

/** Connect's ParticipantState. */
export type ParticipantState = 'INITIAL' | 'CONNECTED' | 'DISCONNECTED';

/** The customer of one chat. */
export interface Participant {
  readonly contactId: string;
  readonly participantId: string;
  readonly displayName: string;
  readonly endsAt: number;
  state: ParticipantState;
}

export interface StartedChat {
  readonly contactId: string;
  readonly participantId: string;
  readonly participantToken: string;
}

export interface StartChatOptions {
  readonly displayName?: string;
  /** @default - 25 hours */
  readonly durationInMinutes?: number;
}

/** Chats, their participants, and the tokens that stand for them. */
export class Chats {
  readonly participants: Participant[] = [];
  private readonly participantTokens = new Map<string, Participant>();
  private readonly connectionTokens = new Map<string, { participant: Participant; expiry: number }>();

  constructor(private readonly now: () => number) {}

  start({ displayName = 'Customer', durationInMinutes = DEFAULT_CHAT_DURATION_MINUTES }: StartChatOptions = {}): StartedChat {
    const participant: Participant = {
      contactId: randomUUID(),
      participantId: randomUUID(),
      displayName,
      endsAt: this.now() + durationInMinutes * MINUTE,
      state: 'INITIAL',
    };
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
    if (!participant || participant.state === 'DISCONNECTED' || participant.endsAt <= this.now()) {
      throw new AwsError('AccessDeniedException', 'Access denied', 403);
    }
    return participant;
  }
}

/** Looks like Connect's own. */
function token(bytes: number): string {
  return `QVFJREFI${randomBytes(bytes).toString('base64')}`;
}
