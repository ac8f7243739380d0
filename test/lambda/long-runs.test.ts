import { setTimeout as sleep } from 'node:timers/promises';
import { CfnWaitConditionHandle } from 'aws-cdk-lib';
import { longRuns } from '../../lambda/long/long-runs';
import { teardownHandler } from '../../lambda/run/main';
import type { Service } from '../../lambda/run/service';
import type { Target } from '../../lambda/targets/target';
import { LocalAws } from '../../local-aws/local-aws';
import { Answers } from '../support/answers';
import { contextOf, MACHINE, StateMachine } from '../support/state-machine';
import { TestStack } from '../../local-aws/test/support/test-stack';

/* That a run goes on over as many invocations as it takes: each target once, CloudFormation answered once, nothing of a target in a state. */

/** What an invocation keeps for handing over. */
const RESERVED_MS = 10_000;

let aws: LocalAws;
let machine: StateMachine;
let stack: NonNullable<ReturnType<LocalAws['cloudformation']['stack']>>;
const answers = new Answers();
const env = { ...process.env };

beforeAll(async () => {
  aws = await LocalAws.start();
  await new TestStack(aws, 'S').deploy((scope) => new CfnWaitConditionHandle(scope, 'Anything'));
  stack = aws.cloudformation.stack('S')!;
  await answers.start();
});
beforeEach(async () => {
  machine = new StateMachine();
  await machine.start();
  Object.assign(process.env, aws.env, { AWS_ENDPOINT_URL_SFN: machine.url, AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/it' });
  answers.received.length = 0;
});
afterEach(() => machine.stop());
afterAll(async () => {
  process.env = env;
  await answers.stop();
  await aws.stop();
});

interface Scene {
  readonly ids: readonly string[];
  readonly perSecond?: number;
  end?(target: Target, tries: number): Promise<void> | void;
  /** Of each id. */
  readonly readingMs?: number;
  readonly properties?: object;
}

/** A run of a service whose targets end as the scene says. */
function scene({ ids, perSecond = 100, end, readingMs, properties }: Scene) {
  const calls: string[] = [];
  const ended: string[] = [];
  const service: Service = {
    resourceType: 'Custom::MqttDisconnection',
    targetName: 'MQTT clients',
    endedName: 'disconnected',
    rate: { perSecond, burst: 1 },
    label: String,
    sources: {
      async *list() {
        for (const id of ids) {
          if (readingMs) await sleep(readingMs);
          yield { id };
        }
      },
    },
    operation: () => ({
      async end(target, making) {
        await making.make(async () => {
          calls.push(target.id);
          await end?.(target, calls.filter((id) => id === target.id).length);
        });
        ended.push(target.id);
        return 'ended';
      },
      close: () => undefined,
    }),
  };
  const handler = teardownHandler(service, async () => longRuns);
  const request = (RequestId: string, more: object = {}) => ({
    RequestType: 'Delete',
    StackId: stack.id,
    RequestId,
    LogicalResourceId: 'It',
    PhysicalResourceId: 'cdk-teardown/it',
    ResourceType: 'Custom::MqttDisconnection',
    ResponseURL: answers.url,
    ResourceProperties: {
      Targets: { Source: 'list' },
      RunOn: ['TEARDOWN'],
      TimeoutSeconds: '3000',
      ServiceTimeout: '3300',
      StateMachineArn: MACHINE,
      ...properties,
    },
    ...more,
  });
  return { calls, ended, handler, request };
}

const some = (count: number) => Array.from({ length: count }, (_, n) => `kiosk-${n}`);
const deleting = () => stack.setStatus('DELETE_IN_PROGRESS');

/** Enters states until there is none. */
async function toTheEnd(name: string, handler: ReturnType<typeof teardownHandler>, stretchMs = 400): Promise<number> {
  let steps = 1;
  while (await machine.step(name, handler, RESERVED_MS + stretchMs)) steps += 1;
  return steps;
}

test('what fits into the first invocation starts no execution', async () => {
  deleting();
  const { handler, request } = scene({ ids: some(5) });
  await handler(request('r1'), contextOf(60_000));
  expect(machine.executions).toEqual([]);
  expect(answers.received).toMatchObject([{ Status: 'SUCCESS', Data: { EndedCount: '5' } }]);
});

test('what does not fit into one invocation goes on in others, and each target is called once', async () => {
  deleting();
  const { calls, handler, request } = scene({ ids: some(150) });
  await handler(request('r1'), contextOf(RESERVED_MS + 400));
  expect(answers.received).toEqual([]);
  const [{ name }] = machine.executions;
  expect(name).toMatch(/^run-[0-9a-f]{16}-r1$/);
  expect(await toTheEnd(name, handler)).toBeGreaterThan(3);
  expect([...calls].sort()).toEqual(some(150).sort());
  expect(answers.received).toHaveLength(1);
  expect(answers.received[0]).toMatchObject({ Status: 'SUCCESS', RequestId: 'r1', Data: { TargetCount: '150', EndedCount: '150' } });
});

test('no state names a target, and none is larger than ten kilobytes besides the request', async () => {
  deleting();
  const error = Object.assign(new Error('kiosk-1 is busy'), { name: 'ServiceUnavailableException', $metadata: { httpStatusCode: 503 } });
  const { handler, request } = scene({
    ids: some(3_000),
    perSecond: 3_000,
    end(_, tries) {
      if (tries === 1) throw error;
    },
  });
  await handler(request('r1'), contextOf(RESERVED_MS + 400));
  await toTheEnd(machine.executions[0].name, handler);
  expect(machine.seen.length).toBeGreaterThan(2);
  for (const state of machine.seen) {
    expect(state).not.toContain('kiosk-');
    const { Event: _event, ...rest } = JSON.parse(state);
    expect(JSON.stringify(rest).length).toBeLessThan(10_000);
  }
});

test('a failure is counted once over all invocations, and answered without its target, which the log names', async () => {
  deleting();
  const { handler, request } = scene({
    ids: some(100),
    end({ id }) {
      if (id === 'kiosk-7') throw Object.assign(new Error('no'), { name: 'ForbiddenException' });
    },
  });
  await handler(request('r1'), contextOf(RESERVED_MS + 300));
  await toTheEnd(machine.executions[0].name, handler);
  expect(answers.received).toMatchObject([{ Status: 'FAILED', Data: { EndedCount: '99', FailedCount: '1' } }]);
  expect(answers.received[0].Reason).toBe(
    '1 of 100 MQTT clients could not be disconnected (1 ForbiddenException). 99 of 100 MQTT clients were disconnected. ' +
      'Details are in log group /aws/lambda/it. Mend the cause and run the same command again: MQTT clients that are already disconnected are no obstacle.',
  );
});

test('a call that is answered late does not keep the run from going on', async () => {
  deleting();
  const { calls, handler, request } = scene({
    ids: some(80),
    async end(_, tries) {
      if (calls.length === 30 && tries === 1) await sleep(3_700);
    },
  });
  await handler(request('r1'), contextOf(RESERVED_MS + 400));
  expect(answers.received).toEqual([]);
  await toTheEnd(machine.executions[0].name, handler);
  expect(answers.received).toMatchObject([{ Status: 'SUCCESS', Data: { EndedCount: '80' } }]);
});

describe('where the state machine cannot be asked to go on', () => {
  test('the run says so, and how far it is', async () => {
    deleting();
    machine.refuses('StartExecution');
    const { handler, request } = scene({ ids: some(100) });
    await handler(request('r1'), contextOf(RESERVED_MS + 300));
    expect(answers.received).toMatchObject([
      {
        Status: 'FAILED',
        Reason: expect.stringMatching(/^no other invocation could be asked to go on \(.*StartExecution.*\), and \d+ of 100 MQTT clients were not reached/),
      },
    ]);
  });

  test('a destroy that is to go on goes on', async () => {
    deleting();
    machine.refuses('StartExecution');
    const { handler, request } = scene({ ids: some(100), properties: { OnFailure: 'CONTINUE' } });
    await handler(request('r1'), contextOf(RESERVED_MS + 300));
    expect(answers.received).toMatchObject([{ Status: 'SUCCESS', Data: { TargetCount: '100' } }]);
  });

  test('a deploy that does not act fails, when that can still be mended; with CONTINUE a destroy does what one invocation can', async () => {
    stack.setStatus('CREATE_IN_PROGRESS');
    machine.refuses('DescribeExecution');
    const { calls, handler, request } = scene({ ids: some(5), properties: { OnFailure: 'CONTINUE' } });
    await handler(request('r1', { RequestType: 'Create', PhysicalResourceId: undefined }), contextOf(60_000));
    expect(answers.received.pop()).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('DescribeExecution') });
    deleting();
    await handler(request('r2'), contextOf(60_000));
    expect(answers.received).toMatchObject([{ Status: 'SUCCESS', Data: { EndedCount: '5' } }]);
    expect(calls).toHaveLength(5);
  });
});

