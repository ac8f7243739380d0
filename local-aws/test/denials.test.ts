import { LocalAws } from '../local-aws';
import { signedFetch } from './signed-fetch';

let aws: LocalAws;
let accessKeyId: string;

beforeAll(async () => {
  aws = await LocalAws.start();
  const role = aws.iam.createRole('Powerless', '/', { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole' }] });
  ({ AccessKeyId: accessKeyId } = aws.iam.issueCredentials(role.arn, 'f'));
  aws.s3.buckets.set('assets', { objects: new Map(), sseAlgorithm: 'AES256' });
});

afterAll(() => aws.stop());

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const target = (name: string) => ({ 'x-amz-target': name, 'content-type': 'application/x-amz-json-1.1' });
const sentence = (action: string) => new RegExp(`assumed-role/Powerless/f is not authorized to perform: ${action} on resource: arn:aws:`);

/** Service, method, path, body, headers; status, code, what the message says. */
const DENIALS: [string, [string, string, string, string?, Record<string, string>?], number, string, RegExp][] = [
  // The developer guide does not say: https://github.com/aws/aws-sdk-js-v3/issues/5562, https://github.com/boto/boto3/issues/1447
  ['no action', ['iotdata', 'DELETE', '/connections/kiosk-1'], 403, 'ForbiddenException', /^Forbidden$/],
  // https://github.com/hashicorp/terraform-provider-aws/issues/29011; UnauthorizedException 401 is in the model and was never seen
  ['IoT', ['iot', 'GET', '/things/kiosk-1'], 403, 'AccessDeniedException', sentence('iot:DescribeThing')],
  // https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_DeleteManagedThing.html
  [
    'Managed integrations',
    ['iotmanagedintegrations', 'DELETE', '/managed-things/a'],
    403,
    'AccessDeniedException',
    sentence('iotmanagedintegrations:DeleteManagedThing'),
  ],
  // https://docs.aws.amazon.com/connect/latest/APIReference/CommonErrors.html
  [
    'Connect',
    ['connect', 'PUT', '/contact/chat', '{"InstanceId":"i","ContactFlowId":"f","ParticipantDetails":{"DisplayName":"d"}}'],
    403,
    'AccessDeniedException',
    sentence('connect:StartChatContact'),
  ],
  // https://github.com/awslabs/aws-deployment-framework/issues/460
  ['Lambda', ['lambda', 'POST', '/2015-03-31/functions/f/invocations', '{}'], 403, 'AccessDeniedException', sentence('lambda:InvokeFunction')],
  // https://github.com/github-aws-runners/terraform-aws-github-runner/issues/1279
  ['SSM', ['ssm', 'POST', '/', '{"Name":"p"}', target('AmazonSSM.GetParameter')], 400, 'AccessDeniedException', sentence('ssm:GetParameter')],
  // https://github.com/elastic/apm-aws-lambda/issues/526
  [
    'Logs',
    ['logs', 'POST', '/', '{"logGroupName":"g"}', target('Logs_20140328.CreateLogGroup')],
    400,
    'AccessDeniedException',
    sentence('logs:CreateLogGroup'),
  ],
  // https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html, and as the two before
  [
    'Secrets Manager',
    ['secretsmanager', 'POST', '/', '{"SecretId":"s"}', target('secretsmanager.GetSecretValue')],
    400,
    'AccessDeniedException',
    sentence('secretsmanager:GetSecretValue'),
  ],
  // https://github.com/sebdah/dynamic-dynamodb/issues/187
  [
    'DynamoDB',
    ['dynamodb', 'POST', '/', '{"TableName":"table"}', target('DynamoDB_20120810.DescribeTable')],
    400,
    'AccessDeniedException',
    sentence('dynamodb:DescribeTable'),
  ],
  // https://github.com/anomalyco/sst/issues/3006
  [
    'CloudFormation',
    ['cloudformation', 'POST', '/', 'Action=DescribeStacks&Version=2010-05-15&StackName=s', FORM],
    403,
    'AccessDenied',
    sentence('cloudformation:DescribeStacks'),
  ],
  [
    'CloudFormation, of events',
    ['cloudformation', 'POST', '/', 'Action=DescribeStackEvents&Version=2010-05-15&StackName=s', FORM],
    403,
    'AccessDenied',
    sentence('cloudformation:DescribeStackEvents'),
  ],
  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  ['S3', ['s3', 'GET', '/assets/key?x-id=GetObject'], 403, 'AccessDenied', sentence('s3:GetObject')],
];

test.each(DENIALS)('what IAM refuses is refused as the service does: %s', async (_, [service, method, path, body, headers], status, code, message) => {
  const response = await signedFetch(aws, service, method, path, body, headers, accessKeyId);
  const text = await response.text();
  expect([response.status, codeIn(text, response)]).toEqual([status, code]);
  expect(/<Message>(.*)<\/Message>/.exec(text)?.[1] ?? JSON.parse(text).message).toMatch(message);
});

function codeIn(text: string, response: Response): string | null | undefined {
  return text.startsWith('<') ? /<Code>(.*)<\/Code>/.exec(text)?.[1] : response.headers.get('x-amzn-errortype');
}

// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
describe('a signature', () => {
  const errorOf = async (headers: Record<string, string>) => {
    const response = await fetch(aws.url, { method: 'POST', headers });
    const text = await response.text();
    return `${response.status} ${codeIn(text, response)}`;
  };
  const signed = (scope: string) => ({ authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20260101/${scope}, SignedHeaders=host, Signature=0` });

  it.each([
    ['ssm', target('AmazonSSM.GetParameter'), '400 InvalidSignatureException'],
    ['iot', {}, '403 InvalidSignatureException'],
    ['cloudformation', FORM, '403 SignatureDoesNotMatch'],
    ['s3', {}, '400 AuthorizationHeaderMalformed'],
  ])('for another region is no good: %s', async (service, headers, error) => {
    expect(await errorOf({ ...signed(`us-east-1/${service}/aws4_request`), ...headers })).toBe(error);
  });

  it('for a service that is not here is not implemented, in the form of its protocol', async () => {
    expect(await errorOf(signed(`${aws.region}/sns/aws4_request`))).toBe('501 NotImplemented');
    expect(await errorOf({ ...signed(`${aws.region}/sns/aws4_request`), ...FORM })).toBe('501 NotImplemented');
  });

  it('must be there, and whole', async () => {
    expect(await errorOf({})).toBe('403 MissingAuthenticationTokenException');
    expect(await errorOf(FORM)).toBe('403 MissingAuthenticationToken');
    expect(await errorOf(signed('ca-central-1/ssm/aws5_request'))).toBe('403 IncompleteSignatureException');
    expect(await errorOf({ authorization: 'Basic x', ...FORM })).toBe('403 IncompleteSignature');
  });
});
