import { type Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  Force,
  ManagedThingDeletion,
  ManagedThingRole,
  ManagedThings,
  ManifestFormat,
  Moment,
  ProvisioningStatus,
  type ManagedThingDeletionProps,
  type ManagedThingFilter,
} from '../../lib';
import { until } from '../../local-aws/test/support/mqtt-device';
import { Scene, set } from '../support/scene';
import { createTable } from '../support/table';
import { outputCounts } from '../support/outputs';

/* Managed things that are found when the run happens: the shipped bundles, under the permissions that the template grants. */

const scene = set(new Scene('ThingSources', { quotas: { things: 'none' } }));

function remove(things: (scope: Stack) => ManagedThings, props: Partial<ManagedThingDeletionProps> = {}) {
  return (scope: Stack) => {
    const deletion = new ManagedThingDeletion(scope, scene.id, {
      things: things(scope),
      runOn: [Moment.DEPLOY],
      requestsPerSecond: 250,
      force: Force.always(),
      waitForDeletion: false,
      ...props,
    });
    outputCounts(scope, deletion, 'targetCount', 'endedCount', 'alreadyGoneCount');
  };
}

const thing = (fields?: Parameters<typeof scene.aws.things.create>[0]) => scene.aws.things.create(fields).Id;
const isRegistered = (id: string) => scene.aws.things.list().some(({ Id }) => Id === id);

describe('ManagedThings.matching', () => {
  test('deletes the things of three pages, each once, though they vanish from the list meanwhile', async () => {
    const things = Array.from({ length: 250 }, () => scene.aws.things.create({ Owner: 'us' }).Id);
    const theirs = scene.aws.things.create({ Owner: 'them' }).Id;
    const before = scene.aws.calls.length;
    await scene.stack.deploy(remove(() => ManagedThings.matching({ owner: 'us' })));
    expect(await scene.stack.outputs()).toEqual({ targetCount: '250', endedCount: '250', alreadyGoneCount: '0' });
    expect(
      scene.aws.calls
        .slice(before)
        .filter(({ method, path }) => method === 'DELETE' && path.startsWith('/managed-things/'))
        .map(({ path }) => path.split('/')[2])
        .sort(),
    ).toEqual(things.sort());
    expect(scene.aws.things.list().map(({ Id }) => Id)).toEqual([theirs]);
  });

  test.each<[string, () => [ManagedThingFilter, string]]>([
    [
      'a credential locker',
      () => {
        const locker = scene.aws.things.createCredentialLocker().Id;
        return [{ credentialLockerId: locker }, thing({ CredentialLockerId: locker })];
      },
    ],
    [
      'a parent and a role',
      () => {
        const hub = thing({ Role: 'CONTROLLER' });
        return [{ parentControllerId: hub, role: ManagedThingRole.DEVICE }, thing({ ParentControllerId: hub })];
      },
    ],
    ['a serial number', () => [{ serialNumber: 'SN 42' }, thing({ SerialNumber: 'SN 42' })]],
    ['a device of a connector', () => [{ connectorDeviceId: 'device@cloud' }, thing({ ConnectorDeviceId: 'device@cloud' })]],
    ['a status', () => [{ provisioningStatus: ProvisioningStatus.ISOLATED }, thing({ ProvisioningStatus: 'ISOLATED' })]],
    ['a role', () => [{ role: ManagedThingRole.CONTROLLER }, thing({ Role: 'CONTROLLER' })]],
  ])('finds those of %s alone', async (_, make) => {
    for (const { Id } of scene.aws.things.list()) scene.aws.things.delete(Id);
    const others = [thing(), thing({ SerialNumber: 'SN 4', ConnectorDeviceId: 'device', Owner: 'us' })];
    const [filter, id] = make();
    await scene.stack.deploy(remove(() => ManagedThings.matching(filter)));
    expect(await scene.stack.outputs()).toEqual({ targetCount: '1', endedCount: '1', alreadyGoneCount: '0' });
    expect(isRegistered(id)).toBe(false);
    expect(others.every(isRegistered)).toBe(true);
  });

  test('finds those of a connector, which cannot be deleted by themselves', async () => {
    const connected = thing({ ConnectorDestinationId: 'cloud-1' });
    await expect(scene.stack.deploy(remove(() => ManagedThings.matching({ connectorDestinationId: 'cloud-1' })))).rejects.toThrow(
      `1 of 1 managed things could not be deleted (1 CloudToCloudDevice), for example ${connected}`,
    );
  });

  test('what the service refuses fails the deploy, also one that would only look', async () => {
    const withBadFilter = (template: any) => {
      for (const { Type, Properties } of Object.values<any>(template.Resources)) {
        if (Type === 'Custom::ManagedThingDeletion') Properties.Targets.Filter.OwnerFilter = 'not allowed';
      }
    };
    await expect(
      scene.stack.deploy(
        remove(() => ManagedThings.matching({ owner: 'us' }), { runOn: [Moment.TEARDOWN] }),
        withBadFilter,
      ),
    ).rejects.toThrow(
      "managed things could not be listed: ValidationException: 1 validation error detected: Value at 'ownerFilter' failed to satisfy constraint",
    );
  });
});

test('ManagedThings.fromTable', async () => {
  const [lamp, lock] = [scene.aws.things.create().Id, scene.aws.things.create().Id];
  await createTable(scene.aws, 'Things', [{ thing: { S: lamp } }, { thing: { S: 'not a thing' } }, { thing: { S: 'gone' } }, { name: { S: lock } }]);
  await expect(
    scene.stack.deploy(remove((scope) => ManagedThings.fromTable(Table.fromTableName(scope, 'Table', 'Things'), { attribute: 'thing' }))),
  ).rejects.toThrow('1 of 3 managed things could not be deleted (1 InvalidTarget), for example not a thing: is not a managed thing identifier');
  await until(() => !isRegistered(lamp));
  expect(isRegistered(lock)).toBe(true);
});

test('ManagedThings.fromManifest, as it is when the stack is destroyed', async () => {
  const lamp = scene.aws.things.create().Id;
  scene.aws.s3.buckets.set('things', { objects: new Map(), sseAlgorithm: 'AES256' });
  scene.aws.s3.put('things', 'things.jsonl', Buffer.from('{"id":"later"}'));
  await scene.stack.deploy(
    remove(
      (scope) => ManagedThings.fromManifest(Bucket.fromBucketName(scope, 'Bucket', 'things'), 'things.jsonl', { format: ManifestFormat.jsonLines('id') }),
      { runOn: [Moment.TEARDOWN] },
    ),
  );
  scene.aws.s3.put('things', 'things.jsonl', Buffer.from(`{"id":"later"}\n{"id":"${lamp}"}\n`));
  await scene.stack.destroy();
  expect(isRegistered(lamp)).toBe(false);
});