test('a source that takes longer to read than an invocation has breaks the run, instead of calling the same targets for ever', async () => {
  deleting();
  const { calls, handler, request } = scene({ ids: some(200), perSecond: 1_000, readingMs: 20 });
  await handler(request('r1'), contextOf(RESERVED_MS + 5_000));
  expect(await toTheEnd(machine.executions[0].name, handler, 1_000)).toBe(3);
  expect(calls.length).toBeGreaterThan(0);
  expect(answers.received).toMatchObject([
    { Status: 'FAILED', Reason: expect.stringMatching(/^the targets cannot be read within the 13 minutes of an invocation/) },
  ]);
});

test('a destroy waits for a run of an earlier one that is still under way, also where that was to end before its answer', async () => {
  deleting();
  const { calls, handler, request } = scene({ ids: some(150) });
  await handler(request('r1'), contextOf(RESERVED_MS + 400));
  const [{ name }] = machine.executions;
  const joined = handler(request('r2'), contextOf(60_000));
  await toTheEnd(name, handler);
  await joined;
  expect(calls).toHaveLength(150);
  expect(answers.received).toMatchObject([
    { RequestId: 'r1', Status: 'SUCCESS' },
    { RequestId: 'r2', Status: 'SUCCESS', Data: { EndedCount: '150' } },
  ]);
});

