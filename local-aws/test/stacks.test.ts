import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { LocalAws } from '../local-aws';
import { FAILED, provider, scripted, StackDriver } from './stack-driver';

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

describe(`a create that fails (${DOCS}/UserGuide/stack-failure-options.html)`, () => {
  test('is rolled back: what was created is deleted, the failed resource too', async () => {
    const { StackStatus } = await stack.deploy({
      ...provider(),
      A: scripted(),
      B: scripted({ Create: { answer: { ...FAILED, PhysicalResourceId: 'half-made' } } }, {}, { DependsOn: 'A' }),
      C: scripted({}, {}, { DependsOn: 'B' }),
    });
    expect(StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(stack.requests).toEqual(['Create A', 'Create B', 'Delete B half-made', 'Delete A A-id']);
    expect(await stack.reason('Test', 'ROLLBACK_IN_PROGRESS')).toBe('The following resource(s) failed to create: [B]. Rollback requested by user.');
    expect(aws.iam.roles.size).toBe(0);
  });

  test('stops waiting for a neighbour and deletes it under an invented id', async () => {
    await stack.deploy({
      ...provider(),
      Slow: scripted({ Create: { silent: true } }),
      Bad: scripted({ Create: { answer: FAILED, delay: 100 } }),
    });
    expect(await stack.reason('Slow', 'CREATE_FAILED')).toBe('Resource creation cancelled');
    expect(requestsOf('Delete Slow')).toEqual([expect.stringMatching(/^Delete Slow Test-Slow-\w{12}$/)]);
  });

  test('leaves ROLLBACK_FAILED if the rollback fails', async () => {
    const { StackStatus } = await stack.deploy({ ...provider(), A: scripted({ Create: { answer: FAILED }, Delete: { answer: FAILED } }) });
    expect(StackStatus).toBe('ROLLBACK_FAILED');
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

describe(`an update that fails (${DOCS}/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html)`, () => {
  test('is rolled back: updated and failed resources get an Update with the old properties, new ones are deleted in the cleanup', async () => {
    await stack.deploy({ ...provider(), A: scripted({}, { Size: 1 }), B: scripted({}, { Size: 1 }, { DependsOn: 'A' }), Gone: scripted() });
    const before = stack.requests.length;
    const { StackStatus } = await stack.deploy({
      ...provider(),
      A: scripted({}, { Size: 2 }),
      New: scripted({}, {}, { DependsOn: 'A' }),
      B: scripted({ Update: { answer: FAILED } }, { Size: 2 }, { DependsOn: ['A', 'New'] }),
    });
    expect(StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.requests.slice(before)).toEqual(['Update A A-id', 'Create New', 'Update B B-id', 'Update A A-id', 'Update B B-id', 'Delete New New-id']);
    const { ResourceProperties, OldResourceProperties } = aws.cloudformation.exchanges[before + 4].request;
    expect([ResourceProperties.Size, OldResourceProperties!.Size]).toEqual(['1', '2']);
    expect((await stack.events()).slice(-4)).toEqual([
      'Test UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'New DELETE_IN_PROGRESS',
      'New DELETE_COMPLETE',
      'Test UPDATE_ROLLBACK_COMPLETE',
    ]);
    await stack.delete();
    expect(requestsOf('Delete Gone')).toHaveLength(1);
  });

  test('takes a replaced native resource up again', async () => {
    const parameter = (Name: string) => ({ Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Name, Type: 'String', Value: 'x' } } });
    await stack.deploy({ ...provider(), ...parameter('/old') });
    await stack.deploy({ ...provider(), ...parameter('/new'), A: scripted({ Create: { answer: FAILED } }, {}, { DependsOn: 'Parameter' }) });
    expect([...aws.ssm.parameters.keys()]).toEqual(['/old']);
  });

  test('leaves UPDATE_ROLLBACK_FAILED if the way back fails, and can be deleted then', async () => {
    await stack.deploy({ ...provider(), A: scripted({ Update: { answer: FAILED } }) });
    const { StackStatus } = await stack.deploy({ ...provider(), A: scripted({ Update: { answer: FAILED } }, { Size: 2 }) });
    expect(StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
    expect((await stack.delete()).StackStatus).toBe('DELETE_COMPLETE');
  });
});

describe(`a delete that fails (${DOCS}/UserGuide/crpg-ref-requesttypes-delete.html)`, () => {
  test('keeps what the failed resource depends on, deletes the rest, and can be tried again', async () => {
    await stack.deploy({
      ...provider(),
      Base: scripted(),
      Stuck: scripted({ Delete: { failures: 1 } }, {}, { DependsOn: 'Base' }),
      Other: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'other' } },
    });
    expect(await stack.delete()).toMatchObject({ StackStatus: 'DELETE_FAILED', StackStatusReason: 'The following resource(s) failed to delete: [Stuck]. ' });
    expect(requestsOf('Delete')).toEqual(['Delete Stuck Stuck-id']);
    expect(aws.logs.groups.has('other')).toBe(false);
    expect(await stack.reason('Stuck', 'DELETE_FAILED')).toMatch(
      /^Received response status \[FAILED\] from custom resource. Message returned: as the script says \(RequestId: [0-9a-f-]{36}\)$/,
    );
    expect((await stack.delete()).StackStatus).toBe('DELETE_COMPLETE');
    expect(requestsOf('Delete').slice(1)).toEqual(['Delete Stuck Stuck-id', 'Delete Base Base-id']);
  });

  test(`goes on without a resource that the user retains, and only after a failure (${DOCS}/APIReference/API_DeleteStack.html)`, async () => {
    await stack.deploy({ ...provider(), Stuck: scripted({ Delete: { answer: FAILED } }) });
    await expect(stack.delete(['Stuck'])).rejects.toMatchObject({ name: 'ValidationError' });
    await stack.delete();
    expect((await stack.delete(['Stuck'])).StackStatus).toBe('DELETE_COMPLETE');
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
