import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { LocalAws } from '../local-aws';
import { FAILED, provider, scripted, StackDriver } from './stack-driver';

/* That stacks are created, updated and deleted in the order and with the requests that AWS documents. */

const DOCS = 'https://docs.aws.amazon.com/AWSCloudFormation/latest';

let aws: LocalAws;
let stack: StackDriver;
beforeEach(async () => {
  aws = await LocalAws.start();
  stack = new StackDriver(aws);
});
afterEach(async () => {
  stack.client.destroy();
  await aws.stop();
});

const requestsOf = (type: string) => stack.requests.filter((request) => request.startsWith(type));

describe(`dependency order (${DOCS}/TemplateReference/aws-attribute-dependson.html)`, () => {
  test('creates what is depended on first and deletes it last', async () => {
    await stack.deploy({
      ...provider(),
      C: scripted({}, { After: { 'Fn::Sub': 'x${B}' } }),
      B: scripted({}, {}, { DependsOn: 'A' }),
      A: scripted(),
    });
    await stack.delete();
    expect(stack.requests).toEqual(['Create A', 'Create B', 'Create C', 'Delete C C-id', 'Delete B B-id', 'Delete A A-id']);
  });

  test('creates and deletes in parallel what is independent', async () => {
    const slow = { Create: { delay: 300 }, Delete: { delay: 300 } };
    await stack.deploy({ ...provider(), A: scripted(slow), B: scripted(slow) });
    await stack.delete();
    const events = await stack.events();
    for (const verb of ['CREATE', 'DELETE']) {
      expect(events.indexOf(`B ${verb}_IN_PROGRESS`)).toBeLessThan(events.indexOf(`A ${verb}_COMPLETE`));
      expect(events.indexOf(`A ${verb}_IN_PROGRESS`)).toBeLessThan(events.indexOf(`B ${verb}_COMPLETE`));
    }
  });
});

describe(`an update (${DOCS}/UserGuide/using-cfn-updating-stacks-update-behaviors.html)`, () => {
  test('calls only the resources whose properties changed', async () => {
    await stack.deploy({ ...provider(), A: scripted({}, { Size: 1 }), B: scripted({}, { Size: 1 }) });
    await stack.deploy({ ...provider(), A: scripted({}, { Size: 1 }), B: scripted({}, { Size: 2 }) });
    expect(requestsOf('Update')).toEqual(['Update B B-id']);
  });

  test('deletes removed resources in the cleanup, in reverse order of the old template', async () => {
    await stack.deploy({ ...provider(), A: scripted(), B: scripted({}, {}, { DependsOn: 'A' }) });
    const { StackStatus } = await stack.deploy(provider());
    expect(StackStatus).toBe('UPDATE_COMPLETE');
    expect((await stack.events()).slice(-6)).toEqual([
      'Test UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'B DELETE_IN_PROGRESS',
      'B DELETE_COMPLETE',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      'Test UPDATE_COMPLETE',
    ]);
  });

  test('tries a delete in the cleanup three times and succeeds without it (https://repost.aws/knowledge-center/cloudformation-stack-cleanup-stuck)', async () => {
    await stack.deploy({ ...provider(), A: scripted({ Delete: { answer: FAILED } }) });
    const { StackStatus } = await stack.deploy(provider());
    expect(StackStatus).toBe('UPDATE_COMPLETE');
    expect(requestsOf('Delete')).toEqual(['Delete A A-id', 'Delete A A-id', 'Delete A A-id']);
  });

  test('deletes the old one of a changed physical id in the cleanup, with the old properties', async () => {
    await stack.deploy({ ...provider(), A: scripted({}, { Size: 1 }) });
    await stack.deploy({ ...provider(), A: scripted({ Update: { answer: { PhysicalResourceId: 'A-2' } } }, { Size: 2 }) });
    expect(stack.requests).toEqual(['Create A', 'Update A A-id', 'Delete A A-id']);
    expect(aws.cloudformation.exchanges[2].request.ResourceProperties.Size).toBe('1');
    await stack.delete();
    expect(stack.requests.at(-1)).toBe('Delete A A-2');
  });

  test('replaces a native resource: creates the new one, then deletes the old one in the cleanup', async () => {
    const parameter = (Name: string) => ({ Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Name, Type: 'String', Value: 'x' } } });
    await stack.deploy(parameter('/old'));
    await stack.deploy(parameter('/new'));
    expect([...aws.ssm.parameters.keys()]).toEqual(['/new']);
  });

  test('without changes is refused (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html)', async () => {
    await stack.deploy({ ...provider(), A: scripted() });
    await expect(stack.deploy({ ...provider(), A: scripted() })).rejects.toMatchObject({ name: 'ValidationError', message: 'No updates are to be performed.' });
  });
});

