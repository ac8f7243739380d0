import { CfnWaitConditionHandle } from 'aws-cdk-lib';
import { handler } from '../../lambda/mqtt';
import { LocalAws } from '../../local-aws/local-aws';
import { Answers } from './answers';
import { TestStack } from '../../local-aws/test/support/test-stack';

const STATUS = { Create: 'CREATE_IN_PROGRESS', Update: 'UPDATE_IN_PROGRESS', Delete: 'DELETE_IN_PROGRESS' } as Record<string, any>;

/** Events of a stack that is there, for a handler in the test's own process, and what is answered to them. */
export class HandledEvents {
  aws!: LocalAws;
  readonly answers = new Answers();
  readonly context = { logStreamName: 'log-stream', getRemainingTimeInMillis: () => 60_000 };

  async start(): Promise<void> {
    this.aws = await LocalAws.start();
    Object.assign(process.env, this.aws.env);
    await new TestStack(this.aws, 'S').deploy((scope) => new CfnWaitConditionHandle(scope, 'Anything'));
    await this.answers.start();
  }

  async stop(): Promise<void> {
    await this.answers.stop();
    await this.aws.stop();
  }

  get stack() {
    return this.aws.cloudformation.stack('S')!;
  }

  event(properties: object = {}, more: object = {}) {
    return {
      RequestType: 'Create',
      RequestId: 'request-1',
      StackId: this.stack.id,
      LogicalResourceId: 'Kiosks',
      ResourceType: 'Custom::MqttDisconnection',
      ResponseURL: this.answers.url,
      ResourceProperties: { Targets: { Source: 'ids', Ids: ['nobody'] }, RunOn: ['DEPLOY'], MaxTargets: '10', Preflight: 'true', ...properties },
      ...more,
    };
  }

  /** The stack is in whatever CloudFormation would call for. */
  statusFor({ RequestType }: { RequestType?: string }): void {
    this.stack.setStatus(STATUS[RequestType ?? ''] ?? 'CREATE_COMPLETE');
  }

  async answerTo(event: object, status?: any) {
    if (status) this.stack.setStatus(status);
    else this.statusFor(event);
    await handler(event as Record<string, unknown>, this.context);
    expect(this.answers.received).toHaveLength(1);
    return this.answers.received.pop();
  }
}

/** Those of a file's tests. */
export function handledEvents(): HandledEvents {
  const events = new HandledEvents();
  beforeAll(() => events.start());
  afterAll(() => events.stop());
  beforeEach(() => {
    events.answers.received.length = 0;
  });
  return events;
}
