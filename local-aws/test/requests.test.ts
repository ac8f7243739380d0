import { LocalAws } from '../local-aws';
import { AwsServer } from '../server';
import type { Service } from '../service';
import { signedFetch } from './signed-fetch';

/* What a service does not understand in a request is never passed over. */

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  aws.s3.buckets.set('assets', { objects: new Map(), sseAlgorithm: 'AES256' });
});

afterAll(() => aws.stop());

interface Answer {
  readonly status: number;
  readonly code?: string | null;
  readonly message?: string;
  readonly text: string;
}

async function ask(service: string, method: string, path: string, body?: string | object, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await signedFetch(aws, service, method, path, typeof body === 'object' ? JSON.stringify(body) : body, headers);
  const text = await response.text();
  if (text.startsWith('<')) {
    const [, code] = /<Code>(.*)<\/Code>/.exec(text) ?? [];
    const [, message] = /<Message>([^]*)<\/Message>/.exec(text) ?? [];
    return { status: response.status, code, message, text };
  }
  return { status: response.status, code: response.headers.get('x-amzn-errortype'), message: text && JSON.parse(text).message, text };
}

const json = (service: string, target: string) => (body: string | object) => ask(service, 'POST', '/', body, { 'x-amz-target': target });
const query = (service: string, version: string) => (parameters: string) =>
  ask(service, 'POST', '/', `${parameters}&Version=${version}`, { 'content-type': 'application/x-www-form-urlencoded' });
const cloudformation = query('cloudformation', '2010-05-15');
const THING = '/managed-things/a';

describe('a member that AWS knows and the stand-in does not is not implemented, by its name', () => {
  test.each<[string, string, () => Promise<Answer>]>([
    ['iot', 'CreatePolicy with tags', () => ask('iot', 'POST', '/policies/p', { policyDocument: '{}', tags: [] })],
    ['iot', 'CreateThing with attributePayload.foo', () => ask('iot', 'POST', '/things/t', { attributePayload: { foo: 1 } })],
    ['iot', 'ListThings with thingGroup', () => ask('iot', 'GET', '/things?thingGroup=g')],
    ['iot', 'DescribeEndpoint with endpointType "iot:Jobs"', () => ask('iot', 'GET', '/endpoint?endpointType=iot:Jobs')],
    ['iotdata', 'GetConnection with includeSocketInformation true', () => ask('iotdata', 'GET', '/connections/c?includeSocketInformation=true')],
    ['iotdata', 'DeleteConnection with a body', () => ask('iotdata', 'DELETE', '/connections/c', { cleanSession: true })],
    ['iotdata', 'DeleteConnection with cleanSession twice', () => ask('iotdata', 'DELETE', '/connections/c?cleanSession=true&cleanSession=false')],
    ['iotmanagedintegrations', 'UpdateManagedThing with Capabilities', () => ask('iotmanagedintegrations', 'PUT', THING, { Capabilities: 'x' })],
    ['connect', 'StartChatContact with InitialMessage', () => ask('connect', 'PUT', '/contact/chat', { InitialMessage: {} })],
    ['connectparticipant', 'DisconnectParticipant with Reason', () => ask('execute-api', 'POST', '/participant/disconnect', { Reason: 'x' })],
    ['ssm', 'PutParameter with Policies', () => json('ssm', 'AmazonSSM.PutParameter')({ Name: 'p', Value: 'v', Type: 'String', Policies: '[]' })],
    ['ssm', 'PutParameter with Tier "Advanced"', () => json('ssm', 'AmazonSSM.PutParameter')({ Name: 'p', Value: 'v', Type: 'String', Tier: 'Advanced' })],
    ['logs', 'GetLogEvents with startTime', () => json('logs', 'Logs_20140328.GetLogEvents')({ logGroupName: 'g', logStreamName: 's', startTime: 1 })],
    ['secretsmanager', 'GetSecretValue with VersionId', () => json('secretsmanager', 'secretsmanager.GetSecretValue')({ SecretId: 's', VersionId: 'v' })],
    [
      'dynamodb',
      'CreateTable with StreamSpecification',
      () => json('dynamodb', 'DynamoDB_20120810.CreateTable')({ TableName: 'table', StreamSpecification: {} }),
    ],
    [
      'dynamodb',
      'CreateTable with KeySchema.0.Order',
      () => json('dynamodb', 'DynamoDB_20120810.CreateTable')({ TableName: 'table', KeySchema: [{ Order: 'up' }] }),
    ],
    ['lambda', 'Invoke with Qualifier "live"', () => ask('lambda', 'POST', '/2015-03-31/functions/f/invocations?Qualifier=live')],
    ['lambda', 'Invoke with LogType "Tail"', () => ask('lambda', 'POST', '/2015-03-31/functions/f/invocations', '{}', { 'x-amz-log-type': 'Tail' })],
    [
      'lambda',
      'Invoke with x-amz-client-context',
      () => ask('lambda', 'POST', '/2015-03-31/functions/f/invocations', '{}', { 'x-amz-client-context': 'e30=' }),
    ],
    ['s3', 'PutObject with if-none-match', () => ask('s3', 'PUT', '/assets/key', 'x', { 'if-none-match': '*' })],
    ['s3', 'PutObject with x-amz-acl', () => ask('s3', 'PUT', '/assets/key', 'x', { 'x-amz-acl': 'private' })],
    ['s3', 'GetObject with versionId', () => ask('s3', 'GET', '/assets/key?versionId=1')],
    ['s3', 'PutObject with x-amz-copy-source', () => ask('s3', 'PUT', '/assets/key', '', { 'x-amz-copy-source': 'a/b' })],
    ['cloudformation', 'CreateStack with TimeoutInMinutes', () => cloudformation('Action=CreateStack&StackName=s&TimeoutInMinutes=1')],
    ['cloudformation', 'CreateStack with NotificationARNs ["arn"]', () => cloudformation('Action=CreateStack&StackName=s&NotificationARNs.member.1=arn')],
    [
      'cloudformation',
      'DeleteStack with DeletionMode "FORCE_DELETE_STACK"',
      () => cloudformation('Action=DeleteStack&StackName=s&DeletionMode=FORCE_DELETE_STACK'),
    ],
    ['sts', 'AssumeRole with ExternalId', () => query('sts', '2011-06-15')('Action=AssumeRole&RoleSessionName=se&RoleArn=arn:aws:iam::1:role/r&ExternalId=ab')],
  ])('%s %s', async (service, what, call) => {
    const { status, code, message, text } = await call();
    expect([status, code, text.includes('<')]).toEqual([501, 'NotImplemented', ['cloudformation', 'sts', 's3'].includes(service)]);
    expect(message!.replaceAll('&quot;', '"')).toContain(`${service} ${what}`);
  });
});

