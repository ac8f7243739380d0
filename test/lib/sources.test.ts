import { App, Stack, Token, type CfnElement } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnThingGroup } from 'aws-cdk-lib/aws-iot';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import {
  ChatDisconnection,
  ChatParticipants,
  ManagedThingDeletion,
  ManagedThingRole,
  ManagedThings,
  ManifestFormat,
  MqttClients,
  MqttDisconnection,
  ProvisioningStatus,
} from '../../lib';

/* What a source grants, what it passes on, and what it refuses at synth. */

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'ca-central-1' } });
});

/** What the construct's own policy allows, besides ending targets. */
function readStatements() {
  const policies = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('It'));
  return policies
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement)
    .filter(({ Action }) => !/DeleteConnection|DescribeEndpoint|DeleteManagedThing/.test(String(Action)))
    .map(({ Action, Resource, Condition }) => [
      Action,
      JSON.stringify(stack.resolve(Resource)).replace(/\{"Ref":"AWS::Partition"\}/g, 'partition'),
      Condition?.StringEquals,
    ]);
}

/** What a key's own policy allows the role that the handler runs with. */
function grantedToProviderBy(key: Key) {
  const { Properties } = Template.fromStack(stack).findResources('AWS::KMS::Key')[stack.getLogicalId(key.node.defaultChild as CfnElement)];
  return Properties.KeyPolicy.Statement.filter(({ Principal }: any) => JSON.stringify(Principal).includes('ProviderRole')).map(({ Action, Condition }: any) => [
    Action,
    Condition?.StringEquals,
  ]);
}

const disconnect = (clients: MqttClients) => new MqttDisconnection(stack, 'It', { clients });
const chats = (participants: ChatParticipants) => new ChatDisconnection(stack, 'It', { participants });
const things = (managedThings: ManagedThings) => new ManagedThingDeletion(stack, 'It', { things: managedThings });
const encryptedTable = (encryptionKey: Key) =>
  new Table(stack, 'Store', { partitionKey: { name: 'id', type: AttributeType.STRING }, encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey });
const parameter = () => StringParameter.fromSecureStringParameterAttributes(stack, 'Tokens', { parameterName: '/chats/tokens' });
const table = () => Table.fromTableArn(stack, 'Table', 'arn:aws:dynamodb:ca-central-1:123456789012:table/Fleet');
const bucket = () => Bucket.fromBucketName(stack, 'Bucket', 'fleet');
const anyUnresolved = () => Token.asString({ Ref: 'Later' });

