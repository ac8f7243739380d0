import { type Stack } from 'aws-cdk-lib';
import { startChat, type Customer } from './chat-customer';
import { Scene, set } from './scene';
import { ChatDisconnection, Moment, type ChatDisconnectionProps, type ChatParticipants } from '../../lib';
import { outputCounts } from './outputs';

/** Two customers in chats, others for each test, and a stack to disconnect them with. */
export class ChatScene extends Scene {
  customers!: Customer[];

  override async next(): Promise<void> {
    await super.next();
    this.customers = [await startChat(this.aws), await startChat(this.aws)];
  }

  override async leave(): Promise<void> {
    this.customers.forEach((customer) => customer.leave());
  }

  /** Declares the test's construct, which acts on deploy, with the counts as outputs. */
  disconnect(participants: (scope: Stack) => ChatParticipants, props: Partial<ChatDisconnectionProps> = {}) {
    return (scope: Stack) => {
      const chats = new ChatDisconnection(scope, this.id, { participants: participants(scope), runOn: [Moment.DEPLOY], requestsPerSecond: 50, ...props });
      outputCounts(scope, chats, 'targetCount', 'endedCount', 'alreadyGoneCount', 'failedCount');
    };
  }

  get connectionTokens(): string[] {
    return this.customers.map(({ connectionToken }) => connectionToken);
  }

  get participantTokens(): string[] {
    return this.customers.map(({ participantToken }) => participantToken);
  }

  get nobodyIsConnected(): boolean {
    return this.customers.every((customer) => !customer.isConnected());
  }
}

export function chatScene(name: string): ChatScene {
  return set(new ChatScene(name, { quotas: { connect: 'none' } }));
}
