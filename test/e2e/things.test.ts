import { CfnResource, type Stack } from 'aws-cdk-lib';
import { Force, ManagedThingDeletion, ManagedThings, Moment, type ManagedThingDeletionProps } from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';
import { Scene, set } from '../support/scene';
import { TestStack } from '../../local-aws/test/support/test-stack';
import { outputCounts } from '../support/outputs';

/* Managed things, by the shipped handler under the permissions that the template grants. */

const scene = set(new Scene('Things', { quotas: { things: 'none' } }));

function remove(ids: string[], props: Partial<ManagedThingDeletionProps> = {}) {
  return (scope: Stack) => {
    const deletion = new ManagedThingDeletion(scope, scene.id, { things: ManagedThings.ids(...ids), requestsPerSecond: 50, ...props });
    outputCounts(scope, deletion, 'endedCount', 'alreadyGoneCount');
  };
}

const isRegistered = (id: string) => scene.aws.things.list().some(({ Id }) => Id === id);

test('deletes on teardown, and leaves others alone', async () => {
  const [lamp, lock] = [scene.aws.things.create().Id, scene.aws.things.create().Id];
  await scene.stack.deploy(remove([lamp]));
  expect(isRegistered(lamp)).toBe(true);
  await scene.stack.destroy();
  expect(isRegistered(lamp)).toBe(false);
  expect(isRegistered(lock)).toBe(true);
});

test('what is already gone counts as a success', async () => {
  await scene.stack.deploy(remove([scene.aws.things.create().Id, 'never-there'], { runOn: [Moment.DEPLOY] }));
  expect(await scene.stack.outputs()).toEqual({ endedCount: '1', alreadyGoneCount: '1' });
});

// https://docs.aws.amazon.com/iot-mi/latest/devguide/managedintegrations-hub-offboard.html
test('force deletes a thing whose device is offline', async () => {
  const hub = scene.aws.things.create({ Role: 'CONTROLLER', offline: true }).Id;
  await scene.stack.deploy(remove([hub], { runOn: [Moment.DEPLOY], force: Force.always() }));
  expect(isRegistered(hub)).toBe(false);
});

test('a hub that still has children fails the deploy with what to do', async () => {
  const hub = scene.aws.things.create({ Role: 'CONTROLLER' }).Id;
  scene.aws.things.create({ ParentControllerId: hub });
  await expect(scene.stack.deploy(remove([hub], { runOn: [Moment.DEPLOY] }))).rejects.toThrow(
    `1 of 1 managed things could not be deleted (1 HubHasChildren), for example ${hub}: is a hub that still has child devices, which must go before it: set deleteChildren`,
  );
});

test('goes before the credential locker', async () => {
  const lamp = scene.aws.things.create({ acknowledgesAfter: 700 }).Id;
  await scene.stack.deploy((scope) => {
    const locker = new CfnResource(scope, 'Locker', { type: 'AWS::IoTManagedIntegrations::CredentialLocker' });
    new ManagedThingDeletion(scope, scene.id, { things: ManagedThings.ids(lamp) }).runBeforeDeletionOf(locker);
  });
  const before = scene.aws.things.deletions.length;
  await scene.stack.destroy();
  expect(scene.aws.things.deletions.slice(before).map(({ kind }) => kind)).toEqual(['thing', 'locker']);
});

test('two constructs that share a quota end all the same, because each slows down', async () => {
  // With the documented quota: https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#limits_iot_managed_integrations
  const limited = await LocalAws.start();
  try {
    // So many that they meet, though one function begins some seconds after the other.
    const lists = [1, 2].map(() => Array.from({ length: 40 }, () => limited.things.create({ acknowledgesAfter: 0 }).Id));
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
