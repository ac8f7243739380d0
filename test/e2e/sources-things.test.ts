import { CfnOutput, type Stack } from 'aws-cdk-lib';
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
import { LocalAws } from '../../local-aws/local-aws';
import { until } from '../support/mqtt-device';
import { createTable } from '../support/table';
import { TestStack } from '../support/test-stack';

let aws: LocalAws;
let stacks = 0;
let stack: TestStack;

beforeAll(async () => {
  aws = await LocalAws.start({ quotas: { things: 'none' } });
});
afterAll(() => aws.stop());
beforeEach(() => {
  stack = new TestStack(aws, `ThingSources${(stacks += 1)}`);
});

function remove(things: (scope: Stack) => ManagedThings, props: Partial<ManagedThingDeletionProps> = {}) {
  return (scope: Stack) => {
    const deletion = new ManagedThingDeletion(scope, 'Things', {
      things: things(scope),
      runOn: [Moment.DEPLOY],
      requestsPerSecond: 2_000,
      force: Force.always(),
      waitForDeletion: false,
      ...props,
    });
    for (const name of ['targetCount', 'endedCount', 'alreadyGoneCount'] as const) new CfnOutput(scope, name, { value: deletion[name] });
  };
}

const isRegistered = (id: string) => aws.things.list().some(({ Id }) => Id === id);

describe('ManagedThings.matching', () => {
  test('deletes the things of three pages, each once, though they vanish from the list meanwhile', async () => {
    const things = Array.from({ length: 250 }, () => aws.things.create({ Owner: 'us' }).Id);
    const theirs = aws.things.create({ Owner: 'them' }).Id;
    const before = aws.calls.length;
    await stack.deploy(remove(() => ManagedThings.matching({ owner: 'us' })));
    expect(await stack.outputs()).toEqual({ targetCount: '250', endedCount: '250', alreadyGoneCount: '0' });
    expect(
      aws.calls
        .slice(before)
        .filter(({ method, path }) => method === 'DELETE' && path.startsWith('/managed-things/'))
        .map(({ path }) => path.split('/')[2])
        .sort(),
    ).toEqual(things.sort());
    expect(aws.things.list().map(({ Id }) => Id)).toEqual([theirs]);
  });

  test('is asked with each filter', async () => {
    const locker = aws.things.createCredentialLocker().Id;
    const hub = aws.things.create({ Role: 'CONTROLLER' }).Id;
    const filters: Array<[ManagedThingFilter, string]> = [
      [{ credentialLockerId: locker }, aws.things.create({ CredentialLockerId: locker }).Id],
      [{ parentControllerId: hub, role: ManagedThingRole.DEVICE }, aws.things.create({ ParentControllerId: hub }).Id],
      [{ serialNumber: 'SN 42' }, aws.things.create({ SerialNumber: 'SN 42' }).Id],
      [{ connectorDeviceId: 'device@cloud' }, aws.things.create({ ConnectorDeviceId: 'device@cloud' }).Id],
      [{ provisioningStatus: ProvisioningStatus.ISOLATED }, aws.things.create({ ProvisioningStatus: 'ISOLATED' }).Id],
      [{ role: ManagedThingRole.CONTROLLER }, hub],
    ];
    for (const [n, [filter, id]] of filters.entries()) {
      expect(isRegistered(id)).toBe(true);
      const one = new TestStack(aws, `Filter${n}`);
      await one.deploy(remove(() => ManagedThings.matching(filter)));
      expect([filter, await one.outputs()]).toEqual([filter, { targetCount: '1', endedCount: '1', alreadyGoneCount: '0' }]);
      expect(isRegistered(id)).toBe(false);
    }
    const connected = aws.things.create({ ConnectorDestinationId: 'cloud-1' }).Id;
    await expect(stack.deploy(remove(() => ManagedThings.matching({ connectorDestinationId: 'cloud-1' })))).rejects.toThrow(
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
      stack.deploy(
        remove(() => ManagedThings.matching({ owner: 'us' }), { runOn: [Moment.TEARDOWN] }),
        withBadFilter,
      ),
    ).rejects.toThrow(
      "managed things could not be listed: ValidationException: 1 validation error detected: Value at 'ownerFilter' failed to satisfy constraint",
    );
  });
});

test('ManagedThings.fromTable', async () => {
  const [lamp, lock] = [aws.things.create().Id, aws.things.create().Id];
  await createTable(aws, 'Things', [{ thing: { S: lamp } }, { thing: { S: 'not a thing' } }, { thing: { S: 'gone' } }, { name: { S: lock } }]);
  await expect(stack.deploy(remove((scope) => ManagedThings.fromTable(Table.fromTableName(scope, 'Table', 'Things'), { attribute: 'thing' })))).rejects.toThrow(
    '1 of 3 managed things could not be deleted (1 InvalidTarget), for example not a thing: is not a managed thing identifier',
  );
  await until(() => !isRegistered(lamp));
  expect(isRegistered(lock)).toBe(true);
});

test('ManagedThings.fromManifest, as it is when the stack is destroyed', async () => {
  const lamp = aws.things.create().Id;
  aws.s3.buckets.set('things', { objects: new Map(), sseAlgorithm: 'AES256' });
  aws.s3.put('things', 'things.jsonl', Buffer.from('{"id":"later"}'));
  await stack.deploy(
    remove(
      (scope) => ManagedThings.fromManifest(Bucket.fromBucketName(scope, 'Bucket', 'things'), 'things.jsonl', { format: ManifestFormat.jsonLines('id') }),
      { runOn: [Moment.TEARDOWN] },
    ),
  );
  aws.s3.put('things', 'things.jsonl', Buffer.from(`{"id":"later"}\n{"id":"${lamp}"}\n`));
  await stack.destroy();
  expect(isRegistered(lamp)).toBe(false);
});
