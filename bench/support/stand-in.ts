import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { ConnectParticipantClient, CreateParticipantConnectionCommand } from '@aws-sdk/client-connectparticipant';
import { INSTANCE_ID, RESOURCE_TYPES, type SceneName, type ServiceName } from './services';
import { LocalAws, type LocalAwsOptions } from '../../local-aws/local-aws';
import { Answers } from '../../test/support/answers';
import { storeSecret } from '../../test/support/secret';

/** Stands for all stacks: the handlers ask for its status. */
const STACK = 'Bench';
const TEMPLATE = JSON.stringify({ Resources: { Anything: { Type: 'AWS::CloudFormation::WaitConditionHandle' } } });

/** What CloudFormation sends, as far as it matters here. */
export interface CustomResourceEvent {
  readonly RequestId: string;
  readonly ResourceProperties: object;
}

/** The stand-in for AWS, with a deployed stack and somebody who takes the answers to CloudFormation. */
export class StandIn {
  static async start(options: LocalAwsOptions = {}): Promise<StandIn> {
    const standIn = new StandIn(await LocalAws.start({ connect: { instanceId: INSTANCE_ID }, ...options }));
    await standIn.answers.start();
    const client = new CloudFormationClient(standIn.clientOptions);
    await client.send(new CreateStackCommand({ StackName: STACK, TemplateBody: TEMPLATE }));
    client.destroy();
    const stack = standIn.aws.cloudformation.stack(STACK)!;
    while (stack.status !== 'CREATE_COMPLETE') await sleep(10);
    // What handlers are told when they are to act on a Create.
    stack.setStatus('CREATE_IN_PROGRESS');
    return standIn;
  }

  private readonly answers = new Answers();

  private constructor(readonly aws: LocalAws) {}

  async stop(): Promise<void> {
    await this.answers.stop();
    await this.aws.stop();
  }

  /** For clients in this process. */
  get clientOptions() {
    return { endpoint: this.aws.url, region: this.aws.region, credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' } };
  }

  get answersPort(): number {
    return Number(new URL(this.answers.url).port);
  }

  /** A Create: of the requests on which all handlers can be told to act, the only one that needs no life before it. */
  event(properties: object, ResourceType = 'Custom::Bench'): CustomResourceEvent {
    const envelope = {
      RequestType: 'Create',
      StackId: this.aws.cloudformation.stack(STACK)!.id,
      LogicalResourceId: 'Target',
      ResourceType,
      ResponseURL: this.answers.url,
    };
    return { ...envelope, RequestId: randomUUID(), ResourceProperties: properties };
  }

  /** For the constructs' own handlers: act on the targets of a source. */
  ownEvent(service: ServiceName | SceneName, targets: object, more: object = {}): CustomResourceEvent {
    const Operation = service === 'contacts' ? { InstanceArn: this.aws.connect.instanceArn } : undefined;
    return this.event({ Targets: targets, Operation, RunOn: ['DEPLOY'], MaxTargets: '10000000', ...more }, RESOURCE_TYPES[service]);
  }

  /** How the targets are told to the constructs' own handlers: tokens never in the properties. */
  sourceOf(service: ServiceName, targets: readonly string[]): object {
    if (service !== 'chat') return { Source: 'ids', Ids: targets };
    return { Source: 'secret', SecretArn: storeSecret(this.aws, randomUUID(), JSON.stringify(targets)) };
  }

  /** The answer to an event. */
  takeAnswer({ RequestId }: CustomResourceEvent): any {
    const { received } = this.answers;
    const index = received.findIndex((answer) => answer.RequestId === RequestId);
    if (index === -1) throw new Error('a request was not answered');
    return received.splice(index, 1)[0];
  }

  /** Each stands for a customer in a chat. */
  async connectionTokens(count: number): Promise<string[]> {
    const client = new ConnectParticipantClient(this.clientOptions);
    const tokens: string[] = [];
    while (tokens.length < count) {
      const { participantToken: ParticipantToken } = this.aws.connect.startChat();
      const { ConnectionCredentials } = await client.send(new CreateParticipantConnectionCommand({ ParticipantToken, Type: ['CONNECTION_CREDENTIALS'] }));
      tokens.push(ConnectionCredentials!.ConnectionToken!);
    }
    client.destroy();
    return tokens;
  }

  contacts(count: number): string[] {
    return Array.from({ length: count }, () => this.aws.connect.startContact({ channel: 'TASK' }).id);
  }

  things(count: number): string[] {
    return Array.from({ length: count }, () => this.aws.things.create({ acknowledgesAfter: 1_000 }).Id);
  }
}