test('an invocation that begins when the time is up calls nobody and says what was not reached', async () => {
  deleting();
  const { calls, handler, request } = scene({ ids: some(250), properties: { TimeoutSeconds: '1' } });
  await handler(request('r1'), contextOf(RESERVED_MS + 400));
  const { length } = calls;
  await sleep(4_000);
  await toTheEnd(machine.executions[0].name, handler);
  expect(calls).toHaveLength(length);
  expect(answers.received).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(/^\d+ of 250 MQTT clients were not reached before the timeout/) }]);
});

test.each([
  ['FAIL', { Status: 'FAILED', Reason: expect.stringMatching(/^\d+ of 100 MQTT clients were not reached before the timeout/) }],
  ['CONTINUE', { Status: 'SUCCESS' }],
])('a run that may not outlast its answer is not said to go on, however late it is (%s)', async (OnFailure, answer) => {
  deleting();
  const { calls, handler, request } = scene({
    ids: some(100),
    // It must be over after a second, of which 15 are kept for the answer.
    properties: { TimeoutSeconds: '16', ServiceTimeout: '16', OnFailure },
    async end() {
      if (calls.length === 20) await sleep(1_500);
    },
  });
  await handler(request('r1'), contextOf(RESERVED_MS + 400));
  await toTheEnd(machine.executions[0].name, handler);
  expect(answers.received).toMatchObject([answer]);
});

