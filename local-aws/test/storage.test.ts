import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  type DeleteSecretCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { LocalAws } from '../local-aws';
import { jsonCall, signedFetch } from './signed-fetch';
import { StackDriver } from './stack-driver';

/* Where things are kept: Secrets Manager, Parameter Store, S3, CloudWatch Logs; and who asks, STS. */

let aws: LocalAws;
beforeAll(async () => {
  aws = await LocalAws.start();
});
afterAll(() => aws.stop());

/** An access key of a role with these rights. */
function keyWith(Action: string, Resource: string): string {
  const name = `Role${aws.iam.roles.size}`;
  const { arn } = aws.iam.createRole(name, '/', { Statement: [] });
  aws.iam.putRolePolicy(name, 'P', { Statement: [{ Effect: 'Allow', Action, Resource }] });
  return aws.iam.issueCredentials(arn, 'fn').AccessKeyId;
}

const secretsAs = (accessKeyId: string) =>
  new SecretsManagerClient({ endpoint: aws.url, region: aws.region, credentials: { accessKeyId, secretAccessKey: 'x' } });

describe('Secrets Manager (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html)', () => {
  test('finds a secret by name, ARN and partial ARN', async () => {
    const client = secretsAs('AKIA');
    const { ARN } = await client.send(new CreateSecretCommand({ Name: 'chat/tokens', SecretString: 'one' }));
    expect(ARN).toMatch(/^arn:aws:secretsmanager:ca-central-1:123456789012:secret:chat\/tokens-\w{6}$/);
    await client.send(new PutSecretValueCommand({ SecretId: 'chat/tokens', SecretString: 'two' }));
    for (const SecretId of ['chat/tokens', ARN!, ARN!.slice(0, -7)]) {
      expect((await client.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('two');
    }
    await expect(client.send(new GetSecretValueCommand({ SecretId: 'lost' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('authorises on the full ARN', async () => {
    const { ARN } = await secretsAs('AKIA').send(new CreateSecretCommand({ Name: 'guarded', SecretString: 'x' }));
    const read = (key: string) => secretsAs(key).send(new GetSecretValueCommand({ SecretId: 'guarded' }));
    await expect(read(keyWith('secretsmanager:GetSecretValue', ARN!))).resolves.toMatchObject({ SecretString: 'x' });
    await expect(read(keyWith('secretsmanager:GetSecretValue', `${ARN!.slice(0, -6)}??????`))).resolves.toMatchObject({ SecretString: 'x' });
    await expect(read(keyWith('secretsmanager:GetSecretValue', ARN!.slice(0, -7)))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('generates what a template asks for', async () => {
    const stack = new StackDriver(aws, 'Secrets');
    await stack.deploy({
      Secret: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: {
          Name: 'made',
          GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true, SecretStringTemplate: '{"user":"u"}', GenerateStringKey: 'password' },
        },
      },
    });
    const { user, password } = JSON.parse(aws.secrets.find('made')!.value!.SecretString!);
    expect(user).toBe('u');
    expect(password).toMatch(/^[A-Za-z0-9]{40}$/);
    await stack.delete();
    expect(aws.secrets.find('made')).toBeUndefined();
    stack.client.destroy();
  });
});

// What GetSecretValue answers for one that is scheduled for deletion: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
// In these words: https://github.com/external-secrets/external-secrets/issues/4560
describe('a secret that is deleted (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html)', () => {
  const DAY_MS = 86_400_000;
  let client: SecretsManagerClient;
  beforeEach(async () => {
    client = secretsAs('AKIA');
    await client.send(new CreateSecretCommand({ Name: 'doomed', SecretString: 'x' }));
  });
  afterEach(async () => {
    await remove({ ForceDeleteWithoutRecovery: true });
    client.destroy();
  });
  const remove = (how: Partial<DeleteSecretCommandInput> = {}, SecretId = 'doomed') => client.send(new DeleteSecretCommand({ SecretId, ...how }));
  const read = () => client.send(new GetSecretValueCommand({ SecretId: 'doomed' }));
  const describeIt = () => client.send(new DescribeSecretCommand({ SecretId: 'doomed' }));

  test('is not given out, changed, deleted again or made anew while it is marked for deletion', async () => {
    await remove();
    const refused = { name: 'InvalidRequestException', message: "You can't perform this operation on the secret because it was marked for deletion." };
    await expect(read()).rejects.toMatchObject(refused);
    await expect(client.send(new PutSecretValueCommand({ SecretId: 'doomed', SecretString: 'y' }))).rejects.toMatchObject(refused);
    await expect(remove()).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(client.send(new CreateSecretCommand({ Name: 'doomed', SecretString: 'y' }))).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });

  test.each([
    [30, {}],
    [7, { RecoveryWindowInDays: 7 }],
  ])('is marked to go in %d days if it is deleted with %j', async (days, how) => {
    const { DeletionDate } = await remove(how);
    expect(Math.round((DeletionDate!.getTime() - Date.now()) / DAY_MS)).toBe(days);
    expect((await describeIt()).DeletedDate).toEqual(DeletionDate);
  });

  // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html
  test('can be read again once it is restored', async () => {
    await remove();
    await client.send(new RestoreSecretCommand({ SecretId: 'doomed' }));
    expect((await read()).SecretString).toBe('x');
    expect((await describeIt()).DeletedDate).toBeUndefined();
  });

  test.each<[string, () => Promise<unknown>]>([
    ['', async () => undefined],
    [', also where it was marked before', () => remove()],
  ])('is gone at once without recovery%s', async (_, prepare) => {
    await prepare();
    await remove({ ForceDeleteWithoutRecovery: true });
    for (const call of [read, describeIt, () => client.send(new RestoreSecretCommand({ SecretId: 'doomed' }))]) {
      await expect(call()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }
    await client.send(new CreateSecretCommand({ Name: 'doomed', SecretString: 'y' }));
  });

  test('that is not there is no obstacle to deleting without recovery, only to deleting with it', async () => {
    await expect(remove({ ForceDeleteWithoutRecovery: true }, 'lost')).resolves.toBeDefined();
    await expect(remove({}, 'lost')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test.each<[string, Partial<DeleteSecretCommandInput>]>([
    ['6 days', { RecoveryWindowInDays: 6 }],
    ['31 days', { RecoveryWindowInDays: 31 }],
    ['a recovery window without recovery', { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }],
  ])('stays as it is if it is to be deleted with %s', async (_, how) => {
    await expect(remove(how)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect((await read()).SecretString).toBe('x');
  });

  test('is restored and deleted only by who may', async () => {
    const reader = secretsAs(keyWith('secretsmanager:GetSecretValue', '*'));
    const denied = { name: 'AccessDeniedException' };
    await expect(reader.send(new DeleteSecretCommand({ SecretId: 'doomed', ForceDeleteWithoutRecovery: true }))).rejects.toMatchObject(denied);
    await expect(reader.send(new DeleteSecretCommand({ SecretId: 'doomed' }))).rejects.toMatchObject(denied);
    await remove();
    await expect(reader.send(new RestoreSecretCommand({ SecretId: 'doomed' }))).rejects.toMatchObject(denied);
  });
});

describe('Parameter Store (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html)', () => {
  test('keeps plain and secure parameters; a secure one is readable only when decrypted', async () => {
    const ssm = (operation: string, input: object, key?: string) => jsonCall(aws, 'ssm', `AmazonSSM.${operation}`, input, key);
    await ssm('PutParameter', { Name: '/a/b', Value: 'plain', Type: 'String' });
    await ssm('PutParameter', { Name: 'secure', Value: 'token', Type: 'SecureString' });
    expect((await ssm('GetParameter', { Name: '/a/b' })).Parameter).toMatchObject({
      Value: 'plain',
      Version: 1,
      ARN: 'arn:aws:ssm:ca-central-1:123456789012:parameter/a/b',
    });
    expect((await ssm('GetParameter', { Name: 'secure' })).Parameter.Value).not.toBe('token');
    expect((await ssm('GetParameter', { Name: 'arn:aws:ssm:ca-central-1:123456789012:parameter/secure', WithDecryption: true })).Parameter.Value).toBe('token');
    expect(await ssm('GetParameters', { Names: ['/a/b', 'lost'] })).toMatchObject({ Parameters: [{ Name: '/a/b' }], InvalidParameters: ['lost'] });
    await expect(ssm('GetParameter', { Name: 'lost' })).rejects.toMatchObject({ name: 'ParameterNotFound' });
    await expect(ssm('PutParameter', { Name: '/a/b', Value: 'x', Type: 'String' })).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    const key = keyWith('ssm:GetParameter', 'arn:aws:ssm:ca-central-1:123456789012:parameter/a/*');
    await expect(ssm('GetParameter', { Name: '/a/b' }, key)).resolves.toBeDefined();
    await expect(ssm('GetParameter', { Name: 'secure' }, key)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(ssm('DescribeParameters', {})).rejects.toMatchObject({ name: 'NotImplemented', status: 501 });
  });
});

describe('S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html)', () => {
  const s3 = (method: string, path: string, body?: string, headers?: Record<string, string>) => signedFetch(aws, 's3', method, path, body, headers);
  beforeAll(() => void aws.s3.buckets.set('bucket', { objects: new Map(), sseAlgorithm: 'AES256' }));

  test('puts, gets, heads and lists objects, whole and in ranges', async () => {
    await s3('PUT', '/bucket/folder/a%20b.txt', '0123456789');
    expect(await (await s3('GET', '/bucket/folder/a%20b.txt')).text()).toBe('0123456789');
    const part = await s3('GET', '/bucket/folder/a%20b.txt', undefined, { range: 'bytes=2-4' });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-4/10', '234']);
    expect((await s3('HEAD', '/bucket/folder/a%20b.txt')).headers.get('content-length')).toBe('10');
    expect(await (await s3('GET', '/bucket/?list-type=2&prefix=folder/')).text()).toContain('<Key>folder/a b.txt</Key>');
  });

  test('unwraps chunked uploads (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html)', async () => {
    const upload = (checksum: string) =>
      s3('PUT', '/bucket/chunked', `5\r\nhello\r\n6\r\n world\r\n0\r\n${checksum}\r\n\r\n`, { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' });
    expect((await upload('x-amz-checksum-crc32:AAAAAA==')).status).toBe(400);
    expect((await upload('x-amz-checksum-crc64nvme:AAAAAAAAAAA=')).status).toBe(501);
    expect((await upload('x-amz-checksum-crc32:DUoRhQ==')).status).toBe(200);
    expect(aws.s3.get('bucket', 'chunked').body.toString()).toBe('hello world');
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
  test('serves no one who expects the bucket to be of another account', async () => {
    await s3('PUT', '/bucket/owned', 'x');
    const get = async (owner: string) => (await s3('GET', '/bucket/owned', undefined, { 'x-amz-expected-bucket-owner': owner })).status;
    expect([await get('123456789012'), await get('210987654321')]).toEqual([200, 403]);
  });

  test('refuses what it does not know or have', async () => {
    expect((await s3('GET', '/bucket/lost')).status).toBe(404);
    expect((await s3('GET', '/lost/key')).status).toBe(404);
    expect((await s3('POST', '/bucket/key?uploads')).status).toBe(501);
  });

  test('does not delete a bucket that is not empty (https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html)', async () => {
    const stack = new StackDriver(aws, 'Buckets');
    await stack.deploy({ Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'full' } } });
    await s3('PUT', '/full/key', 'x');
    expect((await stack.delete()).StackStatus).toBe('DELETE_FAILED');
    await s3('DELETE', '/full/key');
    expect((await stack.delete()).StackStatus).toBe('DELETE_COMPLETE');
    stack.client.destroy();
  });
});

test('Logs keeps groups, streams and events (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html)', async () => {
  const logs = (operation: string, input: object, key?: string) => jsonCall(aws, 'logs', `Logs_20140328.${operation}`, input, key);
  const stream = { logGroupName: 'group', logStreamName: 'stream' };
  await logs('CreateLogGroup', { logGroupName: 'group' });
  await expect(logs('CreateLogGroup', { logGroupName: 'group' })).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
  await logs('CreateLogStream', stream);
  await logs('PutLogEvents', { ...stream, logEvents: [{ timestamp: 1, message: 'hello' }] });
  expect((await logs('GetLogEvents', stream)).events).toEqual([{ timestamp: 1, message: 'hello' }]);
  expect((await logs('FilterLogEvents', { logGroupName: 'group' })).events).toMatchObject([{ message: 'hello', logStreamName: 'stream' }]);
  const filtered = async (how: object) => (await logs('FilterLogEvents', { logGroupName: 'group', ...how })).events.length;
  expect([
    await filtered({ startTime: 1, endTime: 1, logStreamNames: ['stream'] }),
    await filtered({ startTime: 2 }),
    await filtered({ logStreamNames: ['s'] }),
  ]).toEqual([1, 0, 0]);
  expect((await logs('DescribeLogGroups', { logGroupNamePrefix: 'gr' })).logGroups).toMatchObject([{ logGroupName: 'group' }]);
  const elsewhere = keyWith('logs:*', 'arn:aws:logs:ca-central-1:123456789012:log-group:other:*');
  await expect(logs('PutLogEvents', { ...stream, logEvents: [{ timestamp: 2, message: 'x' }] }, elsewhere)).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});

test('STS lets an operator assume roles that exist (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html)', async () => {
  const sts = (parameters: string) => signedFetch(aws, 'sts', 'POST', '/', `${parameters}&Version=2011-06-15`);
  expect(await (await sts('Action=GetCallerIdentity')).text()).toContain('<Account>123456789012</Account>');
  const { arn } = aws.iam.createRole('Assumable', '/', { Statement: [] });
  expect(await (await sts(`Action=AssumeRole&RoleSessionName=se&RoleArn=${arn}`)).text()).toContain(':assumed-role/Assumable/se</Arn>');
  expect((await sts('Action=AssumeRole&RoleSessionName=se&RoleArn=arn:aws:iam::123456789012:role/lost')).status).toBe(403);
  expect((await sts('Action=GetSessionToken')).status).toBe(501);
});
