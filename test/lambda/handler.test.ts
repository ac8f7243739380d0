import { setTimeout as sleep } from 'node:timers/promises';
import { CfnWaitConditionHandle } from 'aws-cdk-lib';
import { handler } from '../../lambda/mqtt';
import { longRuns } from '../../lambda/long/long-runs';
import { teardownHandler } from '../../lambda/run/main';
import type { Service } from '../../lambda/run/service';
import { LocalAws } from '../../local-aws/local-aws';
import { Answers } from '../support/answers';
import { TestStack } from '../support/test-stack';

/* The handler in this process: what CloudFormation would never send, and what it sends twice. */

let aws: LocalAws;
const answers = new Answers();
let stackId: string;
const env = { ...process.env };
const context = { logStreamName: 'log-stream', getRemainingTimeInMillis: () => 60_000 };

beforeAll(async () => {
  aws = await LocalAws.start();
  Object.assign(process.env, aws.env);
  await new TestStack(aws, 'S').deploy((scope) => new CfnWaitConditionHandle(scope, 'Anything'));
  stackId = aws.cloudformation.stack('S')!.id;
  await answers.start();
});
afterAll(async () => {
  process.env = env;
  await answers.stop();
  await aws.stop();
});
beforeEach(() => {
  answers.received.length = 0;
});

function event(properties: object = {}, more: object = {}) {
  return {
    RequestType: 'Create',
    RequestId: 'request-1',
    StackId: stackId,
    LogicalResourceId: 'Kiosks',
    ResourceType: 'Custom::MqttDisconnection',
    ResponseURL: answers.url,
    ResourceProperties: { Targets: { Source: 'ids', Ids: ['nobody'] }, RunOn: ['DEPLOY'], MaxTargets: '10', Preflight: 'true', ...properties },
    ...more,
  };
}

const STATUS = { Create: 'CREATE_IN_PROGRESS', Update: 'UPDATE_IN_PROGRESS', Delete: 'DELETE_IN_PROGRESS' } as Record<string, any>;

/** Of the stack, why CloudFormation would call. */
function statusFor({ RequestType }: { RequestType?: string }): void {
  aws.cloudformation.stack('S')!.setStatus(STATUS[RequestType ?? ''] ?? 'CREATE_COMPLETE');
}

/** Of a service whose targets end by themselves. */
function handlerOf(sources: Service['sources'], operation: Service['operation'] = () => ({ end: async () => 'ended', close: () => undefined })) {
  const service = { resourceType: 'Custom::MqttDisconnection', targetName: 'targets', endedName: 'ended', label: String, sources, operation };
  return teardownHandler({ ...service, rate: { perSecond: 100, burst: 1 } }, async () => longRuns);
}

async function answerTo(what: object, status?: any) {
  if (status) aws.cloudformation.stack('S')!.setStatus(status);
  else statusFor(what);
  await handler(what as Record<string, unknown>, context);
  expect(answers.received).toHaveLength(1);
  return answers.received.pop();
}

test('answers with all that CloudFormation asks for', async () => {
  expect(await answerTo(event())).toEqual({
    Status: 'SUCCESS',
    PhysicalResourceId: 'cdk-teardown/request-1',
    StackId: event().StackId,
    RequestId: 'request-1',
    LogicalResourceId: 'Kiosks',
    Data: { TargetCount: '1', EndedCount: '0', AlreadyGoneCount: '1', ReconnectedCount: '0', FailedCount: '0' },
  });
});

test('the same request twice gets the same answer', async () => {
  const first = await answerTo(event());
  expect(await answerTo(event())).toEqual(first);
});

