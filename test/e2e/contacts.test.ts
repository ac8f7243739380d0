import { type Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Contacts, ContactStop, Moment, type ContactStopProps } from '../../lib';
import { until } from '../../local-aws/test/support/mqtt-device';
import { startChat } from '../support/chat-customer';
import { Scene, set } from '../support/scene';
import { createTable } from '../support/table';
import { outputCounts } from '../support/outputs';

/* Contacts, by the shipped handler under the permissions that the template grants. */

const scene = set(new Scene('Contacts', { quotas: { connect: 'none' } }));

function stop(contacts: (scope: Stack) => Contacts, props: Partial<ContactStopProps> = {}) {
  return (scope: Stack) => {
    const it = new ContactStop(scope, scene.id, { instanceArn: scene.aws.connect.instanceArn, contacts: contacts(scope), requestsPerSecond: 50, ...props });
    outputCounts(scope, it, 'targetCount', 'endedCount', 'alreadyGoneCount');
  };
}

const task = (options: object = {}) => scene.aws.connect.startContact({ channel: 'TASK', ...options }).id;
const isLive = (id: string) => scene.aws.connect.endOf(id) === undefined;

test('ends chats and tasks on teardown, for customers who are in them, and leaves others alone', async () => {
  const [customer, other] = [await startChat(scene.aws), await startChat(scene.aws)];
  const called = task();
  await scene.stack.deploy(stop(() => Contacts.ids(customer.contactId, called)));
  expect([customer.isConnected(), isLive(called)]).toEqual([true, true]);
  await scene.stack.destroy();
  await until(() => !customer.isConnected());
  expect([isLive(called), other.isConnected()]).toEqual([false, true]);
  other.leave();
});

test('what is already gone counts as a success, and so does a destroy that is tried again', async () => {
  const [live, over] = [task(), task()];
  scene.aws.connect.endContact(over);
  await scene.stack.deploy(stop(() => Contacts.ids(live, over, 'never-there'), { runOn: [Moment.DEPLOY, Moment.TEARDOWN] }));
  expect(await scene.stack.outputs()).toEqual({ targetCount: '3', endedCount: '1', alreadyGoneCount: '2' });
  await scene.stack.destroy();
});

test('a deploy that is rolled back stops nothing', async () => {
  const id = task();
  const broken = (template: any) => {
    template.Resources.Broken = {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { PolicyDocument: { Statement: [] } },
      DependsOn: Object.keys(template.Resources).filter((name) => template.Resources[name].Type === 'Custom::ContactStop'),
    };
  };
  await expect(
    scene.stack.deploy(
      stop(() => Contacts.ids(id), { runOn: [Moment.TEARDOWN, Moment.REMOVAL] }),
      broken,
    ),
  ).rejects.toThrow();
  expect(isLive(id)).toBe(true);
});

test('finds what is in progress when the stack is destroyed, in the queues that are meant', async () => {
  const before = task({ queueId: 'q1' });
  await scene.stack.deploy(stop(() => Contacts.inProgress({ queues: ['q1'] })));
  const [later, elsewhere] = [task({ queueId: 'q1' }), task({ queueId: 'q2' })];
  scene.aws.connect.endContact(before);
  await scene.stack.destroy();
  expect([isLive(later), isLive(elsewhere)]).toEqual([false, true]);
  scene.aws.connect.endContact(elsewhere);
});

test('more contacts in progress than maxTargets fail the deploy that only looks', async () => {
  const ids = [task({ queueId: 'q3' }), task({ queueId: 'q3' })];
  await expect(scene.stack.deploy(stop(() => Contacts.inProgress({ queues: ['q3'] }), { maxTargets: 1 }))).rejects.toThrow(/2 contacts .* maxTargets/);
  expect(ids.every(isLive)).toBe(true);
});

test('Contacts.fromTable and fromManifest', async () => {
  const [listed, filed] = [task(), task()];
  await createTable(scene.aws, 'ContactIds', [{ contact: { S: listed } }]);
  scene.aws.s3.buckets.set('contacts', { objects: new Map(), sseAlgorithm: 'AES256' });
  scene.aws.s3.put('contacts', 'contacts.txt', Buffer.from(`${filed}\n`));
  await scene.stack.deploy(
    stop((scope) => Contacts.fromTable(Table.fromTableName(scope, 'Table', 'ContactIds'), { attribute: 'contact' }), { runOn: [Moment.DEPLOY] }),
  );
  expect([isLive(listed), isLive(filed)]).toEqual([false, true]);
  await scene.next();
  await scene.stack.deploy(
    stop((scope) => Contacts.fromManifest(Bucket.fromBucketName(scope, 'Bucket', 'contacts'), 'contacts.txt'), { runOn: [Moment.DEPLOY] }),
  );
  expect(isLive(filed)).toBe(false);
});
