import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalAws } from '../local-aws';
import { signedFetch } from './signed-fetch';
import { provider, StackDriver, type Resources } from './stack-driver';
import { until } from './support/mqtt-device';

const ENVIRONMENT = 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html';
const ASYNC = 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html';
const LOGGING = 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html';

let aws: LocalAws;
let stack: StackDriver;
/** Where functions and tests leave signs for each other. */
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lambda-'));
  aws = await LocalAws.start();
  stack = new StackDriver(aws);
});
afterEach(async () => {
  stack.client.destroy();
  await aws.stop();
  rmSync(folder, { recursive: true });
});

/** With far more time than it takes, if nothing else is said. */
function fn(code: string, properties: object = {}, policy?: object[]): Resources {
  const { Role } = provider() as any;
  const { ManagedPolicyArns, ...role } = Role.Properties;
  const Properties = policy ? { ...role, Policies: [{ PolicyName: 'P', PolicyDocument: { Statement: policy } }] } : { ...role, ManagedPolicyArns };
  return {
    Role: { Type: 'AWS::IAM::Role', Properties },
    Fn: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'fn',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Timeout: 300,
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: code },
        ...properties,
      },
    },
  };
}

async function invoke(event: unknown, headers: Record<string, string> = {}) {
  const response = await signedFetch(aws, 'lambda', 'POST', '/2015-03-31/functions/fn/invocations', JSON.stringify(event), headers);
  const text = await response.text();
  return { status: response.status, error: response.headers.get('x-amz-function-error'), payload: text ? JSON.parse(text) : undefined };
}

const messages = (group = '/aws/lambda/fn') => (aws.logs.groups.has(group) ? aws.logs.events(group).map(({ message }) => message) : undefined);

test(`gives the function the environment and context of Lambda, and nothing of ours (${ENVIRONMENT})`, async () => {
  process.env.LOCAL_AWS_TEST_LEAK = 'leaked';
  await stack.deploy(
    fn('exports.handler = async (event, context) => ({ event, env: process.env, context, left: context.getRemainingTimeInMillis() });', {
      MemorySize: 256,
      Timeout: 900,
      Environment: { Variables: { OWN: 'x' } },
    }),
  );
  const { payload } = await invoke({ a: 1 });
  delete process.env.LOCAL_AWS_TEST_LEAK;
  expect(payload.event).toEqual({ a: 1 });
  expect(payload.env).toMatchObject({
    OWN: 'x',
    AWS_REGION: 'ca-central-1',
    AWS_LAMBDA_FUNCTION_NAME: 'fn',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/fn',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
    _HANDLER: 'index.handler',
    AWS_ENDPOINT_URL_CLOUDFORMATION: aws.url,
  });
  expect(payload.env.AWS_ACCESS_KEY_ID).toMatch(/^ASIA/);
  expect(payload.env.LOCAL_AWS_TEST_LEAK).toBeUndefined();
  expect(payload.context).toMatchObject({
    functionName: 'fn',
    invokedFunctionArn: aws.lambda.arn('fn'),
    memoryLimitInMB: '256',
    logGroupName: '/aws/lambda/fn',
    logStreamName: payload.env.AWS_LAMBDA_LOG_STREAM_NAME,
  });
  expect(payload.left).toBeGreaterThan(800_000);
  expect(payload.left).toBeLessThanOrEqual(900_000);
});