test.each<[string, () => object, string]>([
  ['an unknown request type', () => event({}, { RequestType: 'Destroy' }), 'RequestType "Destroy" is not one of Create, Update, Delete'],
  ['no properties', () => event({}, { ResourceProperties: 'x' }), 'ResourceProperties is "x": it must be an object'],
  ['no physical id at Delete', () => event({}, { RequestType: 'Delete' }), 'PhysicalResourceId is missing'],
  ['no targets', () => event({ Targets: undefined }), 'Targets is missing'],
  ['a source of a later version', () => event({ Targets: { Source: 'stars' } }), 'this version of the provider has no source "stars" of MQTT clients'],
  ['ids that are no list', () => event({ Targets: { Source: 'ids', Ids: 'kiosk' } }), 'Ids is "kiosk": it must be a list of strings'],
  ['a switch that is neither on nor off', () => event({ Operation: { CleanSession: 'maybe' } }), 'CleanSession is "maybe": it must be true or false'],
  ['a limit that is no number', () => event({ MaxTargets: 'many' }), 'MaxTargets is "many": it must be a number above 0'],
  ['an unknown onFailure', () => event({ OnFailure: 'IGNORE' }), 'OnFailure is "IGNORE": it must be one of FAIL, CONTINUE'],
  [
    'a source that is a method of objects',
    () => event({ Targets: { Source: 'constructor' } }),
    'this version of the provider has no source "constructor" of MQTT clients',
  ],
  ['no moments', () => event({ RunOn: undefined }), 'RunOn is missing: it must be a list of strings'],
  [
    'a construct of another service',
    () => event({}, { ResourceType: 'Custom::ManagedThingDeletion' }),
    'a Custom::ManagedThingDeletion has the provider of a Custom::MqttDisconnection: nothing was touched; give it a provider of its own kind',
  ],
  [
    'more targets than allowed',
    () => event({ MaxTargets: '1', Targets: { Source: 'ids', Ids: ['a', 'b', 'a'] } }),
    '2 MQTT clients were found, maxTargets allows 1: nothing was touched',
  ],
])('%s is answered with one sentence', async (_, what, message) => {
  const answer = await answerTo(what());
  expect(answer).toMatchObject({ Status: 'FAILED', RequestId: 'request-1', LogicalResourceId: 'Kiosks', StackId: event().StackId });
  expect(answer.Reason).toContain(message);
  expect(answer.PhysicalResourceId).not.toBe('');
});

test('a failed Create is marked, so that the Delete that follows does nothing', async () => {
  const { PhysicalResourceId } = await answerTo(event({ MaxTargets: '0' }));
  const calls = aws.calls.length;
  expect(await answerTo(event({ RunOn: ['REMOVAL', 'TEARDOWN'] }, { RequestType: 'Delete', PhysicalResourceId }))).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId,
  });
  expect(aws.calls).toHaveLength(calls);
});

test('where the targets cannot be counted, or are too many, none is called for', async () => {
  const before = aws.calls.length;
  expect(await answerTo(event({ MaxTargets: '1', Targets: { Source: 'ids', Ids: ['a', 'b'] } }))).toMatchObject({ Status: 'FAILED' });
  expect(await answerTo(event({ MaxTargets: '1', Targets: { Source: 'ids', Ids: ['a', 'b'] }, OnFailure: 'CONTINUE' }))).toMatchObject({ Status: 'SUCCESS' });
  expect(await answerTo(event({ Targets: { Source: 'thingGroup', ThingGroup: 'none' } }))).toMatchObject({ Status: 'FAILED' });
  expect(aws.calls.slice(before).filter(({ method }) => method === 'DELETE')).toEqual([]);
});

test.each<[string, string, string]>([
  ['TEARDOWN', 'DELETE_IN_PROGRESS', 'Mend the cause and run the same command again'],
  ['REMOVAL', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'The construct has left the stack, so nothing tries again'],
])('a %s that fails says whether there is a next time', async (moment, status, advice) => {
  const { Reason } = await answerTo(
    event({ RunOn: [moment], Targets: { Source: 'ids', Ids: ['$bad'] } }, { RequestType: 'Delete', PhysicalResourceId: 'cdk-teardown/request-0' }),
    status,
  );
  expect(Reason).toContain(advice);
});

test('a deploy that fails can be repeated, also where it acted on what left the list', async () => {
  const again = 'Mend the cause and run the same command again';
  expect((await answerTo(event({ Targets: { Source: 'ids', Ids: ['$bad'] } }))).Reason).toContain(again);
  const [before, after] = [['$bad', 'stays'], ['stays']].map((Ids) => event({ RunOn: ['REMOVAL'], Targets: { Source: 'ids', Ids } }).ResourceProperties);
  const update = event({}, { RequestType: 'Update', PhysicalResourceId: 'cdk-teardown/request-0', ResourceProperties: after, OldResourceProperties: before });
  expect((await answerTo(update)).Reason).toContain(again);
});

