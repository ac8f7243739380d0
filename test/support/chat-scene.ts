import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { startChat, type Customer } from './chat-customer';
import { TestStack } from './test-stack';
import { ChatDisconnection, Moment, type ChatDisconnectionProps, type ChatParticipants } from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';

/** Two customers in chats, and a stack to disconnect them with. */
export class ChatScene {
  aws!: LocalAws;
  stack!: TestStack;
  customers!: Customer[];
  private stacks = 0;

  constructor(private readonly stackNames: string) {}

  async open(): Promise<void> {
    this.aws = await LocalAws.start({ quotas: { connect: 'none' } });
  }

  async next(): Promise<void> {
    this.stack = new TestStack(this.aws, `${this.stackNames}${(this.stacks += 1)}`);
    this.customers = [await startChat(this.aws), await startChat(this.aws)];
  }

  /** Declares a construct that acts on deploy, with the counts as outputs. */
  disconnect(participants: (scope: Stack) => ChatParticipants, props: Partial<ChatDisconnectionProps> = {}) {
    return (scope: Stack) => {
      const chats = new ChatDisconnection(scope, 'Chats', { participants: participants(scope), runOn: [Moment.DEPLOY], requestsPerSecond: 50, ...props });
      for (const name of ['targetCount', 'endedCount', 'alreadyGoneCount', 'failedCount'] as const) new CfnOutput(scope, name, { value: chats[name] });
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

/** One stand-in for a file's tests, and for each of them a new stack and new customers. */
export function chatScene(stackNames: string): ChatScene {
  const scene = new ChatScene(stackNames);
  beforeAll(() => scene.open());
  afterAll(() => scene.aws.stop());
  beforeEach(() => scene.next());
  afterEach(() => scene.customers.forEach((customer) => customer.leave()));
  return scene;
}