describe('grants', () => {
  test('a thing group: listing it', () => {
    disconnect(MqttClients.inThingGroup('kiosks', { recursive: true }));
    expect(readStatements()).toEqual([['iot:ListThingsInThingGroup', expect.stringContaining(':iot:ca-central-1:123456789012:thinggroup/kiosks"'), undefined]]);
    Template.fromStack(stack).hasResourceProperties('Custom::MqttDisconnection', { Targets: { Source: 'thingGroup', ThingGroup: 'kiosks', Recursive: true } });
  });

  test('a thing group of the stack: listing it, and it goes after', () => {
    disconnect(MqttClients.ofThingGroup(new CfnThingGroup(stack, 'Kiosks'), { recursive: true }));
    expect(readStatements()).toEqual([['iot:ListThingsInThingGroup', expect.stringContaining(':thinggroup/",{"Ref":"Kiosks"}'), undefined]]);
    const Targets = { Source: 'thingGroup', ThingGroup: { Ref: 'Kiosks' }, Recursive: true };
    Template.fromStack(stack).hasResourceProperties('Custom::MqttDisconnection', { Targets });
  });

  test('the fleet index: searching it, and seeing whether it knows of connections', () => {
    disconnect(MqttClients.matching('thingName:a'));
    expect(readStatements()).toEqual([
      ['iot:SearchIndex', expect.stringContaining(':index/AWS_Things"'), undefined],
      ['iot:GetIndexingConfiguration', '"*"', undefined],
    ]);
  });

  test('the fleet index with things that are not connected: searching it', () => {
    disconnect(MqttClients.matching('thingName:a', { includeDisconnected: true }));
    expect(readStatements().map(([action]) => action)).toEqual(['iot:SearchIndex']);
  });

  test.each([
    [{}, 'dynamodb:Scan', 'table/Fleet'],
    [{ index: 'by-name' }, 'dynamodb:Scan', 'table/Fleet/index/by-name'],
    [{ partition: { attribute: 'kind', value: 'kiosk' } }, 'dynamodb:Query', 'table/Fleet'],
    [{ partition: { attribute: 'kind', value: 1 }, index: 'by-name' }, 'dynamodb:Query', 'table/Fleet/index/by-name'],
  ])('a table with %j: %s on it', (options, action, resource) => {
    disconnect(MqttClients.fromTable(table(), { attribute: 'id', ...options }));
    expect(readStatements()).toEqual([[action, `"arn:aws:dynamodb:ca-central-1:123456789012:${resource}"`, undefined]]);
  });

  test.each<[string, string, (key: Key) => unknown]>([
    ['secret', 'secretsmanager', (key) => chats(ChatParticipants.fromSecret(new Secret(stack, 'Store', { encryptionKey: key })))],
    ['parameter', 'ssm', (key) => chats(ChatParticipants.fromParameter(parameter(), { encryptionKey: key }))],
    ['table of tokens', 'dynamodb', (key) => chats(ChatParticipants.fromTable(encryptedTable(key), { attribute: 'id' }))],
    ['table of clients', 'dynamodb', (key) => disconnect(MqttClients.fromTable(encryptedTable(key), { attribute: 'id' }))],
    ['table of things', 'dynamodb', (key) => things(ManagedThings.fromTable(encryptedTable(key), { attribute: 'id' }))],
    ['manifest of clients', 's3', (key) => disconnect(MqttClients.fromManifest(new Bucket(stack, 'Store', { encryptionKey: key }), 'a.txt'))],
    ['manifest of things', 's3', (key) => things(ManagedThings.fromManifest(new Bucket(stack, 'Store', { encryptionKey: key }), 'a.txt'))],
  ])("a %s with a key of one's own: decrypting with that key, through %s only, as policy and key both say", (_, service, declare) => {
    const [key, other] = [new Key(stack, 'Key'), new Key(stack, 'Other')];
    declare(key);
    const through = { 'kms:ViaService': `${service}.ca-central-1.amazonaws.com` };
    expect(readStatements().filter(([action]) => String(action).includes('kms:'))).toEqual([
      ['kms:Decrypt', JSON.stringify(stack.resolve(key.keyArn)), through],
    ]);
    expect(grantedToProviderBy(key)).toEqual([['kms:Decrypt', through]]);
    expect(grantedToProviderBy(other)).toEqual([]);
  });

  test('a manifest: reading that object and no other', () => {
    disconnect(MqttClients.fromManifest(bucket(), 'all*.txt'));
    expect(readStatements()).toEqual([['s3:GetObject', expect.stringContaining(':s3:::fleet/all${*}.txt"'), undefined]]);
  });

  test('a parameter: reading it', () => {
    chats(ChatParticipants.fromParameter(parameter()));
    expect(readStatements()).toEqual([['ssm:GetParameter', expect.stringContaining(':ssm:ca-central-1:123456789012:parameter/chats/tokens"'), undefined]]);
  });

  test("managed things: listing the account's, and deleting any", () => {
    things(ManagedThings.matching({ role: ManagedThingRole.DEVICE, provisioningStatus: ProvisioningStatus.ACTIVATED }));
    expect(readStatements()).toEqual([['iotmanagedintegrations:ListManagedThings', '"*"', undefined]]);
    Template.fromStack(stack).hasResourceProperties('Custom::ManagedThingDeletion', {
      Targets: { Source: 'managedThings', Filter: { RoleFilter: 'DEVICE', ProvisioningStatusFilter: 'ACTIVATED', OwnerFilter: Match.absent() } },
    });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['iotmanagedintegrations:DeleteManagedThing', 'iotmanagedintegrations:GetManagedThing'],
            Resource: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(':managed-thing/\\*$')])] },
          }),
        ]),
      },
    });
  });
});

