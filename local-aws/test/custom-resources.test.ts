import { LocalAws } from '../local-aws';
import { custom, ScriptedFunction } from './scripted-function';
import { FAILED, provider, scripted, StackDriver } from './stack-driver';
import { until } from './support/mqtt-device';
import { OTHER_TIMERS } from './things-rig';

const REFERENCE = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html';
const REQUESTS = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html';
const RESPONSES = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html';

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

const exchanges = () => aws.cloudformation.exchanges;
const functionLogs = () =>
  [...aws.logs.groups.keys()].filter((name) => name.startsWith('/aws/lambda/')).flatMap((name) => aws.logs.events(name).map(({ message }) => message));

describe(`the request (${REQUESTS})`, () => {
  test('has these fields, and old properties on Update only', async () => {
    await stack.deploy({ ...provider(), A: scripted({}, { Size: 1 }) });
    await stack.deploy({ ...provider(), A: scripted({}, { Size: 2 }) });
    await stack.delete();
    const common = ['LogicalResourceId', 'RequestId', 'RequestType', 'ResourceProperties', 'ResourceType', 'ResponseURL', 'ServiceToken', 'StackId'];
    const [create, update, delete_] = exchanges().map(({ request }) => Object.keys(request).sort());
    expect(create).toEqual(common);
    expect(update).toEqual([...common, 'OldResourceProperties', 'PhysicalResourceId'].sort());
    expect(delete_).toEqual([...common, 'PhysicalResourceId'].sort());
    const { request } = exchanges()[0];
    expect(request).toMatchObject({ StackId: stack.id, ResourceType: 'Custom::Scripted', LogicalResourceId: 'A' });
    expect(request.ResourceProperties.ServiceToken).toBe(request.ServiceToken);
    expect(new Set(exchanges().map((each) => each.request.RequestId)).size).toBe(3);
  });

  test('is answered to a URL that says when it was signed, and for how long (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html)', async () => {
    const before = Date.now();
    await stack.deploy({ ...provider(), A: scripted() });
    const signed = new URL(exchanges()[0].request.ResponseURL).searchParams;
    expect(signed.get('X-Amz-Date')).toMatch(/^\d{8}T\d{6}Z$/);
    const at = Date.parse(signed.get('X-Amz-Date')!.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)/, '$1-$2-$3:$4:'));
    expect(at).toBeGreaterThan(before - 1000);
    expect(at).toBeLessThanOrEqual(Date.now());
    expect(signed.get('X-Amz-Expires')).toBe('7200');
  });

  test('has every scalar property as a string (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1037)', async () => {
    await stack.deploy({ ...provider(), A: scripted({}, { Flag: true, Count: 5, Nested: { List: [1, false] }, ServiceTimeout: 60 }) });
    expect(exchanges()[0].request.ResourceProperties).toMatchObject({ Flag: 'true', Count: '5', Nested: { List: ['1', 'false'] }, ServiceTimeout: '60' });
  });
});