describe(`DeletionPolicy (${DOCS}/TemplateReference/aws-attribute-deletionpolicy.html)`, () => {
  test('Retain keeps a resource when the stack goes', async () => {
    await stack.deploy({ Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'kept' }, DeletionPolicy: 'Retain' } });
    await stack.delete();
    expect(aws.logs.groups.has('kept')).toBe(true);
    expect(await stack.events()).toContain('Log DELETE_SKIPPED');
  });

  test('RetainExceptOnCreate deletes it in the rollback of its creation', async () => {
    const log = { Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'kept' }, DeletionPolicy: 'RetainExceptOnCreate' } };
    await stack.deploy({ ...provider(), ...log, A: scripted({ Create: { answer: FAILED } }, {}, { DependsOn: 'Log' }) });
    expect(aws.logs.groups.has('kept')).toBe(false);
  });
});

test(`a deleted stack is described by its ARN only (${DOCS}/APIReference/API_DescribeStacks.html)`, async () => {
  await stack.deploy(provider());
  expect((await stack.delete()).StackStatus).toBe('DELETE_COMPLETE');
  await expect(stack.client.send(new DescribeStacksCommand({ StackName: 'Test' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id Test does not exist',
  });
});

describe(`change sets (${DOCS}/APIReference/API_CreateChangeSet.html)`, () => {
  const changeSet = (type: 'CREATE' | 'UPDATE', resources: object) =>
    stack.client.send(
      new CreateChangeSetCommand({
        StackName: 'Test',
        ChangeSetName: 'changes',
        ChangeSetType: type,
        TemplateBody: JSON.stringify({ Resources: resources }),
        Capabilities: ['CAPABILITY_IAM'],
      }),
    );

  test('create a stack in review, and carry it out when executed', async () => {
    const { Id, StackId } = await changeSet('CREATE', provider());
    expect((await stack.client.send(new DescribeStacksCommand({ StackName: 'Test' }))).Stacks![0].StackStatus).toBe('REVIEW_IN_PROGRESS');
    await stack.client.send(new ExecuteChangeSetCommand({ ChangeSetName: Id }));
    await expect(stack.settled(StackId!)).resolves.toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  });

  test('without changes are FAILED', async () => {
    await stack.deploy(provider());
    const { Id } = await changeSet('UPDATE', provider());
    expect(await stack.client.send(new DescribeChangeSetCommand({ ChangeSetName: Id }))).toMatchObject({
      Status: 'FAILED',
      StatusReason: "The submitted information didn't contain changes. Submit different information to create a change set.",
    });
  });
});

describe('what the stand-in does not know fails loudly, with its name', () => {
  test.each([
    ['resource type AWS::EC2::Instance', { Thing: { Type: 'AWS::EC2::Instance' } }],
    ['AWS::Logs::LogGroup with KmsKeyId', { Thing: { Type: 'AWS::Logs::LogGroup', Properties: { KmsKeyId: 'x' } } }],
    ['intrinsic function Fn::Cidr', { Thing: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: { 'Fn::Cidr': [] } } } }],
    ['resource attribute CreationPolicy', { Thing: { Type: 'AWS::Logs::LogGroup', CreationPolicy: {} } }],
  ])('%s', async (what, resources) => {
    const reason = await stack.deploy(resources).then(
      () => stack.reason('Thing', 'CREATE_FAILED'),
      (error: Error) => error.message,
    );
    expect(reason).toContain(what);
  });

  test('options of a call', async () => {
    await expect(
      stack.client.send(
        new CreateStackCommand({ StackName: 'Test', TemplateBody: '{"Resources":{"A":{"Type":"AWS::Logs::LogGroup"}}}', EnableTerminationProtection: true }),
      ),
    ).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});