describe('a value that is not allowed is refused as the service does', () => {
  const LAMBDA = '/2015-03-31/functions';
  test.each<[string, string, () => Promise<Answer>]>([
    // https://github.com/aws/aws-sdk-java/issues/666
    [
      'InvalidRequestException',
      "Value '$x' at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[^$].*",
      () => ask('iotdata', 'DELETE', '/connections/%24x'),
    ],
    [
      'InvalidRequestException',
      "at 'attributePayload.attributes' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128",
      () => ask('iot', 'POST', '/things/t', { attributePayload: { attributes: { 'a b': 'c' } } }),
    ],
    ['InvalidRequestException', '"yes" at cleanSession is not of type boolean', () => ask('iotdata', 'DELETE', '/connections/c?cleanSession=yes')],
    [
      'ValidationException',
      "Value 'FOO' at 'hubNetworkMode' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, NETWORK_WIDE_EXCLUSION]",
      () => ask('iotmanagedintegrations', 'PUT', THING, { HubNetworkMode: 'FOO' }),
    ],
    [
      'ValidationException',
      "2 validation errors detected: Value 'Foo' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [String, StringList, SecureString]; ",
      () => json('ssm', 'AmazonSSM.PutParameter')({ Name: 'p', Value: 'v', Type: 'Foo', Description: 'x'.repeat(1025) }),
    ],
    [
      'InvalidParameterException',
      "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: ",
      () => json('logs', 'Logs_20140328.CreateLogGroup')({ logGroupName: 'a b' }),
    ],
    [
      'ValidationException',
      "Value null at 'secretId' failed to satisfy constraint: Member must not be null",
      () => json('secretsmanager', 'secretsmanager.GetSecretValue')({}),
    ],
    [
      'ValidationException',
      'Member must satisfy enum value set: [Event, RequestResponse, DryRun]',
      () => ask('lambda', 'POST', `${LAMBDA}/f/invocations`, '{}', { 'x-amz-invocation-type': 'Foo' }),
    ],
    [
      'ValidationError',
      "Value 'FOO' at 'onFailure' failed to satisfy constraint: Member must satisfy enum value set: [DO_NOTHING, ROLLBACK, DELETE]",
      () => cloudformation('Action=CreateStack&StackName=s&OnFailure=FOO'),
    ],
    [
      'ValidationError',
      "Value '[CAPABILITY_FOO]' at 'capabilities' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [",
      () => cloudformation('Action=CreateStack&StackName=s&Capabilities.member.1=CAPABILITY_FOO'),
    ],
    [
      'InvalidParameterException',
      "Value '59' at 'chatDurationInMinutes' failed to satisfy constraint: Member must have value greater than or equal to 60",
      () =>
        ask('connect', 'PUT', '/contact/chat', { InstanceId: 'i', ContactFlowId: 'f', ParticipantDetails: { DisplayName: 'd' }, ChatDurationInMinutes: 59 }),
    ],
    ['InvalidArgument', '"x" at MaxKeys is not of type integer', () => ask('s3', 'GET', '/assets?list-type=2&max-keys=x')],
    // A token is not repeated.
    [
      'ValidationException',
      "1 validation error detected: Value at 'connectionToken' failed to satisfy constraint: Member must have length less than or equal to 1000",
      () => ask('execute-api', 'POST', '/participant/disconnect', {}, { 'x-amz-bearer': 'x'.repeat(1001) }),
    ],
  ])('%s: %s', async (error, message, call) => {
    const answer = await call();
    expect([answer.status, answer.code]).toEqual([400, error]);
    expect(answer.message!.replaceAll('&apos;', "'").replaceAll('&quot;', '"')).toContain(message);
  });
});

