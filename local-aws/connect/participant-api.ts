import type { Throttle } from '../quota';
import { restHandler } from '../rest-protocol';
import { AwsError, json, NotImplemented, type Api, type Call, type Reply, type Service } from '../service';
import { flag, inHeader, list, oneOf, required, text } from '../shapes';
import type { Chats, Participant } from './chats';
import type { ChatWebsockets } from './websockets';

export const PARTICIPANT_QUOTAS = {
  DisconnectParticipant: { rate: 3, burst: 5 },
  CreateParticipantConnection: { rate: 6, burst: 9 },
} as const;

const BEARER = inHeader('X-Amz-Bearer', required(text({ min: 1, max: 1000, sensitive: true })));

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

  readonly api: Api<Reply> = {
    name: 'connectparticipant',
    prefix: 'execute-api',
    invalid: 'ValidationException',
    admit: (operation) => {
      if (!this.throttle.allows(operation)) throw new AwsError('ThrottlingException', 'Rate exceeded', 429);
    },
    operations: {
      CreateParticipantConnection: {
        http: 'POST /participant/connection',
        members: {
          ParticipantToken: BEARER,
          Type: list(oneOf('WEBSOCKET', 'CONNECTION_CREDENTIALS', 'WEBRTC_CONNECTION'), { min: 1 }),
          // It has an effect only with message streaming, which these chats do not have.
          ConnectParticipant: flag(),
        },
        handle: ({ ParticipantToken, Type = [] }) => {
          const participant = this.chats.ofParticipantToken(ParticipantToken);
          if (Type.includes('WEBRTC_CONNECTION')) throw new NotImplemented(`connectparticipant CreateParticipantConnection with Type ${JSON.stringify(Type)}`);
          const websocket = Type.includes('WEBSOCKET') && this.websockets.presign(participant);
          const connection = Type.includes('CONNECTION_CREDENTIALS') && this.chats.createConnectionToken(participant);
          return json({
            Websocket: websocket ? { Url: websocket.url, ConnectionExpiry: iso(websocket.expiry) } : undefined,
            ConnectionCredentials: connection ? { ConnectionToken: connection.token, Expiry: iso(connection.expiry) } : undefined,
          });
        },
      },
      DisconnectParticipant: {
        http: 'POST /participant/disconnect',
        members: { ConnectionToken: BEARER, ClientToken: text({ max: 500 }) },
        handle: ({ ConnectionToken }) => {
          this.disconnect(this.chats.ofConnectionToken(ConnectionToken));
          return json({});
        },
      },
    },
  };
  readonly handle = restHandler(this.api);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
