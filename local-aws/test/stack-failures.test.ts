import { LocalAws } from '../local-aws';
import { FAILED, provider, scripted, StackDriver } from './stack-driver';

/* That a create or update which fails is undone, and a delete which fails can be tried again. */

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
      Bad: scripted({ Create: { answer: FAILED } }),
    });
    expect(await stack.reason('Slow', 'CREATE_FAILED')).toBe('Resource creation cancelled');
    expect(requestsOf('Delete Slow')).toEqual([expect.stringMatching(/^Delete Slow Test-Slow-\w{12}$/)]);
  });

  test('leaves ROLLBACK_FAILED if the rollback fails', async () => {
    const { StackStatus } = await stack.deploy({ ...provider(), A: scripted({ Create: { answer: FAILED }, Delete: { answer: FAILED } }) });
    expect(StackStatus).toBe('ROLLBACK_FAILED');
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