describe(`the answer (${RESPONSES})`, () => {
  test.each([
    ['another RequestId', { answer: { RequestId: 'other' } }, 'RequestId'],
    ['another StackId', { answer: { StackId: 'other' } }, 'StackId'],
    ['another LogicalResourceId', { answer: { LogicalResourceId: 'other' } }, 'LogicalResourceId'],
    ['no PhysicalResourceId', { answer: { PhysicalResourceId: null } }, 'Invalid PhysicalResourceId'],
    ['a PhysicalResourceId over 1 KB', { answer: { PhysicalResourceId: 'x'.repeat(1025) } }, 'Invalid PhysicalResourceId'],
    ['another Status', { answer: { Status: 'OK' } }, 'Status'],
    ['FAILED without a Reason', { answer: { Status: 'FAILED' } }, 'Reason'],
    ['over 4096 bytes', { answer: { Data: { Long: 'é'.repeat(2000) } } }, 'Response object is too long.'],
    ['not JSON', { body: 'SUCCESS' }, 'not valid JSON'],
  ])('is refused: %s', async (_, step, reason) => {
    const { StackStatus } = await stack.deploy({ ...provider(), A: scripted({ Create: step }) });
    expect(StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(await stack.reason('A', 'CREATE_FAILED')).toContain(reason);
    expect(exchanges()[0].refusal).toContain(reason);
  });

  test('gives its Data to Fn::GetAtt, and its physical id to Ref', async () => {
    const { Outputs } = await stack.deploy(
      { ...provider(), A: scripted({ Create: { answer: { Data: { Answer: 42 } } } }) },
      { Outputs: { Data: { Value: { 'Fn::GetAtt': ['A', 'Answer'] } }, Id: { Value: { Ref: 'A' } } } },
    );
    expect(Object.fromEntries(Outputs!.map((output) => [output.OutputKey, output.OutputValue]))).toEqual({ Data: '42', Id: 'A-id' });
  });

  test('with NoEcho has its Data masked', async () => {
    const { Outputs } = await stack.deploy(
      { ...provider(), A: scripted({ Create: { answer: { Data: { Answer: 'secret' }, NoEcho: true } } }) },
      { Outputs: { Data: { Value: { 'Fn::GetAtt': ['A', 'Answer'] } } } },
    );
    expect(Outputs![0].OutputValue).toBe('*****');
  });

  test('lacking an attribute that is asked for fails the stack', async () => {
    const { StackStatus } = await stack.deploy({ ...provider(), A: scripted() }, { Outputs: { Data: { Value: { 'Fn::GetAtt': ['A', 'Answer'] } } } });
    expect(StackStatus).toBe('ROLLBACK_COMPLETE');
  });

  test('counts once: later ones are ignored', async () => {
    const { StackStatus } = await stack.deploy({ ...provider(), A: scripted({ Create: { then: FAILED } }) });
    expect(StackStatus).toBe('CREATE_COMPLETE');
  });

  test('is refused by S3 if it has a content type, which the URL is not signed for (https://docs.aws.amazon.com/AmazonS3/latest/userguide/PresignedUrlUploadObject.html)', async () => {
    jest.useFakeTimers({ doNotFake: [...OTHER_TIMERS] });
    try {
      const deployed = stack.deploy({ ...provider(), A: scripted({ Create: { headers: { 'content-type': 'application/json' } } }, { ServiceTimeout: 3600 }) });
      await until(() => /PUT 403 .*SignatureDoesNotMatch/.test(functionLogs().join('\n')));
      await aws.lambda.idle();
      await jest.advanceTimersByTimeAsync(3_600_000);
      await deployed;
    } finally {
      jest.useRealTimers();
    }
    expect(await stack.reason('A', 'CREATE_FAILED')).toContain('did not receive a response');
  });
});

describe(`no answer (${REFERENCE}, ServiceTimeout)`, () => {
  test.each(['Create', 'Delete'] as const)('to a %s within ServiceTimeout fails the resource', async (type) => {
    // In this process, so that what is answered is answered in time.
    new ScriptedFunction(aws);
    await stack.deploy({ A: custom({ [type]: { silent: true } }, { ServiceTimeout: 1 }) });
    if (type === 'Delete') await stack.delete();
    const { RequestId } = exchanges().find(({ request }) => request.RequestType === type)!.request;
    expect(await stack.reason('A', `${type.toUpperCase()}_FAILED`)).toBe(
      `CloudFormation did not receive a response from your custom resource. Please check your logs for requestId [${RequestId}].`,
    );
  });
});

test('a failed Create is followed by a Delete with an invented id if the answer has none (https://github.com/aws/aws-cdk/issues/26139)', async () => {
  await stack.deploy({ ...provider(), A: scripted({ Create: { answer: { ...FAILED, PhysicalResourceId: null } } }) });
  expect(exchanges()[1].request).toMatchObject({ RequestType: 'Delete', PhysicalResourceId: expect.stringMatching(/^Test-A-\w{12}$/) });
});

test('a failed Update that answers with another id is undone under that id, and the id deleted (https://github.com/aws/aws-cdk/issues/30012)', async () => {
  await stack.deploy({ ...provider(), A: scripted({ Update: { answer: { PhysicalResourceId: 'A-id' } } }) });
  await stack.deploy({ ...provider(), A: scripted({ Update: { answer: { ...FAILED, PhysicalResourceId: 'stream' } } }, { Size: 2 }) });
  expect(stack.requests).toEqual(['Create A', 'Update A A-id', 'Update A stream', 'Delete A stream']);
});

test('the function is invoked asynchronously: two retries, with the same event (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html)', async () => {
  const { StackStatus } = await stack.deploy({ ...provider(), A: scripted({ Create: { crashes: 2 } }) });
  expect(StackStatus).toBe('CREATE_COMPLETE');
  expect(exchanges()).toHaveLength(1);
  expect(functionLogs().filter((line) => line.startsWith('START'))).toHaveLength(3);
  expect(new Set(functionLogs().filter((line) => line.startsWith('START'))).size).toBe(1);
});

test('a changed ServiceToken is refused', async () => {
  const other = Object.fromEntries(
    Object.entries(provider()).map(([id, definition]) => [`Other${id}`, JSON.parse(JSON.stringify(definition).replace('"Role","Arn"', '"OtherRole","Arn"'))]),
  );
  await stack.deploy({ ...provider(), ...other, A: scripted() });
  await stack.deploy({ ...provider(), ...other, A: scripted({}, { ServiceToken: { 'Fn::GetAtt': ['OtherProvider', 'Arn'] } }) });
  expect(await stack.reason('A', 'UPDATE_FAILED')).toBe('Modifying service token is not allowed.');
});

test('an unknown function fails the resource', async () => {
  await stack.deploy({ A: { Type: 'Custom::Lost', Properties: { ServiceToken: aws.lambda.arn('lost') } } });
  expect(await stack.reason('A', 'CREATE_FAILED')).toContain('Function not found');
});
