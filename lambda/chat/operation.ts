import {
  AccessDeniedException, ConnectParticipantClient, CreateParticipantConnectionCommand, DisconnectParticipantCommand,
} from '@aws-sdk/client-connectparticipant';
import { CREATE_PARTICIPANT_CONNECTION } from './rates';
import { WholeAnswers } from '../clients/http';
import { Explained } from '../run/failure';
import { oneOf, optional, type Fields } from '../run/parse';
import type { Reads } from '../run/reads';
import type { Operation } from '../run/service';

/** Templates before 0.3.0 took all for gone by default. */
export const deniedTokenOf = (parameters: Fields) => optional(oneOf('TREAT_AS_GONE', 'TREAT_AS_GONE_UNLESS_ALL', 'FAIL'))(parameters, 'DeniedToken') ?? 'TREAT_AS_GONE';

/** https://docs.aws.amazon.com/connect/latest/APIReference/API_connect-participant_DisconnectParticipant.html */
export function disconnectParticipant(parameters: Fields, { paces }: Reads): Operation {
  const tokenKind = optional(oneOf('CONNECTION', 'PARTICIPANT'))(parameters, 'TokenKind') ?? 'CONNECTION';
  const deniedToken = deniedTokenOf(parameters);
  const client = new ConnectParticipantClient({
    // The token alone authorizes; Amazon Connect takes no signature here.
    signer: { sign: async (request) => request },
    maxAttempts: 1,
    requestHandler: new WholeAnswers('JSON'),
  });
  const exchanges = { pace: paces.of('CreateParticipantConnection', CREATE_PARTICIPANT_CONNECTION) };
  return {
    async end({ id: token }, calls) {
      try {
        const ConnectionToken = tokenKind === 'CONNECTION' ? token : await calls.make(() => exchange(client, token), exchanges);
        await calls.make(() => client.send(new DisconnectParticipantCommand({ ConnectionToken })));
        return 'ended';
      } catch (error) {
        // The same answer for a chat that has ended and for a wrong token.
        if (error instanceof AccessDeniedException && deniedToken !== 'FAIL') return 'denied';
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
  if (!ConnectionCredentials?.ConnectionToken) throw new Explained('Amazon Connect gave no connection token for the participant token');
  return ConnectionCredentials.ConnectionToken;
}
