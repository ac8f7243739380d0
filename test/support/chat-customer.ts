import { ConnectParticipantClient, CreateParticipantConnectionCommand } from '@aws-sdk/client-connectparticipant';
import { WebSocket } from 'ws';
import type { StartChatOptions } from '../../local-aws/connect/chats';
import type { LocalAws } from '../../local-aws/local-aws';

/** A customer in a chat, with a websocket that stays open until the server closes it. */
export interface Customer {
  readonly contactId: string;
  readonly participantToken: string;
  readonly connectionToken: string;
  isConnected(): boolean;
  leave(): void;
}

export async function startChat(aws: LocalAws, options?: StartChatOptions): Promise<Customer> {
  const { contactId, participantToken } = aws.connect.startChat(options);
  const client = new ConnectParticipantClient({ endpoint: aws.url, region: aws.region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  const { ConnectionCredentials, Websocket } = await client.send(
    new CreateParticipantConnectionCommand({
      ParticipantToken: participantToken,
      Type: ['WEBSOCKET', 'CONNECTION_CREDENTIALS'],
    }),
  );
  client.destroy();
  const socket = new WebSocket(Websocket!.Url!);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return {
    contactId,
    participantToken,
    connectionToken: ConnectionCredentials!.ConnectionToken!,
    isConnected: () => socket.readyState === WebSocket.OPEN,
    leave: () => socket.terminate(),
  };
}