test('the time of a run is counted from when the function began, not from when it had read the request', async () => {
  const { now } = performance;
  const { now: date } = Date;
  let passed = 0;
  const clocks = [
    jest.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + passed),
    jest.spyOn(Date, 'now').mockImplementation(() => date() + passed),
  ];
  const request = event({ TimeoutSeconds: '5', ServiceTimeout: '305' });
  Object.defineProperty(request, 'RequestType', {
    enumerable: true,
    get() {
      passed = 10_000;
      return 'Create';
    },
  });
  try {
    expect(await answerTo(request, 'CREATE_IN_PROGRESS')).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('no answer came in time): nothing was touched'),
    });
  } finally {
    clocks.forEach((clock) => clock.mockRestore());
  }
});

test.each(['SUCCESS', 'FAILED'])('progress is not reported after a run that is answered with %s', async (Status) => {
  let walked = 0;
  const listing = handlerOf({
    async *vanishing() {
      yield { id: 'target' };
      // Counted first, and then walked to end them.
      if ((walked += 1) === 2 && Status === 'FAILED') throw new Error('the list has gone');
    },
  });
  const [begun, ended] = [jest.spyOn(globalThis, 'setInterval'), jest.spyOn(globalThis, 'clearInterval')];
  try {
    statusFor(event());
    await listing(event({ Targets: { Source: 'vanishing' } }), context);
    expect(answers.received.pop()).toMatchObject({ Status });
    const timers = begun.mock.results.filter((_, n) => begun.mock.calls[n][1] === 10_000).map(({ value }) => value);
    expect(timers.length).toBeGreaterThan(0);
    for (const timer of timers) expect(ended.mock.calls.some(([of]) => of === timer)).toBe(true);
  } finally {
    begun.mockRestore();
    ended.mockRestore();
  }
});

describe('an update of the list', () => {
  function update(before: string[], now: string[], properties: object = {}) {
    const common = { RunOn: ['DEPLOY', 'REMOVAL'], ...properties };
    const [old, current] = [before, now].map((Ids) => event({ ...common, Targets: { Source: 'ids', Ids } }).ResourceProperties);
    return event({}, { RequestType: 'Update', PhysicalResourceId: 'cdk-teardown/request-0', ResourceProperties: current, OldResourceProperties: old });
  }

  test('that acts on what left and on what came counts both', async () => {
    expect(await answerTo(update(['stays', 'leaves-1', 'leaves-2'], ['stays', 'comes']))).toMatchObject({
      Status: 'SUCCESS',
      Data: { TargetCount: '2', AlreadyGoneCount: '3' },
    });
  });

  test('ends what left, whatever is wrong with what stays, if failures are not to matter', async () => {
    const after = update(['stays', 'leaves'], ['stays', 'comes', 'comes-too'], { MaxTargets: '2', OnFailure: 'CONTINUE' });
    expect(await answerTo(after)).toMatchObject({ Status: 'SUCCESS', Data: { TargetCount: '0', AlreadyGoneCount: '1' } });
    // Otherwise the update fails, and is undone.
    expect(await answerTo(update(['stays', 'leaves'], ['stays', 'comes', 'comes-too'], { MaxTargets: '2' }))).toMatchObject({
      Status: 'FAILED',
      Data: { AlreadyGoneCount: '0' },
    });
  });

  test('looks at what stays, if it is to, also where it only acts on what left', async () => {
    const broken = (more: object) => update(['stays', '$bad', 'leaves'], ['stays', '$bad'], { RunOn: ['REMOVAL'], ...more });
    expect(await answerTo(broken({}))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('1 of 2 MQTT clients cannot be disconnected'),
      Data: { AlreadyGoneCount: '0' },
    });
    expect(await answerTo(broken({ Preflight: 'false' }))).toMatchObject({ Status: 'SUCCESS', Data: { AlreadyGoneCount: '1' } });
  });

  test('leaves in time only what it was to act on', async () => {
    // A second and a half before the answer must be on its way.
    statusFor({ RequestType: 'Update' });
    await handler(update(['stays'], ['stays', 'a', 'b', 'c'], { RequestsPerSecond: '0.5' }), { ...context, getRemainingTimeInMillis: () => 16_500 });
    const answer = answers.received.pop();
    expect(answer).toMatchObject({ Status: 'FAILED', Data: { AlreadyGoneCount: '1' } });
    expect(answer.Reason).toContain('2 of 3 MQTT clients were not reached before the timeout, or gave no answer in time');
  });
});

