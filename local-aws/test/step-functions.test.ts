import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { CfnResource, type Stack } from 'aws-cdk-lib';
import { LocalAws } from '../local-aws';
import { definitionIn } from '../step-functions/definition';
import { Interpreter } from '../step-functions/interpreter';
import { TestStack } from './support/test-stack';

/* That state machines run as AWS documents it, that their ends are events, and that nothing is carried out which the interpreter does otherwise. */

let aws: LocalAws;
let states: SFNClient;
let stack: TestStack;
let arn: string;
let names = 0;

const CODE = `exports.handler = async ({ Task, State }) => {
  if (Task === 'FAIL') throw Object.assign(new Error('as asked'), { name: 'Asked' });
  if (Task === 'TWICE' && (globalThis.tries = (globalThis.tries ?? 0) + 1) < 3) throw new Error('not yet');
  if (Task === 'LARGE') return 'x'.repeat(262_145);
  if (Task === 'HANG') await new Promise((resolve) => setTimeout(resolve, 60_000));
  return { Task, State };
};`;

const trust = (...services: string[]) => ({ Statement: services.map((Service) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } })) });

/** A state machine with one task for each input, which may retry and catch. */
function machine(scope: Stack) {
  const resource = (id: string, type: string, properties: object) => new CfnResource(scope, id, { type, properties });
  const allow = (Action: string, Resource: unknown) => ({
    PolicyName: Action.replace(':', ''),
    PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource }] },
  });
  const role = resource('FunctionRole', 'AWS::IAM::Role', { AssumeRolePolicyDocument: trust('lambda.amazonaws.com') });
  const handler = resource('Function', 'AWS::Lambda::Function', {
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Timeout: 5,
    Role: role.getAtt('Arn'),
    Code: { ZipFile: CODE },
  });
  const statesRole = resource('StatesRole', 'AWS::IAM::Role', {
    AssumeRolePolicyDocument: trust('states.amazonaws.com', 'events.amazonaws.com'),
    Policies: [allow('lambda:InvokeFunction', handler.getAtt('Arn')), allow('states:StartExecution', '*')],
  });
  const task = { Type: 'Task', Resource: '${Function}', Parameters: { 'Task.$': '$.Task', 'State.$': '$' }, End: true };
  const definition = {
    StartAt: 'Which',
    States: {
      Which: { Type: 'Choice', Choices: [{ Variable: '$.Task', StringEquals: 'FAIL', Next: 'Caught' }], Default: 'Task' },
      Task: { ...task, Retry: [{ ErrorEquals: ['Error'], MaxAttempts: 3 }] },
      Caught: { ...task, Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.Failure', Next: 'Done' }] },
      Done: { Type: 'Succeed' },
    },
  };
  const text = JSON.stringify(definition);
  const created = resource('Machine', 'AWS::StepFunctions::StateMachine', {
    RoleArn: statesRole.getAtt('Arn'),
    DefinitionString: { 'Fn::Sub': [text, { Function: handler.getAtt('Arn') }] },
  });
  resource('Rule', 'AWS::Events::Rule', {
    EventPattern: { source: ['aws.states'], detail: { status: ['ABORTED'], stateMachineArn: [created.ref], name: [{ prefix: 'watched-' }] } },
    Targets: [
      {
        Id: 'Again',
        Arn: created.ref,
        RoleArn: statesRole.getAtt('Arn'),
        InputTransformer: { InputPathsMap: { name: '$.detail.name' }, InputTemplate: '{"Task": "ECHO", "Stopped": <name>}' },
      },
    ],
  });
}

beforeAll(async () => {
  aws = await LocalAws.start({ stateRetryIntervalMs: 10 });
  const { url, region } = aws;
  states = new SFNClient({ endpoint: url, region, credentials: { accessKeyId: 'AKIALOCALOPERATOR', secretAccessKey: 'local' } });
  stack = new TestStack(aws, 'States');
  await stack.deploy(machine);
  [arn] = aws.stepFunctions.machines.keys();
});
afterAll(async () => {
  states.destroy();
  await aws.stop();
});

async function start(input: object, name = `one-${(names += 1)}`): Promise<string> {
  return (await states.send(new StartExecutionCommand({ stateMachineArn: arn, name, input: JSON.stringify(input) }))).executionArn!;
}

async function ended(executionArn: string) {
  for (;;) {
    const execution = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING') return execution;
    await sleep(10);
  }
}

// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
test('a task is given its parameters, and what its function returns is the output', async () => {
  const { status, output } = await ended(await start({ Task: 'ECHO', more: [1] }));
  expect([status, JSON.parse(output!)]).toEqual(['SUCCEEDED', { Task: 'ECHO', State: { Task: 'ECHO', more: [1] } }]);
});

// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
test('an error is tried again by its name, as often as is said', async () => {
  expect(JSON.parse((await ended(await start({ Task: 'TWICE' }))).output!)).toMatchObject({ Task: 'TWICE' });
});

