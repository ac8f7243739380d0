import { setTimeout as sleep } from 'node:timers/promises';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { Duration, type CfnResource, type Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ManifestFormat, MqttClients, MqttDisconnection, type MqttDisconnectionProps } from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';
import { TestStack } from '../../local-aws/test/support/test-stack';

/* That a run which needs more than one invocation is carried on by its state machine, through CloudFormation, whatever happens to it. */

/** Of which ten are kept for handing over. */
const TIMEOUT_SECONDS = 24;

/** On a machine that has much else to do. */
const LONGEST_MS = 900_000;
jest.setTimeout(LONGEST_MS);

async function soon(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + LONGEST_MS / 2;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${condition}`);
    await sleep(20);
  }
}

let aws: LocalAws;

/** A stack whose construct disconnects the clients that a file lists, if they are not listed in the template. */
class Scene {
  readonly stack: TestStack;

  constructor(
    private readonly name: string,
    readonly count: number,
    private readonly props: Partial<MqttDisconnectionProps> = {},
    private readonly serviceTimeout?: number,
  ) {
    this.stack = new TestStack(aws, name, LONGEST_MS);
  }

  get ids(): string[] {
    return Array.from({ length: this.count }, (_, n) => `${this.name}-${n}`).sort();
  }

  async deploy(): Promise<void> {
    aws.s3.put('fleet', `${this.name}.txt`, Buffer.from(this.ids.join('\n')));
    await this.stack.deploy((scope: Stack) => {
      const clients = MqttClients.fromManifest(Bucket.fromBucketName(scope, 'Bucket', 'fleet'), `${this.name}.txt`, { format: ManifestFormat.lines() });
      const kiosks = new MqttDisconnection(scope, 'Kiosks', { clients, timeout: Duration.hours(5), requestsPerSecond: 25, ...this.props });
      const resource = kiosks.node.findChild('Resource').node.defaultChild as CfnResource;
      if (this.serviceTimeout) resource.addPropertyOverride('ServiceTimeout', this.serviceTimeout);
    });
  }

  /** Client ids, one for each call. */
  get calls(): string[] {
    const paths = aws.calls.filter(({ method, path }) => method === 'DELETE' && path.startsWith(`/connections/${this.name}-`));
    return paths.map(({ path }) => path.slice('/connections/'.length)).sort();
  }

  /** That nothing was left out, and nothing called again but what was under way, without an answer, when an invocation had to end. */
  expectAllCalled(): void {
    expect([...new Set(this.calls)]).toEqual(this.ids);
    expect(this.calls.length).toBeLessThan(this.count * 1.25);
  }

  get answers(): string[] {
    return this.exchanges.map(({ request, answer }) => `${request.RequestType} ${JSON.parse(answer ?? '{}').Status}`);
  }

  get exchanges() {
    return aws.cloudformation.exchanges.filter(({ request }) => request.StackId.includes(`/${this.name}/`));
  }

  /** What is denied can be allowed again. */
  deny(action: string): () => void {
    const roles = [...aws.cloudformation.stack(this.name)!.resources.values()].filter(({ type }) => type === 'AWS::IAM::Role');
    const policies = roles.flatMap(({ physicalId }) => {
      const { inline } = aws.iam.role(physicalId);
      return [...inline].map(([name, document]) => ({ inline, name, document }));
    });
    for (const { inline, name, document } of policies) inline.set(name, JSON.parse(JSON.stringify(document).replaceAll(`"${action}"`, '"iam:Nothing"')));
    return () => policies.forEach(({ inline, name, document }) => inline.set(name, document));
  }

  get executions() {
    const [, , guid] = this.exchanges[0].request.StackId.split('/');
    return aws.stepFunctions.executions.filter(({ machine }) => machine.arn.endsWith(guid));
  }

  async started() {
    await soon(() => this.executions.length > 0);
    return this.executions[0];
  }

  /** What the states of all executions were given and gave. */
  get history(): string[] {
    return this.executions.flatMap(({ history }) => history);
  }

  tasks(task: string): number {
    return this.history.filter((entry) => entry.includes(`"Task":"${task}"`)).length;
  }
}

const plays = new Map<string, () => Promise<void>>();
const played = new Map<string, Promise<void>>();

/** All are played at once: most of the time they wait. */
function scene(name: string, play: () => Promise<void>): void {
  plays.set(name, play);
  test(name, async () => {
    await played.get(name);
  });
}

beforeAll(async () => {
  aws = await LocalAws.start({ toldTimeoutSeconds: TIMEOUT_SECONDS, stateRetryIntervalMs: 200, retryDelays: [10, 20], quotas: { iot: 'none' } });
  aws.s3.buckets.set('fleet', { objects: new Map(), sseAlgorithm: 'AES256' });
  for (const [name, play] of plays) {
    const playing = play();
    playing.catch(() => undefined);
    played.set(name, playing);
  }
});
afterAll(() => aws.stop());

scene('clients that the template lists are read again from the metadata, and are in no state', async () => {
  const few = new Scene('Listed', 100);
  const listed = new Scene('Listed', 100, { clients: MqttClients.ids(...few.ids), requestsPerSecond: 3 });
  await listed.deploy();
  await listed.stack.destroy();
  listed.expectAllCalled();
  expect(listed.tasks('WORK')).toBeGreaterThanOrEqual(2);
  expect(listed.history.join()).not.toContain('Listed-1');
  expect(listed.answers).toEqual(['Create SUCCESS', 'Delete SUCCESS']);
});

scene('an invocation that is killed half-way is made again, and all are accounted for', async () => {
  const killed = new Scene('Killed', 900);
  await killed.deploy();
  const destroyed = killed.stack.destroy();
  const { machine } = await killed.started();
  await soon(() => killed.tasks('WORK') >= 2);
  await sleep(1_500);
  const before = killed.calls.length;
  await aws.lambda.crash(Object.values(machine.definition.States).find(({ Resource }) => Resource)!.Resource!);
  await destroyed;
  expect(before).toBeLessThan(900);
  expect([...new Set(killed.calls)]).toEqual(killed.ids);
  // No more than one invocation's worth.
  expect(killed.calls.length - 900).toBeLessThanOrEqual(before);
  expect(killed.answers).toEqual(['Create SUCCESS', 'Delete SUCCESS']);
  expect(JSON.parse(killed.exchanges[1].answer!).Data).toMatchObject({ TargetCount: '900', AlreadyGoneCount: '900' });
});

scene('an invocation that fails is made again', async () => {
  const failing = new Scene('Failing', 900);
  await failing.deploy();
  const destroyed = failing.stack.destroy();
  await failing.started();
  await soon(() => failing.tasks('WORK') >= 1);
  const allow = failing.deny('cloudformation:DescribeStacks');
  await soon(() => failing.tasks('WORK') >= 3);
  allow();
  await destroyed;
  failing.expectAllCalled();
  expect(failing.answers).toEqual(['Create SUCCESS', 'Delete SUCCESS']);
});

scene('a second delivery of the request starts nothing', async () => {
  const twice = new Scene('Twice', 400);
  await twice.deploy();
  const destroyed = twice.stack.destroy();
  await twice.started();
  const { request } = twice.exchanges[1];
  aws.lambda.invokeAsync((request as any).ServiceToken, { ...request });
  await destroyed;
  twice.expectAllCalled();
  expect(twice.executions).toHaveLength(1);
  expect(twice.answers).toEqual(['Create SUCCESS', 'Delete SUCCESS']);
});

scene('an execution that is stopped is answered for, and the next destroy does the rest', async () => {
  const stopped = new Scene('Stopped', 500);
  await stopped.deploy();
  const destroyed = stopped.stack.destroy().catch((error) => error);
  const { arn } = await stopped.started();
  const { url, region } = aws;
  await new SFNClient({ endpoint: url, region, credentials: { accessKeyId: 'AKIALOCALOPERATOR', secretAccessKey: 'local' } }).send(
    new StopExecutionCommand({ executionArn: arn }),
  );
  expect((await destroyed).message).toContain('The run was stopped (ABORTED) before it had come to its end');
  expect(new Set(stopped.calls).size).toBeLessThan(500);
  await stopped.stack.destroy();
  expect([...new Set(stopped.calls)]).toEqual(stopped.ids);
  expect(stopped.answers).toEqual(['Create SUCCESS', 'Delete FAILED', 'Delete SUCCESS']);
});

scene('a run that takes longer than CloudFormation waits says how far it is, goes on, and is joined until it has ended', async () => {
  // Of 30 seconds, 15 are kept for the answer.
  const long = new Scene('Long', 800, {}, 30);
  await long.deploy();
  let destroys = 0;
  for (let isGone = false; !isGone && destroys < 10; destroys += 1) {
    isGone = await long.stack.destroy().then(
      () => true,
      () => false,
    );
  }
  expect(destroys).toBeGreaterThanOrEqual(2);
  long.expectAllCalled();
  expect(long.answers).toEqual(['Create SUCCESS', ...Array.from({ length: destroys - 1 }, () => 'Delete FAILED'), 'Delete SUCCESS']);
  const [, first] = long.exchanges;
  expect(JSON.parse(first.answer!).Reason).toMatch(
    /^\d+ of 800 MQTT clients are disconnected; the run goes on, about \d min more; run cdk destroy again to wait for the rest\.$/,
  );
  expect(long.executions.filter(({ name }) => name.startsWith('run-'))).toHaveLength(1);
});
