import { type Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
import { IotPolicyDetachment, Moment, MqttClients, MqttDisconnection, OnFailure, type IotPolicyDetachmentProps } from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';
import { Fleet, until } from '../../local-aws/test/support/mqtt-device';
import { TestStack } from '../../local-aws/test/support/test-stack';
import { outputCounts } from '../support/outputs';

/* A stack whose IoT policy was attached by others. */

const IDENTITY = 'ca-central-1:12345678-90ab-cdef-1234-567890abcdef';
const EVERYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] };

let aws: LocalAws;
let fleet: Fleet;
let certificate: string;
beforeAll(async () => {
  aws = await LocalAws.start({ quotas: { iot: 'none' } });
  fleet = new Fleet(aws);
  certificate = aws.iot.principal('c'.repeat(64));
});
afterEach(() => fleet.leave());
afterAll(() => aws.stop());

const withPolicy = (policyName: string, more: (scope: Stack, policy: CfnPolicy) => unknown) => (scope: Stack) => {
  more(scope, new CfnPolicy(scope, 'Policy', { policyName, policyDocument: EVERYTHING }));
};

const detached = (props: Partial<IotPolicyDetachmentProps> = {}) =>
  function declare(scope: Stack, policy: CfnPolicy) {
    const detachment = new IotPolicyDetachment(scope, 'LockedOut', { policy, ...props });
    outputCounts(scope, detachment, 'targetCount', 'endedCount');
    return detachment;
  };

test('cannot be destroyed, until a detachment is deployed', async () => {
  const stack = new TestStack(aws, 'Attached');
  const kept = new TestStack(aws, 'Kept');
  await kept.deploy(withPolicy('kept', () => undefined));
  aws.iot.attachPolicy('kept', IDENTITY);
  await expect(kept.destroy()).rejects.toThrow('The policy cannot be deleted as the policy is attached to one or more principals (name=kept)');

  await stack.deploy(withPolicy('attached', () => undefined));
  for (const target of [certificate, IDENTITY, 'arn:aws:iot:ca-central-1:123456789012:thinggroup/kiosks']) aws.iot.attachPolicy('attached', target);
  await stack.deploy(withPolicy('attached', detached()));
  // The preflight has found them, and touched none.
  expect(await stack.outputs()).toMatchObject({ targetCount: '3', endedCount: '0' });
  expect(aws.iot.policyTargets('attached')).toHaveLength(3);
  await stack.destroy();
  expect(() => aws.iot.policyTargets('attached')).toThrow('Policy not found');
});

test('the rights go, then the clients, then the policy, in one destroy', async () => {
  const stack = new TestStack(aws, 'InOrder');
  await stack.deploy(
    withPolicy('in-order', (scope, policy) => {
      const disconnection = new MqttDisconnection(scope, 'Kiosks', { clients: MqttClients.ids('kiosk-1') });
      disconnection.runAfterDeletionOf(detached()(scope, policy));
    }),
  );
  aws.iot.attachPolicy('in-order', certificate);
  const { id } = aws.cloudformation.stack('InOrder')!;
  const kiosk = await fleet.connect('kiosk-1', { username: certificate, reconnectPeriod: 20, reconnectOnConnackError: true });
  let refused = 0;
  kiosk.on('error', () => (refused += 1));
  await stack.destroy();
  await until(() => refused > 1);
  expect(kiosk.connected).toBe(false);
  const deleted = (await stack.events(id)).filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_COMPLETE').map(({ ResourceType }) => ResourceType);
  const order = deleted.reverse().filter((type) => /^Custom::|^AWS::IoT::Policy$/.test(type!));
  expect(order).toEqual(['Custom::IotPolicyDetachment', 'Custom::MqttDisconnection', 'AWS::IoT::Policy']);
});

test('a rollback detaches nothing', async () => {
  const stack = new TestStack(aws, 'RolledBack');
  await stack.deploy(withPolicy('rolled-back', detached({ runOn: [Moment.REMOVAL, Moment.TEARDOWN] })));
  aws.iot.attachPolicy('rolled-back', certificate);
  await expect(
    stack.deploy(
      withPolicy('rolled-back', (scope, policy) => {
        detached({ runOn: [Moment.DEPLOY, Moment.REMOVAL, Moment.TEARDOWN], maxTargets: 5 })(scope, policy);
        new CfnPolicy(scope, 'Malformed', { policyDocument: {} }).addDependency(
          scope.node.findChild('LockedOut').node.findChild('Policy').node.defaultChild as any,
        );
      }),
    ),
  ).rejects.toThrow();
  expect(aws.iot.policyTargets('rolled-back')).toEqual([certificate]);
  await stack.destroy();
});

test('leaving the template detaches under REMOVAL only', async () => {
  for (const [runOn, left] of [
    [[Moment.TEARDOWN], 1],
    [[Moment.REMOVAL], 0],
  ] as const) {
    const stack = new TestStack(aws, `Left${left}`);
    await stack.deploy(withPolicy(`left-${left}`, detached({ runOn: [...runOn] })));
    aws.iot.attachPolicy(`left-${left}`, certificate);
    await stack.deploy(withPolicy(`left-${left}`, () => undefined));
    expect(aws.iot.policyTargets(`left-${left}`)).toHaveLength(left);
  }
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_DetachPolicy.html
test('where AWS IoT is not ready to delete the policy, the next destroy gets through', async () => {
  let later = 0;
  const slow = await LocalAws.start({
    quotas: { iot: 'none' },
    iot: { policyDeletionDelayMs: 300_000 },
    fleetIndex: { now: () => Date.now() + later },
  });
  try {
    const stack = new TestStack(slow, 'NotReady');
    await stack.deploy(withPolicy('not-ready', detached({ onFailure: OnFailure.CONTINUE })));
    slow.iot.attachPolicy('not-ready', certificate);
    await expect(stack.destroy()).rejects.toThrow('The policy cannot be deleted');
    expect(slow.iot.policyTargets('not-ready')).toEqual([]);
    later = 300_000;
    await stack.destroy();
  } finally {
    await slow.stop();
  }
});