describe('runs on the runtime that the template declares (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html)', () => {
  const code = 'exports.handler = async () => process.version;';
  const callback = 'exports.handler = (event, context, done) => done(null, "called back");';

  test.each([
    ['nodejs22.x', /^v22\./],
    ['nodejs24.x', /^v24\./],
  ])('%s', async (Runtime, version) => {
    await stack.deploy(fn(code, { Runtime }));
    expect((await invoke({})).payload).toMatch(version);
  });

  test('unless one Node is chosen for all', async () => {
    const chosen = await LocalAws.start({ node: process.execPath });
    const other = new StackDriver(chosen);
    try {
      await other.deploy(fn(code));
      const response = await signedFetch(chosen, 'lambda', 'POST', '/2015-03-31/functions/fn/invocations', '{}');
      expect(await response.json()).toBe(process.version);
    } finally {
      other.client.destroy();
      await chosen.stop();
    }
  });

  test('and is not created if that is not there', async () => {
    const { arch } = process;
    Object.defineProperty(process, 'arch', { value: 'riscv64' });
    await stack.deploy(fn(code));
    Object.defineProperty(process, 'arch', { value: arch });
    expect(await stack.reason('Fn', 'CREATE_FAILED')).toMatch(
      new RegExp(
        `^local-aws has no Node for the runtime nodejs22.x on ${process.platform}-riscv64: run "npm run runtimes -w local-aws", which installs one if .+ names it; or choose`,
      ),
    );
  });

  test('or that nothing here knows', async () => {
    await stack.deploy(fn(code, { Runtime: 'nodejs18.x' }));
    expect(await stack.reason('Fn', 'CREATE_FAILED')).toBe('local-aws does not implement Lambda runtime nodejs18.x');
  });

  // https://aws.amazon.com/blogs/compute/node-js-24-runtime-now-available-in-aws-lambda/
  test('with callbacks only before Node.js 24', async () => {
    await stack.deploy(fn(callback));
    expect((await invoke({})).payload).toBe('called back');
    await stack.deploy(fn(callback, { Runtime: 'nodejs24.x' }));
    expect((await invoke({})).payload).toMatchObject({ errorType: 'Runtime.CallbackHandlerDeprecated' });
  });
});

test('stays warm, one invocation at a time in each environment (https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html)', async () => {
  const bothRun = `const fs = require('fs'); fs.writeFileSync(folder + '/' + process.pid, ''); while (fs.readdirSync(folder).length < 2) await new Promise(setImmediate);`;
  await stack.deploy(fn(`let n = 0; exports.handler = async ({ folder }) => { n++; if (folder) { ${bothRun} } return { n, pid: process.pid }; };`));
  const [first, second] = await Promise.all([invoke({ folder }), invoke({ folder })]);
  expect(first.payload.pid).not.toBe(second.payload.pid);
  const third = await invoke({});
  expect([first.payload.pid, second.payload.pid]).toContain(third.payload.pid);
  expect(third.payload.n).toBe(2);
});

test('a Timeout begins when the handler is loaded (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html)', async () => {
  const load = 'const begun = Date.now(); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000);';
  const told = '[context.getRemainingTimeInMillis(), Date.now() - begun]';
  await stack.deploy(fn(`${load} exports.handler = async (event, context) => ${told};`, { Timeout: 4 }));
  const [left, passed] = (await invoke({})).payload;
  expect(left).toBeGreaterThan(4000 - passed + 4500);
});

test('ends a function at its Timeout (https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html)', async () => {
  await stack.deploy(fn('exports.handler = () => new Promise(() => setInterval(() => {}, 1000));', { Timeout: 1 }));
  const { error, payload } = await invoke({});
  expect(error).toBe('Unhandled');
  expect(payload.errorMessage).toMatch(/Task timed out after 1.00 seconds$/);
});

test('answers function errors with their type, message and trace (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html)', async () => {
  await stack.deploy(fn('exports.handler = async () => { throw new TypeError("no"); };'));
  expect(await invoke({})).toMatchObject({
    status: 200,
    error: 'Unhandled',
    payload: { errorType: 'TypeError', errorMessage: 'no', trace: expect.any(Array) },
  });
});

