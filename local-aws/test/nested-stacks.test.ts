import { DescribeStackEventsCommand, DescribeStacksCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { LocalAws } from '../local-aws';
import { ALWAYS, custom, ScriptedFunction } from './scripted-function';
import { StackDriver } from './stack-driver';

const DOCS = 'https://docs.aws.amazon.com/AWSCloudFormation/latest';
const REFERENCE = `${DOCS}/TemplateReference/aws-resource-cloudformation-stack.html`;
const TROUBLESHOOTING = `${DOCS}/UserGuide/troubleshooting.html, "Nested stacks are stuck"`;
/* Events of real deployments that other projects keep as test data. */
const RECORDINGS = 'https://github.com/aws-amplify/amplify-backend/blob/main/packages/cli-core/src/loggers/test-assets';

let aws: LocalAws;
let stack: StackDriver;
let provider: ScriptedFunction;
beforeEach(async () => {
  aws = await LocalAws.start();
  stack = new StackDriver(aws, 'Parent');
  provider = new ScriptedFunction(aws);
});
afterEach(async () => {
  stack.client.destroy();
  await aws.stop();
});

describe(`a nested stack (${REFERENCE})`, () => {
  test('gets parameters and tags, and gives outputs; Ref is its ARN', async () => {
    const template = {
      Parameters: { Size: { Type: 'String' }, List: { Type: 'CommaDelimitedList' } },
      Outputs: { Size: { Value: { Ref: 'Size' } }, First: { Value: { 'Fn::Select': [0, { Ref: 'List' }] } } },
    };
    const Child = stack.nested(
      { It: custom() },
      { template, properties: { Parameters: { Size: 5, List: ['a', 'b'] }, Tags: [{ Key: 'own', Value: '1' }], TimeoutInMinutes: 5 } },
    );
    const { Outputs } = await stack.deploy(
      { Child },
      {
        Outputs: {
          Arn: { Value: { Ref: 'Child' } },
          Size: { Value: { 'Fn::GetAtt': ['Child', 'Outputs.Size'] } },
          First: { Value: { 'Fn::Sub': '${Child.Outputs.First}' } },
        },
      },
      { Tags: [{ Key: 'team', Value: 'x' }] },
    );
    const values = Object.fromEntries(Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    expect(values).toEqual({ Arn: stack.childId('Child'), Size: '5', First: 'a' });
    const child = await stack.describe(values.Arn);
    expect(child).toMatchObject({ StackStatus: 'CREATE_COMPLETE', ParentId: stack.id, RootId: stack.id });
    expect(child.StackName).toMatch(/^Parent-Child-[0-9A-Z]{12}$/);
    expect(child.Tags).toEqual([
      { Key: 'team', Value: 'x' },
      { Key: 'own', Value: '1' },
    ]);
  });

  test(`in a nested stack has the topmost as its root (${DOCS}/APIReference/API_Stack.html)`, async () => {
    const { ParentId, RootId } = await stack.deploy({ Outer: stack.nested({ Inner: stack.nested({ It: custom() }) }) });
    expect([ParentId, RootId]).toEqual([undefined, undefined]);
    const outer = stack.childId('Outer');
    const inner = stack.childId('Inner', outer);
    expect(await stack.describe(inner)).toMatchObject({ ParentId: outer, RootId: stack.id });
    const { StackSummaries } = await stack.client.send(new ListStacksCommand({}));
    expect(StackSummaries!.find(({ StackId }) => StackId === inner)).toMatchObject({ ParentId: outer, RootId: stack.id });
    await stack.delete();
    await expect(stack.describe(inner)).resolves.toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
  });

  test('has its events within those of its parent, by their times', async () => {
    const handles = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`Handle${n}`, { Type: 'AWS::CloudFormation::WaitConditionHandle' }]));
    await stack.deploy({ Child: stack.nested(handles) });
    const child = stack.childId('Child');
    await stack.delete();
    const times = async (StackName: string) =>
      (await stack.client.send(new DescribeStackEventsCommand({ StackName }))).StackEvents!.map(({ Timestamp }) => Timestamp!.getTime());
    const [own, ofParent] = [await times(child), await times(stack.id)];
    expect(own.length).toBeGreaterThan(200);
    expect(Math.min(...own)).toBeGreaterThan(Math.min(...ofParent));
    expect(Math.max(...own)).toBeLessThan(Math.max(...ofParent));
  });

  test('refuses a property that it does not know', async () => {
    await stack.deploy({ Child: stack.nested({ It: custom() }, { properties: { NotificationARNs: [] } }) });
    expect(await stack.reason('Child', 'CREATE_FAILED')).toContain('AWS::CloudFormation::Stack with NotificationARNs');
  });

  test('needs the same capabilities as its parent', async () => {
    const role = { Type: 'AWS::IAM::Role', Properties: { RoleName: 'named', AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } } };
    await stack.deploy({ Child: stack.nested({ role }) }, {}, { Capabilities: ['CAPABILITY_IAM'] });
    expect(await stack.reason('Child', 'CREATE_FAILED')).toBe('Requires capabilities : [CAPABILITY_NAMED_IAM]');
  });
});

