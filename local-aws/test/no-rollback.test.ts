import { LocalAws } from '../local-aws';
import { ALWAYS, custom, ScriptedFunction } from './scripted-function';
import { StackDriver } from './stack-driver';

/* That a stack whose rollback is disabled stops where it failed, and goes on, back or away from there. */

const DOCS = 'https://docs.aws.amazon.com/AWSCloudFormation/latest';
const FAILURE_OPTIONS = `${DOCS}/UserGuide/stack-failure-options.html`;
const NO_ROLLBACK = { DisableRollback: true };

let aws: LocalAws;
let stack: StackDriver;
let provider: ScriptedFunction;
beforeEach(async () => {
  aws = await LocalAws.start();
  stack = new StackDriver(aws);
  provider = new ScriptedFunction(aws);
});
afterEach(async () => {
  stack.client.destroy();
  await aws.stop();
});

const requestsOf = (id: string) => provider.asked.filter((line) => line.split(' ')[1] === id);
const failsOnce = (properties = {}) => custom({ Create: { fails: 1, id: 'half' } }, properties);
const log = (policy: string) => ({ Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'kept' }, DeletionPolicy: policy });

describe(`a create without rollback (${FAILURE_OPTIONS})`, () => {
  test.each([
    ['DisableRollback', NO_ROLLBACK],
    ['OnFailure DO_NOTHING', { OnFailure: 'DO_NOTHING' }],
  ])('stays as it is: %s', async (_, options) => {
    const found = await stack.deploy({ Good: custom(), Bad: failsOnce() }, {}, options);
    expect(found).toMatchObject({
      StackStatus: 'CREATE_FAILED',
      StackStatusReason: 'The following resource(s) failed to create: [Bad].',
      DisableRollback: true,
    });
    expect(provider.asked.filter((line) => line.startsWith('Delete'))).toEqual([]);
  });

  test('goes on with what does not depend on the failure', async () => {
    await stack.deploy(
      {
        Bad: failsOnce(),
        Slow: custom({ Create: { after: 'Bad CREATE_FAILED' } }),
        After: custom({}, {}, { DependsOn: 'Slow' }),
        Never: custom({}, {}, { DependsOn: 'Bad' }),
      },
      {},
      NO_ROLLBACK,
    );
    const events = await stack.events();
    expect(events).toEqual(expect.arrayContaining(['Slow CREATE_COMPLETE', 'After CREATE_COMPLETE']));
    expect(requestsOf('Never')).toEqual([]);
  });

  test('goes on from there with an update: deletes what failed, creates it and the rest, leaves alone what is done', async () => {
    const resources = { Good: custom(), Bad: failsOnce(), Next: custom({}, {}, { DependsOn: 'Bad' }) };
    await stack.deploy(resources, {}, NO_ROLLBACK);
    const before = provider.asked.length;
    expect((await stack.deploy(resources, {}, NO_ROLLBACK)).StackStatus).toBe('UPDATE_COMPLETE');
    expect(provider.asked.slice(before)).toEqual(['Delete Bad half UPDATE_IN_PROGRESS', 'Create Bad - UPDATE_IN_PROGRESS', 'Create Next - UPDATE_IN_PROGRESS']);
  });

  test('cannot go on with rollback (https://github.com/aws/aws-cdk/issues/30546)', async () => {
    await stack.deploy({ Bad: failsOnce() }, {}, NO_ROLLBACK);
    await expect(stack.deploy({ Bad: failsOnce() })).rejects.toThrow(
      'This stack is currently in a non-terminal [CREATE_FAILED] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API',
    );
  });

  test(`keeps the failed nested stack, and a delete deletes it (https://github.com/localstack/localstack/blob/main/tests/aws/services/cloudformation/api/test_nested_stacks.py)`, async () => {
    const resources = { Child: stack.nested({ Good: custom(), Bad: failsOnce() }) };
    expect((await stack.deploy(resources, {}, NO_ROLLBACK)).StackStatus).toBe('CREATE_FAILED');
    const child = stack.childId('Child');
    expect((await stack.describe(child)).StackStatus).toBe('CREATE_FAILED');
    await stack.delete();
    expect((await stack.describe(child)).StackStatus).toBe('DELETE_COMPLETE');
    expect(provider.asked.filter((line) => line.startsWith('Delete')).sort()).toEqual([
      'Delete Bad half DELETE_IN_PROGRESS in DELETE_IN_PROGRESS',
      'Delete Good good DELETE_IN_PROGRESS in DELETE_IN_PROGRESS',
    ]);
  });

  test('goes on inside the nested stack that failed (inferred)', async () => {
    const resources = { Child: stack.nested({ Good: custom(), Bad: failsOnce() }) };
    await stack.deploy(resources, {}, NO_ROLLBACK);
    const child = stack.childId('Child');
    expect((await stack.deploy(resources, {}, NO_ROLLBACK)).StackStatus).toBe('UPDATE_COMPLETE');
    expect(await stack.statuses(child)).toEqual([
      'CREATE_IN_PROGRESS',
      'CREATE_FAILED',
      'UPDATE_IN_PROGRESS',
      'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_COMPLETE',
    ]);
    expect(requestsOf('Good')).toHaveLength(1);
  });

  test(`is undone by RollbackStack, as nothing was stable before (${DOCS}/APIReference/API_RollbackStack.html)`, async () => {
    await stack.deploy({ Good: custom(), Bad: failsOnce(), Log: log('Retain') }, {}, NO_ROLLBACK);
    expect((await stack.rollBack({ RetainExceptOnCreate: true })).StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(requestsOf('Good').at(-1)).toBe('Delete Good good ROLLBACK_IN_PROGRESS');
    expect(aws.logs.groups.has('kept')).toBe(false);
  });

  test('retains in a RollbackStack without RetainExceptOnCreate', async () => {
    await stack.deploy({ Bad: failsOnce(), Log: log('Retain') }, {}, NO_ROLLBACK);
    await stack.rollBack();
    expect(aws.logs.groups.has('kept')).toBe(true);
  });
});

describe(`an update without rollback (${FAILURE_OPTIONS})`, () => {
  const first = { Good: custom(), Bad: custom(), Gone: custom() };
  const second = { Good: custom({}, { Size: 2 }), Bad: custom({ Update: { fails: 1 } }, { Size: 2 }), New: custom() };
  const updates = (id: string) => requestsOf(id).slice(1);

  test('takes the failed resource back to its stable state, keeps the others updated, and deletes nothing', async () => {
    await stack.deploy(first);
    expect(await stack.deploy(second, {}, NO_ROLLBACK)).toMatchObject({
      StackStatus: 'UPDATE_FAILED',
      StackStatusReason: 'The following resource(s) failed to update: [Bad].',
    });
    expect(updates('Good')).toEqual(['Update Good good UPDATE_IN_PROGRESS']);
    expect(updates('Bad')).toEqual(['Update Bad bad UPDATE_IN_PROGRESS', 'Update Bad bad UPDATE_IN_PROGRESS']);
    expect(aws.cloudformation.stack('Test')!.resources.get('Bad')).toMatchObject({
      status: 'UPDATE_FAILED',
      reason: expect.stringContaining('as the script says'),
    });
    expect(updates('Gone')).toEqual([]);
  });

  test('goes on with the same template: updates only what failed, and cleans up', async () => {
    await stack.deploy(first);
    await stack.deploy(second, {}, NO_ROLLBACK);
    const before = provider.asked.length;
    expect((await stack.deploy(second, {}, NO_ROLLBACK)).StackStatus).toBe('UPDATE_COMPLETE');
    expect(provider.asked.slice(before)).toEqual(['Update Bad bad UPDATE_IN_PROGRESS', 'Delete Gone gone UPDATE_COMPLETE_CLEANUP_IN_PROGRESS']);
  });

  test(`goes back with RollbackStack to the last stable state, over several failed updates (${DOCS}/APIReference/API_RollbackStack.html)`, async () => {
    await stack.deploy(first);
    await stack.deploy(second, {}, NO_ROLLBACK);
    await stack.deploy({ ...second, Good: custom({}, { Size: 3 }), Bad: custom({ Update: { fails: ALWAYS } }, { Size: 3 }) }, {}, NO_ROLLBACK);
    const before = provider.asked.length;
    expect((await stack.rollBack()).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(provider.asked.slice(before)).toEqual([
      'Update Good good UPDATE_ROLLBACK_IN_PROGRESS',
      'Delete New new UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    ]);
    const { ResourceProperties, OldResourceProperties } = aws.cloudformation.exchanges[before].request;
    expect([ResourceProperties.Size, OldResourceProperties!.Size]).toEqual([undefined, '3']);
  });

  test('stops in the nested stack too, and goes back in it (inferred)', async () => {
    await stack.deploy({ Child: stack.nested({ Bad: custom() }) });
    const child = stack.childId('Child');
    await stack.deploy({ Child: stack.nested({ Bad: custom({ Update: { fails: 1 } }, { Size: 2 }) }) }, {}, NO_ROLLBACK);
    expect(await stack.describe(child)).toMatchObject({ StackStatus: 'UPDATE_FAILED', DisableRollback: true });
    expect(updates('Bad')).toEqual(Array(2).fill('Update Bad bad UPDATE_IN_PROGRESS in UPDATE_IN_PROGRESS'));
    expect((await stack.rollBack()).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await stack.describe(child)).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test('refuses to replace (https://github.com/aws/aws-cdk/issues/30546)', async () => {
    const parameter = (Name: string) => ({ Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Name, Type: 'String', Value: 'x' } } });
    await stack.deploy(parameter('/old'));
    await stack.deploy(parameter('/new'), {}, NO_ROLLBACK);
    expect(await stack.reason('Parameter', 'UPDATE_FAILED')).toBe('Replacement type updates not supported on stack with disable-rollback.');
    expect([...aws.ssm.parameters.keys()]).toEqual(['/old']);
  });

  test('deletes what each of several updates replaced (inferred)', async () => {
    await stack.deploy({ It: custom({ Create: { id: 'one' } }) });
    for (const id of ['two', 'three'])
      await stack.deploy({ It: custom({ Update: { id } }), Bad: custom({ Create: { fails: ALWAYS } }, {}, { DependsOn: 'It' }) }, {}, NO_ROLLBACK);
    expect((await stack.deploy({ It: custom({ Update: { id: 'three' } }) }, {}, NO_ROLLBACK)).StackStatus).toBe('UPDATE_COMPLETE');
    expect(requestsOf('It').filter((line) => line.startsWith('Delete'))).toEqual(
      ['one', 'two'].map((id) => `Delete It ${id} UPDATE_COMPLETE_CLEANUP_IN_PROGRESS`),
    );
  });

  test('deletes with the stack what was replaced (inferred)', async () => {
    await stack.deploy({ It: custom({ Create: { id: 'one' } }) });
    await stack.deploy({ It: custom({ Update: { id: 'two' } }), Bad: custom({ Create: { fails: ALWAYS } }, {}, { DependsOn: 'It' }) }, {}, NO_ROLLBACK);
    await stack.delete();
    expect(requestsOf('It').slice(2)).toEqual(['one', 'two'].map((id) => `Delete It ${id} DELETE_IN_PROGRESS`));
  });
});
