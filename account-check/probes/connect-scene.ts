import { StartChatContactCommand, StopContactCommand } from '@aws-sdk/client-connect';
import { Chat } from '../../demo/chat';
import { notLooked, type Finding } from '../finding';
import type { Room } from '../room';

export interface StartedChat {
  readonly contactId: string;
  readonly participantToken: string;
}

/** An Amazon Connect instance in which chats can be started. */
export class ConnectScene {
  static readonly MISSING = 'give --connect-instance-arn of an Amazon Connect instance, and --connect-flow-id of a flow that lets a chat wait';

  /** Undefined if none is given. */
  static in(room: Room): ConnectScene | undefined {
    const { connectInstanceArn, connectFlowId } = room.given;
    return connectInstanceArn && connectFlowId ? new ConnectScene(room, connectInstanceArn.split('/')[1], connectFlowId) : undefined;
  }

  /** What looks into one, and says what is missing where none is given. */
  static looking(look: (scene: ConnectScene, room: Room) => Promise<Finding>): (room: Room) => Promise<Finding> {
    return async (room) => {
      const scene = ConnectScene.in(room);
      return scene ? look(scene, room) : notLooked(ConnectScene.MISSING);
    };
  }

  private constructor(
    private readonly room: Room,
    readonly InstanceId: string,
    private readonly ContactFlowId: string,
  ) {}

  async start(Attributes: Record<string, string> = {}): Promise<StartedChat> {
    const { clients, prefix, secrets } = this.room;
    const { ContactId, ParticipantToken } = await clients.connect.send(
      new StartChatContactCommand({
        InstanceId: this.InstanceId,
        ContactFlowId: this.ContactFlowId,
        ParticipantDetails: { DisplayName: prefix },
        ChatDurationInMinutes: 60,
        Attributes: { accountCheck: prefix, ...Attributes },
      }),
    );
    secrets.add(ParticipantToken!);
    // One that has ended may be refused.
    this.room.undo.add(`chat ${ContactId}`, () => this.stop(ContactId!).catch((error) => ifEnded(error)));
    return { contactId: ContactId!, participantToken: ParticipantToken! };
  }

  stop(ContactId: string) {
    return this.room.clients.connect.send(new StopContactCommand({ InstanceId: this.InstanceId, ContactId }));
  }

  /** With a customer who holds its websocket open. */
  async open(chat?: StartedChat): Promise<StartedChat & { readonly customer: Chat }> {
    const started = chat ?? (await this.start());
    const customer = await Chat.open(this.room.prefix, started.participantToken, this.room.clients.participant);
    this.room.secrets.add(customer.connectionToken);
    this.room.undo.add(`websocket of the chat ${started.contactId}`, async () => customer.stop());
    return { ...started, customer };
  }
}

function ifEnded(error: any): void {
  if (![400, 404, 410].includes(error.$metadata?.httpStatusCode)) throw error;
}
