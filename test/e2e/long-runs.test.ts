import { Duration, type CfnResource, type Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ManifestFormat, MqttClients, MqttDisconnection, type MqttDisconnectionProps } from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';
import { TestStack } from '../support/test-stack';

/* That a run which needs more than one invocation is carried on by its state machine, through CloudFormation, whatever happens to it. */

/** Of which ten are kept for handing over. */
const TIMEOUT_SECONDS = 13;

let aws: LocalAws;
let stacks = 0;
let stack: TestStack;
let seen = 0;

beforeAll(async () => {
  aws = await LocalAws.start({ longestTimeoutSeconds: TIMEOUT_SECONDS, stateRetryIntervalMs: 200, retryDelays: [10, 20] });
});
afterAll(() => aws.stop());
beforeEach(() => {
  stack = new TestStack(aws, `Long${(stacks += 1)}`);
  seen = aws.calls.length;
});

const fleet = (count: number) => Array.from({ length: count }, (_, n) => `kiosk-${n}`);

/** A construct whose clients a file lists. */
function disconnect(ids: readonly string[], props: Partial<MqttDisconnectionProps> = {}, serviceTimeout?: number) {
  if (!aws.s3.buckets.has('fleet')) aws.s3.buckets.set('fleet', { objects: new Map(), sseAlgorithm: 'AES256' });
  aws.s3.put('fleet', `${stack.name}.txt`, Buffer.from(ids.join('\n')));
  return (scope: Stack) => {
    const clients = MqttClients.fromManifest(Bucket.fromBucketName(scope, 'Bucket', 'fleet'), `${stack.name}.txt`, { format: ManifestFormat.lines() });
    const kiosks = new MqttDisconnection(scope, 'Kiosks', { clients, timeout: Duration.hours(5), ...props });
    if (serviceTimeout) (kiosks.node.findChild('Resource').node.defaultChild as CfnResource).addPropertyOverride('ServiceTimeout', serviceTimeout);
  };
}

/** How often each client was called for. */
function calls(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { method, path } of aws.calls.slice(seen)) {
    const [, id] = /^\/connections\/(.+)$/.exec(path) ?? [];
    if (id && method === 'DELETE') counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

const answered = () =>
  aws.cloudformation.exchanges
    .filter(({ request }) => request.StackId.includes(`/${stack.name}/`))
    .map(({ request, answer }) => `${request.RequestType} ${JSON.parse(answer ?? '{}').Status}`);
const executions = () => aws.stepFunctions.executions.filter(({ machine }) => machine.arn.includes('cdk-teardown-mqtt'));

test('what one invocation does not finish is carried on to the end, each client is called once, and CloudFormation is answered once', async () => {
  const ids = fleet(600);
  await stack.deploy(disconnect(ids));
  await stack.destroy();
  expect([...calls().keys()].sort()).toEqual([...ids].sort());
  expect([...calls().values()].every((count) => count === 1)).toBe(true);
  const [execution] = executions();
  expect(execution.name).toMatch(/^run-/);
  // Its end may come after the state machine's, which is deleted as soon as CloudFormation has its answer.
  expect(execution.history.filter((entry) => entry.includes('"Task":"WORK"')).length).toBeGreaterThan(1);
  expect(execution.history.filter((entry) => entry.includes('"Task":"REPORT"'))).toHaveLength(1);
  expect(execution.history.join()).not.toContain('kiosk-');
  expect(answered()).toEqual(['Create SUCCESS', 'Delete SUCCESS']);
});