test('an error that is caught becomes part of the state, by the name that the function gave it', async () => {
  const { status, output } = await ended(await start({ Task: 'FAIL' }));
  expect([status, JSON.parse(output!)]).toMatchObject(['SUCCEEDED', { Task: 'FAIL', Failure: { Error: 'Asked' } }]);
});

// "States.ALL can't catch the States.DataLimitExceeded terminal error": https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
test('a result of more than 256 KiB ends the execution', async () => {
  expect(await ended(await start({ Task: 'LARGE' }))).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
});

test('a function that ran out of time fails its task', async () => {
  expect(await ended(await start({ Task: 'HANG' }))).toMatchObject({ status: 'FAILED', error: 'Sandbox.Timedout' });
});

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
test('a name is taken once: the same input is the same execution while it runs, and nothing after it', async () => {
  const first = await start({ Task: 'HANG' }, 'taken');
  expect(await start({ Task: 'HANG' }, 'taken')).toBe(first);
  await expect(start({ Task: 'ECHO' }, 'taken')).rejects.toThrow('Execution Already Exists');
  await states.send(new StopExecutionCommand({ executionArn: first }));
  await expect(start({ Task: 'HANG' }, 'taken')).rejects.toThrow('Execution Already Exists');
});

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
test('executions are listed from the latest on, page by page, by their status', async () => {
  await Promise.all([ended(await start({ Task: 'ECHO' }, 'earlier')), ended(await start({ Task: 'ECHO' }, 'later'))]);
  const page = await states.send(new ListExecutionsCommand({ stateMachineArn: arn, statusFilter: 'SUCCEEDED', maxResults: 1 }));
  expect(page.executions).toMatchObject([{ name: 'later' }]);
  const { nextToken } = page;
  expect(
    (await states.send(new ListExecutionsCommand({ stateMachineArn: arn, statusFilter: 'SUCCEEDED', maxResults: 1, nextToken }))).executions,
  ).toMatchObject([{ name: 'earlier' }]);
});

// https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
test('the end of an execution is an event, for which a rule starts another if its pattern fits', async () => {
  const stopped = await start({ Task: 'HANG' }, 'watched-1');
  await states.send(new StopExecutionCommand({ executionArn: stopped }));
  await states.send(new StopExecutionCommand({ executionArn: await start({ Task: 'HANG' }, 'not-watched') }));
  const others = () => aws.stepFunctions.executions.filter(({ input }) => input.includes('Stopped'));
  while (others().length === 0) await sleep(10);
  await ended(others()[0].arn);
  expect(others().map(({ input }) => JSON.parse(input))).toEqual([{ Task: 'ECHO', Stopped: 'watched-1' }]);
});

test('a role that may not call the function fails the task', async () => {
  const role = aws.iam.roleByArn(aws.stepFunctions.machines.get(arn)!.roleArn)!;
  const before = new Map(role.inline);
  role.inline.delete('lambdaInvokeFunction');
  try {
    expect(await ended(await start({ Task: 'ECHO' }))).toMatchObject({ status: 'FAILED', error: 'Lambda.AWSLambdaException' });
  } finally {
    for (const [name, document] of before) role.inline.set(name, document);
  }
});

test.each<[string, object, string]>([
  ['JSONata', { QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Succeed' } } }, 'QueryLanguage'],
  ['a map', { StartAt: 'A', States: { A: { Type: 'Map', End: true } } }, 'Map'],
  [
    'an optimized integration',
    { StartAt: 'A', States: { A: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true } } },
    'arn:aws:states:::lambda:invoke',
  ],
  [
    'a heartbeat',
    { StartAt: 'A', States: { A: { Type: 'Task', Resource: 'arn:aws:lambda:eu-west-1:123456789012:function:f', HeartbeatSeconds: 1, End: true } } },
    'HeartbeatSeconds',
  ],
])('%s is not implemented', (_, definition, named) => {
  expect(() => definitionIn(JSON.stringify(definition))).toThrow(named);
});

test('a transition to nowhere is no definition', () => {
  expect(() => definitionIn(JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } }))).toThrow("Missing 'Next' target: B");
});

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
test('executions of a state machine that is deleted end at their next transition', async () => {
  const last = await start({ Task: 'HANG' }, 'last');
  await stack.destroy();
  expect(await ended(last)).toMatchObject({ status: 'ABORTED' });
});

test('nothing runs for a task that is answered when all was stopped', async () => {
  const interpreter = new Interpreter();
  const definition = { StartAt: 'It', States: { It: { Type: 'Task', Resource: 'arn:aws:lambda:ca-central-1:123456789012:function:it', End: true } } };
  const processes = () => process.getActiveResourcesInfo().filter((resource) => resource === 'ProcessWrap').length;
  const before = processes();
  let answer!: () => void;
  await new Promise<void>((resolve) => {
    const task = () => {
      resolve();
      return new Promise<void>((answered) => (answer = answered));
    };
    interpreter.start('it', { definition, input: {}, task, end: () => undefined });
  });
  expect(processes()).toBe(before + 1);
  await interpreter.stop();
  answer();
  await sleep(0);
  expect(processes()).toBe(before);
});