test('an invocation that is killed is made again: what it had ended is called again, nothing is left out', async () => {
  deleting();
  const { calls, handler, request } = scene({ ids: some(120) });
  await handler(request('r1'), contextOf(RESERVED_MS + 400));
  const [{ name }] = machine.executions;
  await machine.step(name, handler, RESERVED_MS + 400);
  const before = machine.stateOf(name);
  // What it comes to is lost.
  await handler({ Task: 'WORK', State: before }, contextOf(RESERVED_MS + 200));
  const lost = calls.length;
  await toTheEnd(name, handler);
  expect(new Set(calls).size).toBe(120);
  expect(calls.length - 120).toBeLessThanOrEqual(lost);
  expect(answers.received).toMatchObject([{ Status: 'SUCCESS', Data: { TargetCount: '120', EndedCount: '120' } }]);
});

test('a function that fails to the last is answered with how far the run was', async () => {
  deleting();
  const { handler, request } = scene({ ids: some(120) });
  await handler(request('r1'), contextOf(RESERVED_MS + 400));
  const [{ name }] = machine.executions;
  machine.fail(name, 'Sandbox.Timedout');
  await toTheEnd(name, handler);
  expect(answers.received).toHaveLength(1);
  expect(answers.received[0].Reason).toMatch(
    /^the function that ends them failed to the last \(Sandbox\.Timedout\), and \d+ of 120 MQTT clients were not reached .* Mend the cause and run the same command again/,
  );
});

test('a second delivery of a request starts nothing and answers nothing, during the run and after it', async () => {
  deleting();
  const { calls, handler, request } = scene({ ids: some(100) });
  await handler(request('r1'), contextOf(RESERVED_MS + 300));
  const made = calls.length;
  await handler(request('r1'), contextOf(RESERVED_MS + 300));
  expect([calls.length, machine.executions.length]).toEqual([made, 1]);
  await toTheEnd(machine.executions[0].name, handler);
  await handler(request('r1'), contextOf(RESERVED_MS + 300));
  expect([calls.length, machine.executions.length, answers.received.length]).toEqual([100, 1, 1]);
});

describe('a run that is stopped', () => {
  async function stopped(properties: object, after = 0) {
    deleting();
    const { handler, request } = scene({ ids: some(100), properties });
    await handler(request('r1'), contextOf(RESERVED_MS + 300));
    const [{ name, executionArn: Execution }] = machine.executions;
    for (let n = 0; n < after; n += 1) await machine.step(name, handler, RESERVED_MS + 300);
    machine.stopExecution(name);
    return handler({ Task: 'REPORT', State: { Next: 'REPORT', Stopped: { Execution, Status: 'ABORTED' } } }, contextOf(60_000));
  }

  test('is answered by the rule', async () => {
    expect(await stopped({})).toEqual({ Next: 'END' });
    expect(answers.received).toMatchObject([
      { Status: 'FAILED', RequestId: 'r1', Reason: expect.stringMatching(/^The run was stopped \(ABORTED\) .* run the same command again: /) },
    ]);
  });

  test('does not hold up a destroy that is to go on', async () => {
    await stopped({ OnFailure: 'CONTINUE' });
    expect(answers.received).toMatchObject([{ Status: 'SUCCESS' }]);
  });
});

test.each(['DELETE_COMPLETE', 'ROLLBACK_IN_PROGRESS'] as const)('a run whose stack is %s meanwhile goes on no more', async (status) => {
  deleting();
  const { calls, handler, request } = scene({ ids: some(100) });
  await handler(request('r1'), contextOf(RESERVED_MS + 300));
  const made = calls.length;
  stack.setStatus(status);
  await toTheEnd(machine.executions[0].name, handler);
  expect(calls.length).toBe(made);
  expect(answers.received).toMatchObject([{ Status: 'FAILED', Reason: expect.stringContaining(`the run was stopped, because the stack is ${status}`) }]);
});

