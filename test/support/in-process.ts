import { randomUUID } from 'node:crypto';
import { CfnWaitConditionHandle } from 'aws-cdk-lib';
import { handler as chat } from '../../lambda/chat';
import { handler as iotPolicies } from '../../lambda/iot-policies';
import { handler as contacts } from '../../lambda/contacts';
import { handler as mqtt } from '../../lambda/mqtt';
import type { teardownHandler } from '../../lambda/run/main';
import { handler as things } from '../../lambda/things';
import { LocalAws, type LocalAwsOptions } from '../../local-aws/local-aws';
import { Answers } from './answers';
import { TestStack } from '../../local-aws/test/support/test-stack';

const MARGIN_MS = 15_000;
const TYPES = new Map([
  [chat, 'Custom::ChatDisconnection'],
  [iotPolicies, 'Custom::IotPolicyDetachment'],
  [contacts, 'Custom::ContactStop'],
  [mqtt, 'Custom::MqttDisconnection'],
  [things, 'Custom::ManagedThingDeletion'],
]);

type Handler = ReturnType<typeof teardownHandler>;

/** Calls handlers in the test's own process, as CloudFormation would when a construct is new, and with less time than Lambda gives. */
export class InProcess {
  static async start(options: LocalAwsOptions): Promise<InProcess> {
    const aws = await LocalAws.start(options);
    const run = new InProcess(aws, { ...process.env });
    Object.assign(process.env, aws.env);
    await run.answers.start();
    await new TestStack(aws, 'InProcess').deploy((scope) => new CfnWaitConditionHandle(scope, 'Anything'));
    return run;
  }

  private readonly answers = new Answers();

  private constructor(
    readonly aws: LocalAws,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** The counts that are answered, and the reason of a failure. */
  async deploy(handler: Handler, targets: readonly string[] | object, operation: object, seconds = 60, properties: object = {}) {
    this.aws.cloudformation.stack('InProcess')!.setStatus('CREATE_IN_PROGRESS');
    return this.answerTo(handler, { RequestType: 'Create', ResourceProperties: propertiesOf(targets, operation, properties) }, seconds);
  }

  /** As `deploy`, when the stack is deleted. */
  async destroy(handler: Handler, targets: readonly string[] | object, operation: object, seconds = 60, properties: object = {}) {
    this.aws.cloudformation.stack('InProcess')!.setStatus('DELETE_IN_PROGRESS');
    return this.answerTo(
      handler,
      {
        RequestType: 'Delete',
        PhysicalResourceId: 'cdk-teardown/it',
        ResourceProperties: propertiesOf(targets, operation, { RunOn: ['TEARDOWN'], ...properties }),
      },
      seconds,
    );
  }

  /** As `deploy`, when the list has changed. */
  async update(handler: Handler, before: readonly string[], after: readonly string[], operation: object, properties: object = {}) {
    this.aws.cloudformation.stack('InProcess')!.setStatus('UPDATE_IN_PROGRESS');
    return this.answerTo(
      handler,
      {
        RequestType: 'Update',
        PhysicalResourceId: 'cdk-teardown/it',
        ResourceProperties: propertiesOf(after, operation, properties),
        OldResourceProperties: propertiesOf(before, operation, properties),
      },
      60,
    );
  }

  private async answerTo(handler: Handler, event: object, seconds: number) {
    const RequestId = randomUUID();
    await handler(
      {
        ...event,
        RequestId,
        StackId: this.aws.cloudformation.stack('InProcess')!.id,
        LogicalResourceId: 'It',
        ResourceType: TYPES.get(handler),
        ResponseURL: this.answers.url,
      },
      { logStreamName: 'log-stream', getRemainingTimeInMillis: () => seconds * 1000 + MARGIN_MS },
    );
    const { Data, Reason } = this.answers.received.find((answer) => answer.RequestId === RequestId);
    const counts = Object.entries<string>(Data).map(([name, count]) => [name.replace(/Count$/, ''), Number(count)]);
    return { ...Object.fromEntries(counts), reason: Reason as string | undefined };
  }

  async stop(): Promise<void> {
    process.env = this.env;
    await this.answers.stop();
    await this.aws.stop();
  }
}

function propertiesOf(targets: readonly string[] | object, operation: object, more: object) {
  return { Targets: Array.isArray(targets) ? { Source: 'ids', Ids: targets } : targets, Operation: operation, RunOn: ['DEPLOY'], ...more };
}
