import {
  AccessDeniedException, ConnectParticipantClient, CreateParticipantConnectionCommand, DisconnectParticipantCommand,
} from '@aws-sdk/client-connectparticipant';
import { CREATE_PARTICIPANT_CONNECTION } from './rates';
import { requestHandler } from '../clients/request-handler';
import type { Paces } from '../run/pace';
import { oneOf, optional, type Fields } from '../run/parse';
import type { Operation } from '../run/service';

/** https://docs.aws.amazon.com/connect/latest/APIReference/API_connect-participant_DisconnectParticipant.html */
export function disconnectParticipant(parameters: Fields, paces: Paces): Operation {
  const tokenKind = optional(oneOf('CONNECTION', 'PARTICIPANT'))(parameters, 'TokenKind') ?? 'CONNECTION';
  const deniedToken = optional(oneOf('TREAT_AS_GONE', 'FAIL'))(parameters, 'DeniedToken') ?? 'TREAT_AS_GONE';
  const client = new ConnectParticipantClient({
    // The token alone authorizes; Amazon Connect takes no signature here.
    signer: { sign: async (request) => request },
    maxAttempts: 1,
    requestHandler,
  });
  const exchanges = paces.of('CreateParticipantConnection', CREATE_PARTICIPANT_CONNECTION);
  return {
    async end(token, calls) {
      try {
        const ConnectionToken = tokenKind === 'CONNECTION' ? token : await calls.make(() => exchange(client, token), exchanges);
        await calls.make(() => client.send(new DisconnectParticipantCommand({ ConnectionToken }))).catch((error) => {
          // A service may repeat what it was sent, and only here is it known what that was.
          throw Object.assign(error, { message: error.message.replaceAll(ConnectionToken, '(its connection token)') });
        });
        return 'ended';
      } catch (error) {
        // The same answer for a chat that has ended and for a wrong token.
        if (error instanceof AccessDeniedException && deniedToken === 'TREAT_AS_GONE') return 'alreadyGone';
        throw error;
      }
    },
    close: () => client.destroy(),
  };
}

async function exchange(client: ConnectParticipantClient, ParticipantToken: string): Promise<string> {
  const { ConnectionCredentials } = await client.send(new CreateParticipantConnectionCommand({
    ParticipantToken, Type: ['CONNECTION_CREDENTIALS'],
  }));
  if (!ConnectionCredentials?.ConnectionToken) throw new Error('Amazon Connect gave no connection token for the participant token');
  return ConnectionCredentials.ConnectionToken;
}
