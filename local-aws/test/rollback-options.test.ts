import { CreateChangeSetCommand, DescribeChangeSetCommand, ExecuteChangeSetCommand } from '@aws-sdk/client-cloudformation';
import { LocalAws } from '../local-aws';
import { ALWAYS, custom, ScriptedFunction } from './scripted-function';
import { StackDriver } from './stack-driver';

/* That a failure has the end which its request chose, and that a rollback which failed can be continued. */

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

const failsOnce = (properties = {}) => custom({ Create: { fails: 1, id: 'half' } }, properties);

describe(`OnFailure (${DOCS}/APIReference/API_CreateStack.html)`, () => {
  test('DELETE deletes the stack (https://github.com/serverless/serverless/pull/2125, https://github.com/oss-serverless/osls/pull/169)', async () => {
    const { StackStatus } = await stack.deploy({ It: failsOnce() }, {}, { OnFailure: 'DELETE' });
    expect(StackStatus).toBe('DELETE_COMPLETE');
    expect(await stack.statuses()).toEqual(['CREATE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'DELETE_COMPLETE']);
    expect(await stack.reason('Test', 'DELETE_IN_PROGRESS')).toBe('The following resource(s) failed to create: [It]. Delete requested by user.');
  });

  test('ROLLBACK is the default', async () => {
    expect((await stack.deploy({ It: failsOnce() }, {}, { OnFailure: 'ROLLBACK' })).StackStatus).toBe('ROLLBACK_COMPLETE');
  });

  test.each([
    ['both ways of saying it', { OnFailure: 'DELETE', DisableRollback: true }],
    ['an unknown value', { OnFailure: 'RETRY' }],
  ])('refuses %s', async (_, options) => {
    await expect(stack.deploy({ It: custom() }, {}, options)).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

describe(`change sets (${DOCS}/APIReference/API_ExecuteChangeSet.html, ${FAILURE_OPTIONS})`, () => {
  let changeSets = 0;
  const execute = async (type: 'CREATE' | 'UPDATE', resources: object, created: object, executed: object) => {
    const { Id, StackId } = await stack.client.send(
      new CreateChangeSetCommand({
        StackName: 'Test',
        ChangeSetName: `changes-${++changeSets}`,
        ChangeSetType: type,
        TemplateBody: JSON.stringify({ Resources: resources }),
        ...created,
      }),
    );
    const { Changes } = await stack.client.send(new DescribeChangeSetCommand({ ChangeSetName: Id }));
    stack.id = StackId!;
    await stack.client.send(new ExecuteChangeSetCommand({ ChangeSetName: Id, ...executed }));
    return {
      ...(await stack.settled(StackId!)),
      changes: Changes!.map(({ ResourceChange }) => `${ResourceChange!.Action} ${ResourceChange!.LogicalResourceId}`),
    };
  };

  test('can be executed without rollback, and made for what failed', async () => {
    const resources = { Good: custom(), Bad: failsOnce() };
    expect((await execute('CREATE', resources, {}, NO_ROLLBACK)).StackStatus).toBe('CREATE_FAILED');
    await expect(execute('UPDATE', resources, {}, {})).rejects.toThrow('non-terminal [CREATE_FAILED] state');
    expect(await execute('UPDATE', resources, {}, NO_ROLLBACK)).toMatchObject({ StackStatus: 'UPDATE_COMPLETE', changes: ['Add Bad'] });
  });

  test('can say at once what becomes of a failure', async () => {
    expect((await execute('CREATE', { It: failsOnce() }, { OnStackFailure: 'DELETE' }, {})).StackStatus).toBe('DELETE_COMPLETE');
    await expect(execute('CREATE', { It: custom() }, { OnStackFailure: 'DO_NOTHING' }, NO_ROLLBACK)).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

describe(`ContinueUpdateRollback (${DOCS}/APIReference/API_ContinueUpdateRollback.html)`, () => {
  /* Bad cannot be updated, and on the way back Stuck fails as often as it is told. */
  const fail = async (fails: number) => {
    await stack.deploy({
      First: custom(),
      Stuck: custom({ Update: { fails: 1 + fails } }, {}, { DependsOn: 'First' }),
      Bad: custom({}, {}, { DependsOn: 'Stuck' }),
    });
    const found = await stack.deploy({
      First: custom({}, { Size: 2 }),
      Stuck: custom({}, { Size: 2 }, { DependsOn: 'First' }),
      Bad: custom({ Update: { fails: 1 } }, { Size: 2 }, { DependsOn: 'Stuck' }),
      New: custom(),
    });
    expect(found.StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
    return provider.asked.length;
  };

  test('tries again what is not undone, and then cleans up', async () => {
    const before = await fail(1);
    expect((await stack.continueRollback()).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(provider.asked.slice(before)).toEqual([
      'Update Stuck stuck UPDATE_ROLLBACK_IN_PROGRESS',
      'Update Bad bad UPDATE_ROLLBACK_IN_PROGRESS',
      'Delete New new UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    ]);
  });

  test('that fails again can be called again', async () => {
    await fail(2);
    expect((await stack.continueRollback()).StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
    expect((await stack.continueRollback()).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test('skips what it is told to skip, which counts as UPDATE_COMPLETE', async () => {
    const before = await fail(ALWAYS);
    expect((await stack.continueRollback(['Stuck'])).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(provider.asked.slice(before)).toEqual(['Update Bad bad UPDATE_ROLLBACK_IN_PROGRESS', 'Delete New new UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS']);
    expect(aws.cloudformation.stack('Test')!.resources.get('Stuck')!.status).toBe('UPDATE_COMPLETE');
  });

  test('skips nothing but what failed to go back', async () => {
    await fail(1);
    await expect(stack.rollBack()).rejects.toMatchObject({ name: 'ValidationError' });
    for (const id of ['First', 'Bad', 'Nothing', 'Child.It']) await expect(stack.continueRollback([id])).rejects.toMatchObject({ name: 'ValidationError' });
    expect((await stack.describe()).StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
  });

  test('is refused in any other state', async () => {
    await stack.deploy({ It: custom() });
    await expect(stack.continueRollback()).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(stack.rollBack()).rejects.toMatchObject({ name: 'ValidationError' });
  });
});
