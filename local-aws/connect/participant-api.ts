import type { Throttle } from '../quota';
import { AwsError, json, NotImplemented, type Call, type Reply, type Service } from '../service';
import type { Chats, Participant } from './chats';
import type { ChatWebsockets } from './websockets';

export const PARTICIPANT_QUOTAS = {
  DisconnectParticipant: { rate: 3, burst: 5 },
  CreateParticipantConnection: { rate: 6, burst: 9 },
} as const;

/** The Participant API: a bearer token says who calls, IAM has no say. */
export class ParticipantApi implements Service {
  // The SDK signs, if it has credentials, with the model's signing name.
  readonly signingNames = ['execute-api'];
  readonly protocol = 'rest-json';
  readonly denial = { code: 'AccessDeniedException', status: 403 };

  constructor(
    private readonly chats: Chats,
    private readonly websockets: ChatWebsockets,
    private readonly throttle: Throttle<keyof typeof PARTICIPANT_QUOTAS>,
    private readonly disconnect: (participant: Participant) => void,
  ) {}

  ownsUnsigned(call: Call): boolean {
    return call.path.startsWith('/participant/');
  }

  handle(call: Call): Reply {
    switch (`${call.method} ${call.path}`) {
      case 'POST /participant/connection': return this.createParticipantConnection(call);
      case 'POST /participant/disconnect': return this.disconnectParticipant(call);
      default: throw new NotImplemented(`connectparticipant ${call.method} ${call.path}`);
    }
  }

  /** ConnectParticipant has an effect only with message streaming, which these chats do not have. */
  private createParticipantConnection(call: Call): Reply {
    this.admit('CreateParticipantConnection');
    const participant = this.chats.ofParticipantToken(bearerOf(call));
    const { Type } = JSON.parse(call.body.toString() || '{}');
    const types = Type ?? [];
    if (!Array.isArray(types) || Type?.length === 0) throw new AwsError('ValidationException', 'Type must have at least one member');
    for (const type of types) {
      if (type === 'WEBRTC_CONNECTION') throw new NotImplemented(`connectparticipant CreateParticipantConnection ${type}`);
      if (!['WEBSOCKET', 'CONNECTION_CREDENTIALS'].includes(type)) throw new AwsError('ValidationException', `Type ${type} is not valid`);
    }
    const websocket = types.includes('WEBSOCKET') && this.websockets.presign(participant);
    const connection = types.includes('CONNECTION_CREDENTIALS') && this.chats.createConnectionToken(participant);
    return json({
      Websocket: websocket ? { Url: websocket.url, ConnectionExpiry: iso(websocket.expiry) } : undefined,
      ConnectionCredentials: connection ? { ConnectionToken: connection.token, Expiry: iso(connection.expiry) } : undefined,
    });
  }

  private disconnectParticipant(call: Call): Reply {
    this.admit('DisconnectParticipant');
    this.disconnect(this.chats.ofConnectionToken(bearerOf(call)));
    return json({});
  }

  private admit(operation: keyof typeof PARTICIPANT_QUOTAS): void {
    if (!this.throttle.allows(operation)) throw new AwsError('ThrottlingException', 'Rate exceeded', 429);
  }
}

function bearerOf(call: Call): string {
  const token = call.headers['x-amz-bearer'];
  if (typeof token !== 'string' || token.length < 1 || token.length > 1000) {
    throw new AwsError('ValidationException', 'X-Amz-Bearer must have 1 to 1000 characters');
  }
  return token;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
