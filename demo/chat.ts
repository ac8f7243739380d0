import { ConnectParticipantClient, CreateParticipantConnectionCommand } from '@aws-sdk/client-connectparticipant';
import { WebSocket } from 'ws';
import type { LiveThing } from './live-thing';

/** A customer who holds a chat's websocket open. */
export class Chat implements LiveThing {
  readonly name: string;
  private closed?: string;

  private constructor(
    customer: string,
    readonly connectionToken: string,
    private readonly socket: WebSocket,
  ) {
    this.name = `chat with ${customer}`;
    socket.on('close', (code) => {
      this.closed = `closed by the server (${code})`;
    });
  }

  static async open(customer: string, ParticipantToken: string, client: ConnectParticipantClient): Promise<Chat> {
    const { ConnectionCredentials, Websocket } = await client.send(
      new CreateParticipantConnectionCommand({
        ParticipantToken,
        Type: ['WEBSOCKET', 'CONNECTION_CREDENTIALS'],
      }),
    );
    const socket = new WebSocket(Websocket!.Url!);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    // https://docs.aws.amazon.com/connect/latest/APIReference/API_connect-participant_CreateParticipantConnection.html
    socket.send(JSON.stringify({ topic: 'aws/subscribe', content: { topics: ['aws/chat'] } }));
    return new Chat(customer, ConnectionCredentials!.ConnectionToken!, socket);
  }

  async state() {
    return this.closed ?? 'open';
  }

  stop() {
    this.socket.terminate();
  }
}