describe('a child that fails', () => {
  test('fails its parent with the reason, and is deleted in its rollback (https://github.com/aws/aws-cdk/issues/5974; CREATE_FAILED is inferred)', async () => {
    const { StackStatus } = await stack.deploy({ Child: stack.nested({ It: custom({ Create: { fails: 1 } }) }) });
    const { StackSummaries } = await stack.client.send(new ListStacksCommand({}));
    const child = StackSummaries!.find(({ ParentId }) => ParentId === stack.id)!.StackId!;
    expect(StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(await stack.reason('Child', 'CREATE_FAILED')).toBe(
      `Embedded stack ${child} was not successfully created: The following resource(s) failed to create: [It].`,
    );
    expect(await stack.statuses(child)).toEqual(['CREATE_IN_PROGRESS', 'CREATE_FAILED', 'DELETE_IN_PROGRESS', 'DELETE_COMPLETE']);
  });

  test('that is cancelled for a failed neighbour says so, and is deleted', async () => {
    await stack.deploy({ Child: stack.nested({ It: custom({ Create: { silent: true } }) }), Bad: custom({ Create: { fails: 1 } }) });
    expect(await stack.reason('Child', 'CREATE_FAILED')).toBe('Resource creation cancelled');
    expect(provider.asked).toContain('Delete It (invented) DELETE_IN_PROGRESS in ROLLBACK_IN_PROGRESS');
  });

  test(`to update waits in UPDATE_ROLLBACK_IN_PROGRESS for its parent, and is rolled back with it (${RECORDINGS}/failed_auth_structured_cdk_events.ts)`, async () => {
    await stack.deploy({ Child: stack.nested({ It: custom() }) });
    const child = stack.childId('Child');
    await stack.deploy({ Child: stack.nested({ It: custom({ Update: { fails: 1 } }, { Size: 2 }) }) });
    expect(await stack.reason('Child', 'UPDATE_FAILED')).toBe(
      `Embedded stack ${child} was not successfully updated. Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: The following resource(s) failed to update: [It].`,
    );
    expect((await stack.statuses(child)).slice(2)).toEqual([
      'UPDATE_IN_PROGRESS',
      'UPDATE_ROLLBACK_IN_PROGRESS',
      'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(provider.asked.slice(1)).toEqual([
      'Update It it UPDATE_IN_PROGRESS in UPDATE_IN_PROGRESS',
      'Update It it UPDATE_ROLLBACK_IN_PROGRESS in UPDATE_ROLLBACK_IN_PROGRESS',
    ]);
  });

  test(`to delete leaves its parent DELETE_FAILED, and the next delete goes on (${DOCS}/APIReference/API_DeleteStack.html)`, async () => {
    await stack.deploy({ Child: stack.nested({ It: custom({ Delete: { fails: 1 } }) }) });
    const child = stack.childId('Child');
    expect((await stack.delete()).StackStatus).toBe('DELETE_FAILED');
    expect(await stack.reason('Child', 'DELETE_FAILED')).toBe(
      `Embedded stack ${child} was not successfully deleted: The following resource(s) failed to delete: [It]. `,
    );
    expect((await stack.delete()).StackStatus).toBe('DELETE_COMPLETE');
    expect((await stack.describe(child)).StackStatus).toBe('DELETE_COMPLETE');
  });
});

describe('an update of the parent', () => {
  test(`that leaves a child out deletes it in the cleanup (${RECORDINGS}/delete_function_storage_cdk_events.ts)`, async () => {
    await stack.deploy({ Other: custom(), Child: stack.nested({ It: custom() }) });
    const child = stack.childId('Child');
    await stack.deploy({ Other: custom() });
    expect(provider.asked.at(-1)).toBe('Delete It it DELETE_IN_PROGRESS in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    await expect(stack.client.send(new DescribeStacksCommand({ StackName: child.split('/')[1] }))).rejects.toMatchObject({ name: 'ValidationError' });
  });

  test(`cleans a child up only when all of it has succeeded (${TROUBLESHOOTING}; ${RECORDINGS}/delete_function_storage_cdk_events.ts)`, async () => {
    await stack.deploy({ Child: stack.nested({ It: custom(), Gone: custom() }), Late: custom() });
    await stack.deploy({ Child: stack.nested({ It: custom() }), Late: custom({}, { Size: 2 }, { DependsOn: 'Child' }) });
    expect(provider.asked.slice(3)).toEqual([
      'Update Late late UPDATE_IN_PROGRESS',
      'Delete Gone gone UPDATE_COMPLETE_CLEANUP_IN_PROGRESS in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    ]);
    expect((await stack.events()).slice(-4)).toEqual([
      'Late UPDATE_COMPLETE',
      'Parent UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'Child UPDATE_COMPLETE',
      'Parent UPDATE_COMPLETE',
    ]);
    expect((await stack.statuses(stack.childId('Child'))).slice(-3)).toEqual(['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE']);
  });

  test(`that fails after the child was updated rolls it back, and what left it stays (${TROUBLESHOOTING})`, async () => {
    await stack.deploy({ Child: stack.nested({ It: custom(), Gone: custom() }), Late: custom() });
    const { StackStatus } = await stack.deploy({
      Child: stack.nested({ It: custom({}, { Size: 2 }), New: custom() }),
      Late: custom({ Update: { fails: 1 } }, { Size: 2 }, { DependsOn: 'Child' }),
    });
    expect(StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    const child = stack.childId('Child');
    expect((await stack.statuses(child)).slice(2)).toEqual([
      'UPDATE_IN_PROGRESS',
      'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_ROLLBACK_IN_PROGRESS',
      'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(provider.asked.filter((line) => / (Gone|New) /.test(line)).slice(1)).toEqual([
      'Create New - UPDATE_IN_PROGRESS in UPDATE_IN_PROGRESS',
      'Delete New new UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS in UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    ]);
    await stack.delete();
    expect(provider.asked).toContain('Delete Gone gone DELETE_IN_PROGRESS in DELETE_IN_PROGRESS');
  });

  test(`looks at each child, and changes none that has not changed (${REFERENCE}; ${RECORDINGS}/delete_function_storage_cdk_events.ts)`, async () => {
    const Child = stack.nested({ It: custom() });
    await stack.deploy({ Child });
    await stack.deploy({ Child, Other: custom() });
    expect(await stack.events()).toEqual(expect.arrayContaining(['Child UPDATE_IN_PROGRESS', 'Child UPDATE_COMPLETE']));
    expect(await stack.statuses(stack.childId('Child'))).toEqual(['CREATE_IN_PROGRESS', 'CREATE_COMPLETE']);
  });

  test(`whose child cannot go back leaves both UPDATE_ROLLBACK_FAILED; the rollback goes on from the root only (${DOCS}/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html)`, async () => {
    const before = { Child: stack.nested({ It: custom({ Update: { fails: 2 } }) }), Late: custom() };
    await stack.deploy(before);
    const child = stack.childId('Child');
    await stack.deploy({
      Child: stack.nested({ It: custom({}, { Size: 2 }) }),
      Late: custom({ Update: { fails: ALWAYS } }, { Size: 2 }, { DependsOn: 'Child' }),
    });
    expect([(await stack.describe()).StackStatus, (await stack.describe(child)).StackStatus]).toEqual(['UPDATE_ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED']);
    const onChild = new StackDriver(aws);
    onChild.id = child;
    await expect(onChild.continueRollback()).rejects.toMatchObject({ name: 'ValidationError' });
    onChild.client.destroy();
    await stack.continueRollback([`${child.split('/')[1]}.It`]);
    expect([(await stack.describe()).StackStatus, (await stack.describe(child)).StackStatus]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE']);
  });
});
