import { CfnResource, type Stack } from 'aws-cdk-lib';
import { ManagedThingDeletion, ManagedThings, Moment, MqttClients, MqttDisconnection } from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';
import { TestStack } from '../../local-aws/test/support/test-stack';

/* Each row of the table of moments: a stack for each way to get there, side by side. */

let aws: LocalAws;
let hub: string;
let child: string;
let seen = 0;
let step = 0;

beforeAll(async () => {
  aws = await LocalAws.start({ quotas: { iot: 'none', things: 'none' } });
  hub = aws.things.create({ Role: 'CONTROLLER', acknowledgesAfter: 0 }).Id;
  child = aws.things.create({ ParentControllerId: hub, acknowledgesAfter: 0 }).Id;
});
afterAll(() => aws.stop());

/** The clients that DeleteConnection was called for since this was last asked. */
function disconnected(): string[] {
  const calls = aws.calls.slice(seen).filter(({ method, path }) => method === 'DELETE' && path.startsWith('/connections/'));
  seen = aws.calls.length;
  return calls.map(({ path }) => path.slice('/connections/'.length)).sort();
}

/** With a resource that is always there and always changes, as a stack must have one and an update must have something to do. */
function stackOf(name: string, ids: string[], runOn?: Moment[], more: (stack: Stack) => void = () => undefined) {
  step += 1;
  return {
    name,
    declare: (stack: Stack) => {
      new CfnResource(stack, 'Always', { type: 'AWS::SSM::Parameter', properties: { Type: 'String', Value: `step ${step}` } });
      if (ids.length > 0) new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids(...ids.map((id) => `${name}-${id}`)), runOn });
      more(stack);
    },
  };
}

/** Fails after all else. */
function fail(stack: Stack): void {
  const broken = new CfnResource(stack, 'Broken', {
    type: 'AWS::IAM::ManagedPolicy',
    properties: { PolicyDocument: { Version: '2012-10-17', Statement: [] } },
  });
  broken.node.addDependency(...stack.node.children.filter((one) => one !== broken));
}

function withHub(stack: Stack): void {
  new ManagedThingDeletion(stack, 'Hub', { things: ManagedThings.ids(hub), runOn: [Moment.TEARDOWN] });
}

const deploy = (...stacks: Array<ReturnType<typeof stackOf>>) => Promise.all(stacks.map(({ name, declare }) => new TestStack(aws, name).deploy(declare)));
const destroy = (...names: string[]) => Promise.all(names.map((name) => new TestStack(aws, name).destroy()));

test('Create: acts if runOn has DEPLOY', async () => {
  await deploy(
    stackOf('Grows', ['a'], [Moment.DEPLOY]),
    stackOf('Shrinks', ['a', 'b'], [Moment.REMOVAL]),
    stackOf('ShrinksByDefault', ['a', 'b']),
    stackOf('LosesIt', ['a'], [Moment.REMOVAL]),
    stackOf('LosesItByDefault', ['a']),
    stackOf('Stays', ['a']),
    stackOf('RollsBack', ['a', 'b'], [Moment.REMOVAL, Moment.TEARDOWN]),
    stackOf('FailsToGo', ['a'], [Moment.TEARDOWN], withHub),
    stackOf('All', ['a'], [Moment.DEPLOY, Moment.REMOVAL, Moment.TEARDOWN]),
  );
  expect(disconnected()).toEqual(['All-a', 'Grows-a']);
});

test('Update: DEPLOY acts on the ids that are new, REMOVAL on those that left; what leaves the template is left alone by default', async () => {
  await deploy(
    stackOf('Grows', ['a', 'b'], [Moment.DEPLOY]),
    stackOf('Shrinks', ['a'], [Moment.REMOVAL]),
    stackOf('ShrinksByDefault', ['a']),
    stackOf('LosesIt', []),
    stackOf('LosesItByDefault', []),
    stackOf('Stays', ['a']),
    stackOf('All', ['a'], [Moment.DEPLOY, Moment.REMOVAL, Moment.TEARDOWN]),
  );
  expect(disconnected()).toEqual(['Grows-b', 'LosesIt-a', 'Shrinks-b']);
});

test('the undo of a failed deploy acts on nothing: neither the Delete of what was created, nor that of what was added', async () => {
  await expect(deploy(stackOf('NeverCreated', ['a'], [Moment.REMOVAL, Moment.TEARDOWN], fail))).rejects.toThrow('the stack is ROLLBACK_COMPLETE');
  expect(disconnected()).toEqual([]);
});

test('the undo of a failed update acts on nothing; what left the list under REMOVAL was told of before', async () => {
  await expect(deploy(stackOf('RollsBack', ['b', 'c'], [Moment.REMOVAL, Moment.TEARDOWN], fail))).rejects.toThrow('the stack is UPDATE_ROLLBACK_COMPLETE');
  expect(disconnected()).toEqual(['RollsBack-a']);
});

test('Delete: TEARDOWN acts, and a destroy that failed is finished by the next', async () => {
  await Promise.all([
    expect(destroy('FailsToGo')).rejects.toThrow(`1 of 1 managed things could not be deleted (1 HubHasChildren), for example ${hub}`),
    destroy('Grows', 'Shrinks', 'ShrinksByDefault', 'LosesIt', 'LosesItByDefault', 'Stays', 'RollsBack', 'All'),
  ]);
  expect(aws.cloudformation.stack('FailsToGo')?.status).toBe('DELETE_FAILED');
  aws.things.delete(child);
  await destroy('FailsToGo');
  expect(aws.things.list()).toEqual([]);
  // The thing that the failed one had disconnected is not disconnected again.
  expect(disconnected()).toEqual(['All-a', 'FailsToGo-a', 'RollsBack-a', 'RollsBack-b', 'ShrinksByDefault-a', 'Stays-a']);
});
