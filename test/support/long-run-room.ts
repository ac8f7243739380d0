import { setTimeout as sleep } from 'node:timers/promises';
import { longRuns } from '../../lambda/long/long-runs';
import { teardownHandler } from '../../lambda/run/main';
import type { Service } from '../../lambda/run/service';
import type { Target } from '../../lambda/targets/target';
import { Answers } from './answers';
import { QueryService } from './query-service';
import { MACHINE, StateMachine } from './state-machine';
import { VirtualTime } from './virtual-time';

/** What an invocation keeps for handing over. */
export const RESERVED_MS = 10_000;

export interface Scene {
  readonly ids: readonly string[];
  readonly perSecond?: number;
  end?(target: Target, tries: number): Promise<void> | void;
  /** Of each id, by its number. */
  readingMs?(n: number): number;
  readonly properties?: object;
}

/**
 * Where runs go on over several invocations of a handler in this process, in virtual time: a stack, a state machine, and who takes
 * CloudFormation's answers.
 */
export class LongRunRoom {
  machine = new StateMachine();
  stackStatus = '';
  private readonly time = new VirtualTime();
  private readonly taken = new Answers();
  private readonly cloudFormation = new QueryService(
    (parameters) =>
      (parameters.get('Action') === 'DescribeStacks' &&
        `<Stacks><member><StackName>S</StackName><StackStatus>${this.stackStatus}</StackStatus></member></Stacks>`) ||
      '<StackEvents></StackEvents>',
  );

  async open(): Promise<void> {
    await Promise.all([this.cloudFormation.start(), this.taken.start(), this.machine.start()]);
    this.time.start();
  }

  /** A state machine without executions, no answers, and a stack that is being deleted. */
  async clear(): Promise<void> {
    await this.machine.stop();
    this.machine = new StateMachine();
    await this.machine.start();
    Object.assign(process.env, { AWS_ENDPOINT_URL_SFN: this.machine.url, AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/it' });
    this.answers.length = 0;
    this.stackStatus = 'DELETE_IN_PROGRESS';
  }

  live(play: () => Promise<void>): Promise<void> {
    return this.time.until(play());
  }

  async close(): Promise<void> {
    this.time.stop();
    await Promise.all([this.cloudFormation.stop(), this.taken.stop(), this.machine.stop()]);
  }

  get answers(): any[] {
    return this.taken.received;
  }

  /** A run of a service whose targets end as the scene says. */
  scene({ ids, perSecond = 100, end, readingMs, properties }: Scene) {
    const calls: string[] = [];
    const ended: string[] = [];
    const service: Service = {
      resourceType: 'Custom::MqttDisconnection',
      targetName: 'MQTT clients',
      endedName: 'disconnected',
      rate: { perSecond, burst: 1 },
      label: String,
      sources: {
        async *list() {
          for (const [n, id] of ids.entries()) {
            if (readingMs) await sleep(readingMs(n));
            yield { id };
          }
        },
      },
      operation: () => ({
        async end(target, making) {
          await making.make(async () => {
            calls.push(target.id);
            await end?.(target, calls.filter((id) => id === target.id).length);
          });
          ended.push(target.id);
          return 'ended';
        },
        close: () => undefined,
      }),
    };
    const handler = teardownHandler(service, async () => longRuns);
    const request = (RequestId: string, more: object = {}) => ({
      RequestType: 'Delete',
      StackId: 'arn:aws:cloudformation:ca-central-1:123456789012:stack/S/9f0f4b3c-aaaa-4f4b-8d5c-0123456789ab',
      RequestId,
      LogicalResourceId: 'It',
      PhysicalResourceId: 'cdk-teardown/it',
      ResourceType: 'Custom::MqttDisconnection',
      ResponseURL: this.taken.url,
      ResourceProperties: {
        Targets: { Source: 'list' },
        RunOn: ['TEARDOWN'],
        TimeoutSeconds: '3000',
        ServiceTimeout: '3300',
        StateMachineArn: MACHINE,
        ...properties,
      },
      ...more,
    });
    return { calls, ended, handler, request };
  }

  /** Enters states until there is none. */
  async toTheEnd(name: string, handler: ReturnType<typeof teardownHandler>, stretchMs = 400): Promise<number> {
    let steps = 1;
    while (await this.machine.step(name, handler, RESERVED_MS + stretchMs)) steps += 1;
    return steps;
  }
}

/** For all tests of a file; cleared before each. */
export function longRunRoom(): LongRunRoom {
  const room = new LongRunRoom();
  beforeAll(() => room.open());
  beforeEach(() => room.clear());
  afterAll(() => room.close());
  return room;
}

export const some = (count: number) => Array.from({ length: count }, (_, n) => `kiosk-${n}`);
