import { CfnOutput, CfnResource, type Stack } from 'aws-cdk-lib';
import { Force, ManagedThingDeletion, ManagedThings, Moment, type ManagedThingDeletionProps } from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';
import { TestStack } from '../support/test-stack';

let aws: LocalAws;
let stacks = 0;
let stack: TestStack;

beforeAll(async () => {
  aws = await LocalAws.start({ quotas: { things: 'none' } });
});
afterAll(() => aws.stop());
beforeEach(() => {
  stack = new TestStack(aws, `Things${(stacks += 1)}`);
});

function remove(ids: string[], props: Partial<ManagedThingDeletionProps> = {}) {
  return (scope: Stack) => {
    const deletion = new ManagedThingDeletion(scope, 'Things', { things: ManagedThings.ids(...ids), requestsPerSecond: 50, ...props });
    for (const name of ['endedCount', 'alreadyGoneCount'] as const) new CfnOutput(scope, name, { value: deletion[name] });
  };
}

const isRegistered = (id: string) => aws.things.list().some(({ Id }) => Id === id);

test('deletes on teardown, and leaves others alone', async () => {
  const [lamp, lock] = [aws.things.create().Id, aws.things.create().Id];
  await stack.deploy(remove([lamp]));
  expect(isRegistered(lamp)).toBe(true);
  await stack.destroy();
  expect(isRegistered(lamp)).toBe(false);
  expect(isRegistered(lock)).toBe(true);
});

test('what is already gone counts as a success', async () => {
  await stack.deploy(remove([aws.things.create().Id, 'never-there'], { runOn: [Moment.DEPLOY] }));
  expect(await stack.outputs()).toEqual({ endedCount: '1', alreadyGoneCount: '1' });
});

// https://docs.aws.amazon.com/iot-mi/latest/devguide/managedintegrations-hub-offboard.html
test('force deletes a thing whose device is offline', async () => {
  const hub = aws.things.create({ Role: 'CONTROLLER', offline: true }).Id;
  await stack.deploy(remove([hub], { runOn: [Moment.DEPLOY], force: Force.always() }));
  expect(isRegistered(hub)).toBe(false);
});

test('a hub that still has children fails the deploy with what to do', async () => {
  const hub = aws.things.create({ Role: 'CONTROLLER' }).Id;
  aws.things.create({ ParentControllerId: hub });
  await expect(stack.deploy(remove([hub], { runOn: [Moment.DEPLOY] }))).rejects.toThrow(
    `1 of 1 managed things could not be deleted (1 HubHasChildren), for example ${hub}: is a hub that still has child devices, which must go before it: set deleteChildren`,
  );
});

test('goes before the credential locker', async () => {
  const lamp = aws.things.create({ acknowledgesAfter: 700 }).Id;
  await stack.deploy((scope) => {
    const locker = new CfnResource(scope, 'Locker', { type: 'AWS::IoTManagedIntegrations::CredentialLocker' });
    new ManagedThingDeletion(scope, 'Things', { things: ManagedThings.ids(lamp) }).runBeforeDeletionOf(locker);
  });
  const before = aws.things.deletions.length;
  await stack.destroy();
  expect(aws.things.deletions.slice(before).map(({ kind }) => kind)).toEqual(['thing', 'locker']);
});

test('two constructs that share a quota end all the same, because each slows down', async () => {
  // With the documented quota: https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#limits_iot_managed_integrations
  const limited = await LocalAws.start();
  try {
    const lists = [1, 2].map(() => Array.from({ length: 15 }, () => limited.things.create({ acknowledgesAfter: 0 }).Id));
    const shared = new TestStack(limited, 'Shared');
    await shared.deploy((scope) =>
      lists.forEach((list, n) => {
        new ManagedThingDeletion(scope, `Things${n}`, { things: ManagedThings.ids(...list), runOn: [Moment.DEPLOY] });
      }),
    );
    expect(limited.calls.some(({ path, status }) => path.startsWith('/managed-things/') && status === 429)).toBe(true);
    expect(limited.things.list()).toEqual([]);
  } finally {
    await limited.stop();
  }
});