describe('a run that takes longer than CloudFormation waits', () => {
  /** It must be answered after a second, of which 15 are kept for the answer. */
  const HOUR = { TimeoutSeconds: '7200', ServiceTimeout: '16' };

  test('is answered with how far it is, goes on, and is joined by the next request, which is answered with its outcome', async () => {
    deleting();
    const { calls, handler, request } = scene({ ids: some(250), properties: HOUR });
    await handler(request('r1'), contextOf(RESERVED_MS + 600));
    const [{ name }] = machine.executions;
    while (answers.received.length === 0) await machine.step(name, handler, RESERVED_MS + 600);
    expect(answers.received[0]).toMatchObject({ Status: 'FAILED', RequestId: 'r1' });
    expect(answers.received[0].Reason).toMatch(
      /^\d+ of 250 MQTT clients are disconnected; the run goes on, about 1 min more; run cdk destroy again to wait for the rest\.$/,
    );
    expect(machine.stateOf(name).Next).toBe('WORK');
    const joined = handler(request('r2', { ResourceProperties: { ...request('r2').ResourceProperties, ServiceTimeout: '3600' } }), contextOf(60_000));
    await toTheEnd(name, handler);
    await joined;
    expect(calls.length).toBe(250);
    expect(machine.executions).toHaveLength(1);
    expect(answers.received).toHaveLength(2);
    expect(answers.received[1]).toMatchObject({ Status: 'SUCCESS', RequestId: 'r2', Data: { EndedCount: '250' } });
  });

  test('is waited for to the last moment by one invocation, not by one after the other', async () => {
    deleting();
    const { handler, request } = scene({ ids: some(250), properties: HOUR });
    await handler(request('r1'), contextOf(RESERVED_MS + 300));
    const { ResourceProperties } = request('r2');
    // It must be answered after two seconds, which are fewer than between two looks.
    await handler(request('r2', { ResourceProperties: { ...ResourceProperties, ServiceTimeout: '17' } }), contextOf(RESERVED_MS + 300));
    const [{ name }] = machine.executions;
    await machine.step(name, handler, RESERVED_MS + 60_000);
    expect(machine.stateOf(name).Next).toBe('REPORT');
  });

  test('is waited for by an execution of its own where the next request does not see its end', async () => {
    deleting();
    const { calls, handler, request } = scene({ ids: some(250), properties: HOUR });
    await handler(request('r1'), contextOf(RESERVED_MS + 600));
    const [{ name }] = machine.executions;
    while (answers.received.length === 0) await machine.step(name, handler, RESERVED_MS + 600);
    const patient = { ResourceProperties: { ...request('r2').ResourceProperties, ServiceTimeout: '3600' } };
    await handler(request('r2', patient), contextOf(RESERVED_MS + 300));
    expect(machine.executions[0].name).toMatch(/^join-[0-9a-f]{16}-r2$/);
    await handler(request('r2', patient), contextOf(RESERVED_MS + 300));
    expect(machine.executions).toHaveLength(2);
    await machine.step(machine.executions[0].name, handler, RESERVED_MS + 300);
    await toTheEnd(name, handler);
    await toTheEnd(machine.executions[0].name, handler);
    expect(calls.length).toBe(250);
    expect(answers.received[1]).toMatchObject({ Status: 'SUCCESS', RequestId: 'r2', Data: { EndedCount: '250' } });
  });

  test('is told of by who waits for it and fails to the last, too', async () => {
    deleting();
    const { handler, request } = scene({ ids: some(250), properties: HOUR });
    await handler(request('r1'), contextOf(RESERVED_MS + 600));
    while (answers.received.length === 0) await machine.step(machine.executions[0].name, handler, RESERVED_MS + 600);
    const patient = { ResourceProperties: { ...request('r2').ResourceProperties, ServiceTimeout: '3600' } };
    await handler(request('r2', patient), contextOf(RESERVED_MS + 300));
    const [{ name }] = machine.executions;
    machine.fail(name, 'Sandbox.Timedout');
    await toTheEnd(name, handler);
    expect(answers.received[1]).toMatchObject({ RequestId: 'r2', Status: 'FAILED', Reason: expect.stringContaining('goes on; run cdk destroy again') });
  });
});