test('what is compared with keeps its type, which CloudFormation loses', () => {
  disconnect(MqttClients.fromTable(table(), { attribute: 'id', partition: { attribute: 'kind', value: 7 }, filter: { attribute: 'on', value: false } }));
  Template.fromStack(stack).hasResourceProperties('Custom::MqttDisconnection', {
    Targets: { Partition: { Attribute: 'kind', Type: 'N', Value: 7 }, Filter: { Attribute: 'on', Type: 'BOOL', Value: false } },
  });
});

describe('bad input fails at synth', () => {
  test.each<[string, () => unknown, string]>([
    [
      'no thing group',
      () => MqttClients.ofThingGroup('kiosks' as any),
      'the thing group is none: give a CfnThingGroup, or its name to MqttClients.inThingGroup',
    ],
    ['a thing group without a name', () => MqttClients.inThingGroup(''), 'thing group name "" is not valid'],
    ['a thing group with a bad name', () => MqttClients.inThingGroup('a/b'), 'thing group name "a/b" is not valid: it has 1 to 128 letters'],
    ['an empty query', () => MqttClients.matching(' '), 'query " " is empty'],
    ['a query that is too long', () => MqttClients.matching('x'.repeat(967)), 'has 967 characters and 34 are added: the fleet index takes at most 1000'],
    ['a query that is too long by itself', () => MqttClients.matching('x'.repeat(1001), { includeDisconnected: true }), 'has 1001 characters: the fleet index'],
    ['an attribute without a name', () => MqttClients.fromTable(table(), { attribute: '' }), 'attribute is ""'],
    ['an index without a name', () => ChatParticipants.fromTable(table(), { attribute: 'a', index: '' }), 'index is ""'],
    [
      'a partition key without a name',
      () => ManagedThings.fromTable(table(), { attribute: 'a', partition: { attribute: '', value: 'x' } }),
      'attribute of partition is ""',
    ],
    ['a filter without a name', () => ManagedThings.fromTable(table(), { attribute: 'a', filter: { attribute: '', value: 'x' } }), 'attribute of filter is ""'],
    ['a filter for no number', () => ManagedThings.fromTable(table(), { attribute: 'a', filter: { attribute: 'b', value: NaN } }), 'value of filter is NaN'],
    ['a manifest without a key', () => MqttClients.fromManifest(bucket(), ''), 'key is ""'],
    ['a column without a name', () => ManifestFormat.csv(''), 'column is ""'],
    ['a field without a name', () => ManifestFormat.jsonLines(''), 'field is ""'],
    ['an empty filter', () => ManagedThings.matching({}), 'the filter is empty and would match every managed thing of the account'],
    ['an owner with a space', () => ManagedThings.matching({ owner: 'a b' }), 'owner is "a b": it must be 1 to 64 letters'],
    [
      'a connector device id with a space',
      () => ManagedThings.matching({ connectorDeviceId: 'a b' }),
      'connectorDeviceId is "a b": it must be 1 to 256 letters',
    ],
    ['a locker id with a hyphen', () => ManagedThings.matching({ credentialLockerId: 'a-b' }), 'credentialLockerId is "a-b"'],
    [
      'an empty field of a parameter',
      () => ChatParticipants.fromParameter(StringParameter.fromStringParameterName(stack, 'P', '/p'), { jsonField: '' }),
      'jsonField is ""',
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('but not where a value is not known yet', () => {
    expect(() => {
      disconnect(MqttClients.matching(anyUnresolved()));
      MqttClients.inThingGroup(anyUnresolved());
      MqttClients.fromManifest(bucket(), anyUnresolved());
      MqttClients.fromTable(table(), { attribute: anyUnresolved(), filter: { attribute: 'n', value: Token.asNumber({ Ref: 'Later' }) } });
      ManagedThings.matching({ owner: anyUnresolved() });
      Template.fromStack(stack);
    }).not.toThrow();
  });
});
