import {
  AccessDeniedException,
  ConnectParticipantClient,
  CreateParticipantConnectionCommand,
  DisconnectParticipantCommand,
} from '@aws-sdk/client-connectparticipant';
import { Explained } from '../../contract/explained-error';
import { CREATE_PARTICIPANT_CONNECTION } from './rates';
import { CHAT_OPERATION } from '../../contract/chat';
import type { Fields } from '../../contract/fields';
import { forEnding } from '../clients/client-options';
import type { Reads } from '../calls/reads';
import type { Operation } from '../run/service';

/** https://docs.aws.amazon.com/connect/latest/APIReference/API_connect-participant_DisconnectParticipant.html */
export function disconnectParticipant(parameters: Fields, { paces }: Reads): Operation {
  const { TokenKind, DeniedToken } = CHAT_OPERATION.read(parameters);
  const client = new ConnectParticipantClient({
    ...forEnding(),
    // The token alone authorizes; Amazon Connect takes no signature here.
    signer: { sign: async (request) => request },
  });
  const exchanges = { pace: paces.of('CreateParticipantConnection', CREATE_PARTICIPANT_CONNECTION) };
  return {
    async end({ id: token }, calls) {
      try {
        const ConnectionToken = TokenKind === 'CONNECTION' ? token : await calls.make(() => exchange(client, token), exchanges);
        await calls.make(() => client.send(new DisconnectParticipantCommand({ ConnectionToken })));
        return 'ended';
      } catch (error) {
        // The same answer for a chat that has ended and for a wrong token.
        if (error instanceof AccessDeniedException && DeniedToken !== 'FAIL') return 'denied';
        throw error;
      }
    },
    close: () => client.destroy(),
  };
}

async function exchange(client: ConnectParticipantClient, ParticipantToken: string): Promise<string> {
  const { ConnectionCredentials } = await client.send(
    new CreateParticipantConnectionCommand({
      ParticipantToken,
      Type: ['CONNECTION_CREDENTIALS'],
    }),
  );
  if (!ConnectionCredentials?.ConnectionToken) throw new Explained('Amazon Connect gave no connection token for the participant token');
  return ConnectionCredentials.ConnectionToken;
}
