import { CfnResource, NestedStack, type Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Moment, MqttClients, MqttDisconnection, type MqttDisconnectionProps } from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';
import { until } from '../../local-aws/test/support/mqtt-device';
import { TestStack } from '../../local-aws/test/support/test-stack';

let aws: LocalAws;
let stacks = 0;
let stack: TestStack;
let seen = 0;

beforeAll(async () => {
  aws = await LocalAws.start({ quotas: { iot: 'none' }, retryDelays: [10, 20] });
});
afterAll(() => aws.stop());
beforeEach(() => {
  stack = new TestStack(aws, `BadDay${(stacks += 1)}`);
  seen = aws.calls.length;
});

function disconnected(): string[] {
  const calls = aws.calls.slice(seen).filter(({ method, path }) => method === 'DELETE' && path.startsWith('/connections/'));
  return calls.map(({ path }) => path.slice('/connections/'.length)).sort();
}

function disconnect(scope: Stack, ids: string[], props: Partial<MqttDisconnectionProps> = {}) {
  return new MqttDisconnection(scope, 'Kiosks', { clients: MqttClients.ids(...ids), ...props });
}

function breakAfter(scope: Stack, ...others: CfnResource[] | MqttDisconnection[]) {
  const broken = new CfnResource(scope, 'Broken', {
    type: 'AWS::IAM::ManagedPolicy',
    properties: { PolicyDocument: { Version: '2012-10-17', Statement: [] } },
  });
  if (others.length > 0) broken.node.addDependency(...others);
}

const functionName = () => [...aws.cloudformation.stack(stack.name)!.resources.values()].find(({ type }) => type === 'AWS::Lambda::Function')!.physicalId;
const requests = () => aws.cloudformation.exchanges.filter(({ request }) => request.StackId === aws.cloudformation.stack(stack.name)?.id);

test('a handler that is killed in the middle is tried again, and every target is ended', async () => {
  const ids = Array.from({ length: 20 }, (_, n) => `kiosk-${String(n).padStart(2, '0')}`);
  const deployed = stack.deploy((scope) => disconnect(scope, ids, { runOn: [Moment.DEPLOY], requestsPerSecond: 4 }));
  await until(() => disconnected().length >= 5);
  const before = disconnected().length;
  await aws.lambda.crash(functionName());
  await deployed;
  expect(before).toBeLessThan(20);
  expect([...new Set(disconnected())]).toEqual(ids);
  expect(disconnected().length).toBeGreaterThan(20);
});

test('a Delete that comes while the Create still runs does nothing', async () => {
  // https://github.com/aws/aws-cdk/issues/26139
  const existingOne = (scope: Stack) => {
    const existing = disconnect(scope, ['kiosk-1']);
    // Otherwise the Create would be denied when the construct's own policy has gone, and doubt that for a minute.
    existing.provider.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['iot:DeleteConnection'], resources: ['*'] }));
    return existing;
  };
  await stack.deploy(existingOne);
  seen = aws.calls.length;
  const slow = Array.from({ length: 10 }, (_, n) => `slow-${n}`);
  const failure = await stack
    .deploy((scope) => {
      const existing = existingOne(scope);
      new MqttDisconnection(scope, 'Slow', {
        clients: MqttClients.ids(...slow),
        runOn: [Moment.DEPLOY, Moment.REMOVAL, Moment.TEARDOWN],
        requestsPerSecond: 2,
        provider: existing.provider,
      });
      // Fails when the slow one has begun.
      const wait = new MqttDisconnection(scope, 'Wait', {
        clients: MqttClients.ids('wait-1', 'wait-2'),
        runOn: [Moment.DEPLOY],
        requestsPerSecond: 2,
        provider: existing.provider,
      });
      breakAfter(scope, wait);
    })
    .catch((error) => error);
  expect(failure.message).toContain('Resource creation cancelled');
  const deletes = requests().filter(({ request }) => request.RequestType === 'Delete' && request.LogicalResourceId.startsWith('Slow'));
  expect(deletes.map(({ request, answer }) => [/^cdk-teardown/.test(request.PhysicalResourceId!), JSON.parse(answer!).Status])).toEqual([[false, 'SUCCESS']]);
  await aws.lambda.idle();
  // The Create went on to its end; the Delete added nothing.
  expect(disconnected().filter((id) => id.startsWith('slow'))).toEqual(slow);
});

test('a create that failed in the construct itself is undone without acting', async () => {
  const failure = await stack
    .deploy(
      (scope) => {
        const all = { runOn: [Moment.DEPLOY, Moment.REMOVAL, Moment.TEARDOWN] };
        disconnect(scope, ['kiosk-1', 'kiosk-2'], { ...all, maxTargets: 2 });
      },
      (template) => {
        // As if the source had grown since synth.
        for (const resource of Object.values<any>(template.Resources)) if (resource.Type.startsWith('Custom::')) resource.Properties.MaxTargets = 1;
      },
    )
    .catch((error) => error);
  expect(failure.message).toContain('2 MQTT clients were found, maxTargets allows 1: nothing was touched');
  expect(disconnected()).toEqual([]);
  const [create, remove] = requests();
  expect(JSON.parse(create.answer!).PhysicalResourceId).toBe(remove.request.PhysicalResourceId);
});

describe('in a nested stack', () => {
  const nested = (scope: Stack) => {
    const inner = new NestedStack(scope, 'Nested');
    disconnect(inner, ['nested-1']);
    return inner;
  };
  const anything = (scope: Stack) => new CfnResource(scope, 'Anything', { type: 'AWS::CloudFormation::WaitConditionHandle' });

  test('it acts when the whole is destroyed', async () => {
    await stack.deploy(nested);
    await stack.destroy();
    expect(disconnected()).toEqual(['nested-1']);
  });

  test('it does not act by default when the nested stack is taken out', async () => {
    await stack.deploy(nested);
    await stack.deploy(anything);
    expect(disconnected()).toEqual([]);
  });

  test('it does not act when the deploy of the whole fails', async () => {
    await expect(
      stack.deploy((scope) => {
        const inner = nested(scope);
        breakAfter(scope, inner.nestedStackResource as CfnResource);
      }),
    ).rejects.toThrow('ROLLBACK_COMPLETE');
    expect(disconnected()).toEqual([]);
  });
});