test('a fault of the stand-in is told in a line, and where it is to whoever runs it', async () => {
  const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const service: Service = {
    signingNames: ['ssm'],
    protocol: 'json',
    denial: { code: 'AccessDeniedException', status: 400 },
    handle: () => {
      throw new TypeError('oops');
    },
  };
  const server = new AwsServer([service], { callerOf: () => ({ kind: 'operator' }), check: () => undefined }, aws.region);
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIA/20260101/${aws.region}/ssm/aws4_request, SignedHeaders=host, Signature=0`;
  const response = await fetch(await server.listen(), { method: 'POST', headers: { authorization } });
  expect([response.status, await response.json()]).toMatchObject([500, { __type: 'InternalFailure', message: 'local-aws failed: oops' }]);
  expect(log.mock.calls[0][1]).toBeInstanceOf(TypeError);
  log.mockRestore();
  await server.close();
});

describe("what is malformed is the caller's fault", () => {
  test.each<[string, () => Promise<Answer>]>([
    ['SerializationException', () => json('ssm', 'AmazonSSM.GetParameter')('{')],
    ['SerializationException', () => json('ssm', 'AmazonSSM.GetParameter')('null')],
    ['SerializationException', () => json('ssm', 'AmazonSSM.GetParameter')({ Name: 1 })],
    ['SerializationException', () => json('ssm', 'AmazonSSM.GetParameters')({ Names: [1] })],
    ['SerializationException', () => json('ssm', 'AmazonSSM.GetParameters')({ Names: [null] })],
    ['SerializationException', () => json('logs', 'Logs_20140328.PutLogEvents')({ logGroupName: 'g', logStreamName: 's', logEvents: [null] })],
    ['SerializationException', () => ask('iot', 'POST', '/things/t', { attributePayload: { attributes: { a: null } } })],
    ['SerializationException', () => json('dynamodb', 'DynamoDB_20120810.ListTables')('[')],
    ['SerializationException', () => ask('iot', 'POST', '/things/t', '{')],
    ['SerializationException', () => ask('iotmanagedintegrations', 'POST', '/managed-things', '[]')],
    ['SerializationException', () => ask('execute-api', 'POST', '/participant/disconnect', '{', { 'x-amz-bearer': 'x' })],
    ['InvalidRequestContentException', () => ask('lambda', 'POST', '/2015-03-31/functions/f/invocations', '{')],
    ['InvalidRequestException', () => ask('iot', 'GET', '/things/%ff')],
    ['InvalidArgument', () => ask('s3', 'GET', '/assets/%ff')],
    ['MalformedQueryString', () => cloudformation('Action=DescribeStacks&StackName=a&StackName.b=c')],
    ['InvalidAction', () => query('cloudformation', '2011-01-01')('Action=DescribeStacks')],
    ['MissingAction', () => cloudformation('StackName=a')],
  ])('%s', async (error, call) => {
    const answer = await call();
    expect([answer.status, answer.code]).toEqual([400, error]);
    expect(answer.text).not.toMatch(/\.ts:\d|node_modules/);
  });
});