test('an id that AWS IoT would refuse fails by itself and stops no other', async () => {
  const answer = await answerTo(event({ Targets: { Source: 'ids', Ids: ['$bad', 'nobody'] } }));
  expect(answer).toMatchObject({ Status: 'FAILED', Data: { TargetCount: '2', AlreadyGoneCount: '1', FailedCount: '1' } });
  expect(answer.Reason).toContain('1 of 2 MQTT clients could not be disconnected (1 InvalidTarget), for example $bad: starts with "$"');
});

test.each([
  ["the function's", {}, 16_000],
  ["CloudFormation's", { ServiceTimeout: '16', TimeoutSeconds: '60' }, 60_000],
  ["the construct's", { ServiceTimeout: '60', TimeoutSeconds: '1' }, 60_000],
  ["an older template's", { ServiceTimeout: '16' }, 60_000],
])('when finding the targets takes all of %s time, nothing is touched', async (_, properties, remaining) => {
  const endless = handlerOf({
    async *endless() {
      yield { id: 'a' };
      await sleep(30_000, undefined, { ref: false });
    },
  });
  statusFor(event());
  await endless(event({ Targets: { Source: 'endless' }, ...properties }), { ...context, getRemainingTimeInMillis: () => remaining });
  const answer = answers.received.pop();
  expect(answer.Reason).toBe('the time was up before all targets were found, 1 so far: nothing was touched; narrow the targets or raise the timeout');
});

describe('a deploy that does not act', () => {
  const broken = { RunOn: ['TEARDOWN'], Targets: { Source: 'ids', Ids: 'not a list' } };

  test('looks at its targets, so that what is wrong fails it', async () => {
    expect(await answerTo(event(broken))).toMatchObject({ Status: 'FAILED' });
  });

  test('fails for targets that would fail later, and says which and how many', async () => {
    const answer = await answerTo(event({ RunOn: ['TEARDOWN'], Targets: { Source: 'ids', Ids: ['kiosk', '$bad', ' blank', '\ud800'] } }));
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(
        '3 of 4 MQTT clients cannot be disconnected, for example $bad starts with "$": AWS IoT reserves such client ids; correct them where they are kept, or turn preflight off',
      ),
    });
  });

  test('does not look without preflight', async () => {
    expect(await answerTo(event({ ...broken, Preflight: 'false' }))).toMatchObject({ Status: 'SUCCESS', Data: { TargetCount: '0' } });
  });
});

test('a stack whose status cannot be read is not guessed about', async () => {
  const answer = await answerTo(
    event({ RunOn: ['TEARDOWN'] }, { RequestType: 'Delete', PhysicalResourceId: 'cdk-teardown/request-0', StackId: `${stackId}x` }),
  );
  expect(answer.Status).toBe('FAILED');
  expect(answer.Reason).toMatch(/the status of the stack could not be read \(ValidationError: .*\): nothing was touched/);
});

test.each([
  ['without a scheme', 'response.example.com/secret-signature'],
  ['with a bad port', 'https://response.example.com:99999/secret-signature'],
  ['that is a file', 'file:///secret-signature'],
])('a ResponseURL %s fails the invocation and is not repeated', async (_, ResponseURL) => {
  const error = await handler({ ...event(), ResponseURL }, context).catch((caught) => caught);
  expect(error.message).toBe('ResponseURL is no URL of http or https: CloudFormation cannot be answered');
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-signature');
});

test('an event that names nowhere to answer fails the invocation', async () => {
  await expect(handler({ RequestType: 'Create' }, context)).rejects.toThrow('ResponseURL is missing');
});
