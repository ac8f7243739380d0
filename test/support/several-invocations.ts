import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CfnWaitConditionHandle } from 'aws-cdk-lib';
import { longRuns } from '../../lambda/long/long-runs';
import { teardownHandler } from '../../lambda/run/main';
import type { Service } from '../../lambda/run/service';
import { LocalAws, type LocalAwsOptions } from '../../local-aws/local-aws';
import { TestStack } from '../../local-aws/test/support/test-stack';
import { Answers } from './answers';
import { contextOf, MACHINE, StateMachine } from './state-machine';
import { VirtualTime } from './virtual-time';

const RESERVED_MS = 10_000;
/** Who has nothing left to do but to look later does it in the next invocation, or in one after it. */
const BETWEEN_STATES_MS = 100;

/** Runs of the services, with the stand-in for AWS, that take several invocations in this process, in virtual time. */
export class SeveralInvocations {
  readonly time = new VirtualTime();
  aws!: LocalAws;
  private readonly machine = new StateMachine();
  private readonly answers = new Answers();
  private readonly env = { ...process.env };

  async open(options: LocalAwsOptions): Promise<void> {
    this.time.start();
    this.aws = await this.time.until(LocalAws.start(options));
    await this.time.until(new TestStack(this.aws, 'S').deploy((scope) => new CfnWaitConditionHandle(scope, 'Anything')));
    this.time.follows(this.aws.iot.brokerUrl);
    this.aws.cloudformation.stack('S')!.setStatus('DELETE_IN_PROGRESS');
    await Promise.all([this.answers.start(), this.machine.start()]);
    Object.assign(process.env, this.aws.env, { AWS_ENDPOINT_URL_SFN: this.machine.url, AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/it' });
  }

  async close(): Promise<void> {
    process.env = this.env;
    await this.time.until(Promise.all([this.answers.stop(), this.machine.stop(), this.aws.stop()]));
    this.time.stop();
  }

  /**
   * Ends the targets in stretches of so many milliseconds; how many it took, and what was answered.
   *
   * @param ids which no state may name
   * @param between is called before each stretch but the first
   */
  destroy(service: Service, ids: readonly string[], operation: object, stretchMs: number, properties: object = {}, age = 0, between?: () => void) {
    return this.time.until(this.destroyed(service, ids, operation, stretchMs, properties, age, between));
  }

  private async destroyed(
    service: Service,
    ids: readonly string[],
    operation: object,
    stretchMs: number,
    properties: object,
    age: number,
    between?: () => void,
  ) {
    async function* list() {
      for (const id of ids) yield { id };
    }
    const handler = teardownHandler({ ...service, sources: { ...service.sources, list } }, async () => longRuns);
    const RequestId = randomUUID();
    const event = {
      RequestType: 'Delete',
      StackId: this.aws.cloudformation.stack('S')!.id,
      RequestId,
      LogicalResourceId: `It${RequestId.slice(0, 4)}`,
      PhysicalResourceId: 'cdk-teardown/it',
      ResourceType: service.resourceType,
      ResponseURL: `${this.answers.url}?X-Amz-Date=${new Date(Date.now() - age).toISOString().replace(/[-:]|\.\d+/g, '')}`,
      ResourceProperties: {
        Targets: { Source: 'list' },
        Operation: operation,
        RunOn: ['TEARDOWN'],
        TimeoutSeconds: '3000',
        ServiceTimeout: '3300',
        StateMachineArn: MACHINE,
        ...properties,
      },
    };
    await handler(event, contextOf(RESERVED_MS + stretchMs));
    let stretches = 1;
    const execution = this.machine.executions.find(({ name }) => name.endsWith(RequestId));
    if (execution) between?.();
    while (execution && (await this.machine.step(execution.name, handler, RESERVED_MS + stretchMs))) {
      stretches += 1;
      await sleep(BETWEEN_STATES_MS);
      between?.();
    }
    const { Status, Reason, Data } = this.answers.received.find((answer) => answer.RequestId === RequestId);
    for (const id of ids) expect(this.machine.seen.join()).not.toContain(id);
    return { stretches, Status, Reason, ended: Data.EndedCount, alreadyGone: Data.AlreadyGoneCount, failed: Data.FailedCount, targets: Data.TargetCount };
  }
}

/** For all tests of a file. */
export function severalInvocations(options: LocalAwsOptions): SeveralInvocations {
  const several = new SeveralInvocations();
  beforeAll(() => several.open(options));
  afterAll(() => several.close());
  return several;
}
