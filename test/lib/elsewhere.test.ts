import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnPolicy, CfnThing, CfnThingGroup, type IPolicyRef } from 'aws-cdk-lib/aws-iot';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { ChatDisconnection, ChatParticipants, IotPolicyDetachment, MqttClients, MqttDisconnection } from '../../lib';

/* Stores in another region or account than the construct. */

const here = { account: '123456789012', region: 'ca-central-1' };
const there = { account: '999999999999', region: 'eu-west-2' };
let app: App;
let stack: Stack;
beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env: here });
});

describe('a manifest', () => {
  function targets(bucket: IBucket, scope = stack) {
    new MqttDisconnection(scope, 'It', { clients: MqttClients.fromManifest(bucket, 'a.txt') });
    const [resource] = Object.values(Template.fromStack(scope).findResources('Custom::MqttDisconnection'));
    return resource.Properties.Targets;
  }
  const bucketIn = (env: object) => new Bucket(new Stack(app, 'Other', { env }), 'Bucket', { bucketName: 'fleet' });

  test.each<[string, object, () => IBucket]>([
    ['of a bucket of the stack', { BucketOwner: '123456789012' }, () => new Bucket(stack, 'Bucket')],
    ['of another stack in the same place', { BucketOwner: '123456789012' }, () => bucketIn(here)],
    ['of another region', { BucketRegion: 'eu-west-2', BucketOwner: '123456789012' }, () => bucketIn({ ...here, region: 'eu-west-2' })],
    ['of another account', { BucketOwner: '999999999999' }, () => bucketIn({ ...here, account: '999999999999' })],
    ['of another region and account', { BucketRegion: 'eu-west-2', BucketOwner: '999999999999' }, () => bucketIn(there)],
    ['of an imported bucket', {}, () => Bucket.fromBucketName(stack, 'Bucket', 'fleet')],
    [
      'of one that is imported with its region',
      { BucketRegion: 'eu-west-2' },
      () => Bucket.fromBucketAttributes(stack, 'Bucket', { bucketName: 'fleet', region: 'eu-west-2' }),
    ],
    [
      'of one that is imported with its account',
      { BucketOwner: '999999999999' },
      () => Bucket.fromBucketAttributes(stack, 'Bucket', { bucketName: 'fleet', account: '999999999999' }),
    ],
    [
      'of one that a stack elsewhere imports without its account',
      { BucketRegion: 'eu-west-2' },
      () => Bucket.fromBucketName(new Stack(app, 'Other', { env: there }), 'Bucket', 'fleet'),
    ],
  ])('%s says what the handler must know of the bucket: %j', (_, expected, bucket) => {
    const { BucketRegion, BucketOwner } = targets(bucket());
    expect(JSON.parse(JSON.stringify({ BucketRegion, BucketOwner }))).toEqual(expected);
  });

  test('says nothing in a stack that may be anywhere', () => {
    const anywhere = new Stack(app, 'Anywhere');
    expect(targets(Bucket.fromBucketAttributes(anywhere, 'Bucket', { bucketName: 'fleet', region: 'eu-west-2' }), anywhere)).not.toHaveProperty('BucketRegion');
  });
});

test.each<[string, string, (encryptionKey: Key) => unknown]>([
  [
    'table',
    'dynamodb',
    (encryptionKey) =>
      new MqttDisconnection(stack, 'It', {
        clients: MqttClients.fromTable(
          Table.fromTableAttributes(stack, 'Store', { tableArn: 'arn:aws:dynamodb:eu-west-2:123456789012:table/Fleet', encryptionKey }),
          { attribute: 'id' },
        ),
      }),
  ],
  [
    'bucket',
    's3',
    (encryptionKey) =>
      new MqttDisconnection(stack, 'It', {
        clients: MqttClients.fromManifest(Bucket.fromBucketAttributes(stack, 'Store', { bucketName: 'fleet', region: 'eu-west-2', encryptionKey }), 'a.txt'),
      }),
  ],
  [
    'secret',
    'secretsmanager',
    (encryptionKey) =>
      new ChatDisconnection(stack, 'It', {
        participants: ChatParticipants.fromSecret(
          Secret.fromSecretAttributes(stack, 'Store', {
            secretCompleteArn: 'arn:aws:secretsmanager:eu-west-2:123456789012:secret:tokens-abcdef',
            encryptionKey,
          }),
        ),
      }),
  ],
])("the key of a %s in another region is used through that region's service", (_, service, declare) => {
  declare(new Key(stack, 'Key'));
  expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).toContain(`{"kms:ViaService":"${service}.eu-west-2.amazonaws.com"}`);
});

describe('a parameter elsewhere cannot be read by its name, and is refused before any resource is made', () => {
  test.each<[string, object, string]>([
    [
      'region',
      { ...here, region: 'eu-west-2' },
      'the parameter Other/Tokens is in the region eu-west-2, and Parameter Store reads by name in ca-central-1 only: keep',
    ],
    [
      'account',
      { ...here, account: '999999999999' },
      'the parameter Other/Tokens is in the account 999999999999, and Parameter Store reads by name in 123456789012 only: keep',
    ],
  ])('%s', (_, env, message) => {
    const parameter = StringParameter.fromSecureStringParameterAttributes(new Stack(app, 'Other', { env }), 'Tokens', { parameterName: '/tokens' });
    expect(() => new ChatDisconnection(stack, 'It', { participants: ChatParticipants.fromParameter(parameter) })).toThrow(message);
    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
  });

  test('but not where it is not known', () => {
    const parameter = StringParameter.fromSecureStringParameterAttributes(new Stack(app, 'Anywhere'), 'Tokens', { parameterName: '/tokens' });
    expect(() => new ChatDisconnection(stack, 'It', { participants: ChatParticipants.fromParameter(parameter) })).not.toThrow();
  });
});

describe('what AWS IoT knows by its name must be where the construct is', () => {
  const clients = (of: MqttClients) => new MqttDisconnection(stack, 'It', { clients: of });
  const detach = (policy: IPolicyRef) => new IotPolicyDetachment(stack, 'It', { policy });
  const arn = (region: string, account: string, resource: string) => `arn:aws:iot:${region}:${account}:${resource}`;

  test.each<[string, (scope: Stack, region: string, account: string) => void]>([
    ['thing', (scope, ...where) => clients(MqttClients.ofThings(CfnThing.fromThingArn(scope, 'Named', arn(...where, 'thing/kiosks'))))],
    [
      'thing group',
      (scope, ...where) => clients(MqttClients.ofThingGroup(CfnThingGroup.fromThingGroupArn(scope, 'Named', arn(...where, 'thinggroup/kiosks')))),
    ],
    ['policy', (scope, ...where) => detach(CfnPolicy.fromPolicyArn(scope, 'Named', arn(...where, 'policy/kiosks')))],
  ])('a %s', (what, declare) => {
    const scope = new Stack(app, 'Other');
    expect(() => declare(scope, there.region, here.account)).toThrow(
      `It: the ${what} Other/Named is in the region eu-west-2, and the stack in ca-central-1: put the construct into a stack there`,
    );
    stack = new Stack(app, 'Second', { env: here });
    expect(() => declare(new Stack(app, 'Third'), here.region, there.account)).toThrow('is in the account 999999999999, and the stack in 123456789012');
    stack = new Stack(app, 'Fourth', { env: here });
    declare(new Stack(app, 'Fifth'), here.region, here.account);
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).toContain('kiosks');
  });
});