describe(`an Event invocation (${ASYNC})`, () => {
  const code =
    'exports.handler = async (e, c) => { console.log("ran", c.awsRequestId); if (e.fail) throw new Error("no"); while (e.until && !require("fs").existsSync(e.until)) await new Promise((r) => setTimeout(r, 10)); };';
  const runs = () => (messages() ?? []).filter((message) => message.startsWith('ran'));

  test('is tried three times in all, with one request id', async () => {
    await stack.deploy(fn(code));
    expect((await invoke({ fail: true }, { 'x-amz-invocation-type': 'Event' })).status).toBe(202);
    await aws.lambda.idle();
    expect(runs()).toHaveLength(3);
    expect(new Set(runs()).size).toBe(1);
  });

  // Lambda would try it again after 60 and after another 120 seconds.
  test.each([
    [{ MaximumRetryAttempts: 0 }, 1],
    [{ MaximumEventAgeInSeconds: 60 }, 1],
    [{ MaximumEventAgeInSeconds: 179 }, 2],
    [{ MaximumEventAgeInSeconds: 240 }, 3],
  ])('with an EventInvokeConfig of %j is tried %d times in all', async (properties, times) => {
    await stack.deploy({
      ...fn(code),
      Config: { Type: 'AWS::Lambda::EventInvokeConfig', Properties: { FunctionName: { Ref: 'Fn' }, Qualifier: '$LATEST', ...properties } },
    });
    await invoke({ fail: true }, { 'x-amz-invocation-type': 'Event' });
    await aws.lambda.idle();
    expect(runs()).toHaveLength(times);
  });

  test('is tried again after the environment crashed', async () => {
    await stack.deploy(fn(code));
    const crashed = join(folder, 'crashed');
    await invoke({ until: crashed }, { 'x-amz-invocation-type': 'Event' });
    await until(() => runs().length > 0);
    await aws.lambda.crash('fn');
    writeFileSync(crashed, '');
    await aws.lambda.idle();
    expect(runs()).toHaveLength(2);
    expect(messages()).toContainEqual(expect.stringContaining('Runtime exited with error: signal: killed'));
  });
});

describe(`logs (${LOGGING})`, () => {
  const code = 'exports.handler = async () => console.log("hello");';
  const allow = (Action: string[], Resource: unknown = '*') => [{ Effect: 'Allow', Action, Resource }];

  test('are dropped if the role may not write them', async () => {
    await stack.deploy(fn(code, {}, allow(['iot:DeleteConnection'])));
    await invoke({});
    expect(messages()).toBeUndefined();
  });

  test('do not bring a log group back unless the role may create one', async () => {
    await stack.deploy(fn(code, {}, allow(['logs:CreateLogStream', 'logs:PutLogEvents'])));
    await invoke({});
    expect(messages()).toBeUndefined();
  });

  test('go to the group of LoggingConfig, with a right on that group only', async () => {
    await stack.deploy({
      ...fn(code, { LoggingConfig: { LogGroup: { Ref: 'Log' } } }, allow(['logs:CreateLogStream', 'logs:PutLogEvents'], { 'Fn::GetAtt': ['Log', 'Arn'] })),
      Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'own' } },
    });
    await invoke({});
    expect(messages('own')).toContain('hello');
  });
});

test('refuses a role that does not trust Lambda (https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html)', async () => {
  await stack.deploy(fn('exports.handler = async () => 1;', { Role: 'arn:aws:iam::123456789012:role/lost' }));
  expect(await stack.reason('Fn', 'CREATE_FAILED')).toBe('The role defined for the function cannot be assumed by Lambda.');
});

test('new code takes the place of the old; a deleted function leaves no folder behind', async () => {
  const code = (answer: string) => fn(`exports.handler = async () => ({ answer: '${answer}', folder: __dirname });`);
  await stack.deploy(code('old'));
  const old = await invoke({});
  await stack.deploy(code('new'));
  const { payload } = await invoke({});
  expect(payload.answer).toBe('new');
  await stack.delete();
  await until(() => ![old.payload.folder, payload.folder].some(existsSync));
});
