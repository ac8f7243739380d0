import { Aws, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnGlobalTable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnThingGroup } from 'aws-cdk-lib/aws-iot';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { ChatParticipants, ManagedThingDeletion, ManagedThings, MqttClients, type ChatDisconnection, type MqttDisconnection } from '../../lib';
import { attribute, before, chats, DESTROY, disconnect, ENV, fleetTable, KEY, warnings } from '../support/goes-first';
import { app, eachInANewStack, stack } from '../support/order-warnings';

/* A store that a run reads and CloudFormation deletes before it is missed when it is too late. */

eachInANewStack(ENV);

const TABLE = before('Stack/Table/Resource', 'disconnection.runBeforeDeletionOf(table)');
const SECRET = before('Stack/Secret/Resource', 'disconnection.runBeforeDeletionOf(secret)');
const ALIAS = before('Stack/Alias/Resource', 'disconnection.runBeforeDeletionOf(alias)');

/** What is named instead of referred to. */
const namedStores: [string, string, () => MqttDisconnection | ChatDisconnection | ManagedThingDeletion, () => Construct][] = [
  ['a table', TABLE, () => disconnect(MqttClients.fromTable(Table.fromTableName(stack, 'Same', 'fleet'), attribute)), fleetTable],
  [
    'a table of an ARN',
    TABLE,
    () => disconnect(MqttClients.fromTable(Table.fromTableArn(stack, 'Same', 'arn:aws:dynamodb:ca-central-1:123456789012:table/fleet'), attribute)),
    fleetTable,
  ],
  [
    'a table with a name that is known later',
    TABLE,
    () => disconnect(MqttClients.fromTable(Table.fromTableName(stack, 'Same', `${Aws.STACK_NAME}-fleet`), attribute)),
    () => new Table(stack, 'Table', { tableName: `${Aws.STACK_NAME}-fleet`, ...KEY, ...DESTROY }),
  ],
  [
    'a global table',
    before('Stack/Table', 'disconnection.runBeforeDeletionOf(globalTable)'),
    () => chats(ChatParticipants.fromTable(Table.fromTableName(stack, 'Same', 'fleet'), attribute)),
    () =>
      new CfnGlobalTable(stack, 'Table', {
        tableName: 'fleet',
        attributeDefinitions: [],
        keySchema: [],
        replicas: [],
      }),
  ],
  [
    'a bucket',
    before('Stack/Bucket/Resource', 'deletion.runBeforeDeletionOf(bucket)'),
    () => new ManagedThingDeletion(stack, 'It', { things: ManagedThings.fromManifest(Bucket.fromBucketName(stack, 'Same', 'fleet'), 'a.txt') }),
    () => new Bucket(stack, 'Bucket', { bucketName: 'fleet', ...DESTROY }),
  ],
  [
    'a secret',
    SECRET,
    () => chats(ChatParticipants.fromSecret(Secret.fromSecretNameV2(stack, 'Same', 'chats'))),
    () => new Secret(stack, 'Secret', { secretName: 'chats' }),
  ],
  [
    'a secret of an ARN',
    SECRET,
    () =>
      chats(ChatParticipants.fromSecret(Secret.fromSecretCompleteArn(stack, 'Same', 'arn:aws:secretsmanager:ca-central-1:123456789012:secret:chats-a1B2c3'))),
    () => new Secret(stack, 'Secret', { secretName: 'chats' }),
  ],
  [
    'a parameter',
    before('Stack/Parameter/Resource', 'disconnection.runBeforeDeletionOf(parameter)'),
    () => chats(ChatParticipants.fromParameter(StringParameter.fromSecureStringParameterAttributes(stack, 'Same', { parameterName: '/chats' }))),
    () => new StringParameter(stack, 'Parameter', { parameterName: '/chats', stringValue: '[]' }),
  ],
  [
    'a thing group',
    before('Stack/Group', 'disconnection.runBeforeDeletionOf(thingGroup)'),
    () => disconnect(MqttClients.inThingGroup('kiosks')),
    () => new CfnThingGroup(stack, 'Group', { thingGroupName: 'kiosks' }),
  ],
  ...(
    [
      [
        'secret',
        (encryptionKey) =>
          ChatParticipants.fromSecret(
            Secret.fromSecretAttributes(stack, 'S', { encryptionKey, secretPartialArn: 'arn:aws:secretsmanager:ca-central-1:123456789012:secret:chats' }),
          ),
      ],
      [
        'parameter',
        (encryptionKey) =>
          ChatParticipants.fromParameter(StringParameter.fromSecureStringParameterAttributes(stack, 'S', { parameterName: '/chats' }), { encryptionKey }),
      ],
      ['table', (encryptionKey) => ChatParticipants.fromTable(Table.fromTableAttributes(stack, 'S', { tableName: 'chats', encryptionKey }), attribute)],
    ] as [string, (key: any) => ChatParticipants][]
  ).map(([what, participants]): (typeof namedStores)[number] => [
    `the alias of the key of a ${what}`,
    ALIAS,
    () => chats(participants(Alias.fromAliasName(stack, 'Same', 'alias/chats'))),
    () => new Alias(stack, 'Alias', { aliasName: 'alias/chats', targetKey: new Key(stack, 'Key') }),
  ]),
  [
    'the alias of the key of a bucket',
    ALIAS,
    () =>
      disconnect(
        MqttClients.fromManifest(
          Bucket.fromBucketAttributes(stack, 'S', { bucketName: 'fleet', encryptionKey: Alias.fromAliasName(stack, 'Same', 'alias/fleet') }),
          'a',
        ),
      ),
    () => new Alias(stack, 'Alias', { aliasName: 'alias/fleet', targetKey: new Key(stack, 'Key') }),
  ],
];

test.each(namedStores)('warns of %s that is known by its name', (_, text, declare, makeStore) => {
  makeStore();
  declare();
  expect(warnings()).toEqual([['/Stack/It', text]]);
});

test.each(namedStores)('does not warn of %s that is known by its name, and goes after it', (_, __, declare, makeStore) => {
  const store = makeStore();
  declare().runBeforeDeletionOf(store);
  expect(warnings()).toEqual([]);
});

test.each<[string, () => unknown]>([
  ['the table that it reads is a construct', () => disconnect(MqttClients.fromTable(fleetTable(), attribute))],
  [
    'the table that it reads is a construct of a stack around',
    () => disconnect(MqttClients.fromTable(fleetTable(), attribute), new NestedStack(stack, 'Nested')),
  ],
  [
    'the table that it reads is a construct of a nested stack',
    () => disconnect(MqttClients.fromTable(new Table(new NestedStack(stack, 'Nested'), 'Table', { ...KEY, ...DESTROY }), attribute)),
  ],
  [
    'the bucket that it reads is a construct',
    () => disconnect(MqttClients.fromManifest(new Bucket(stack, 'Bucket', { bucketName: 'fleet', ...DESTROY }), 'a')),
  ],
  [
    'the secret that it reads is a construct, with a key and an alias',
    () => {
      const encryptionKey = new Alias(stack, 'Alias', { aliasName: 'alias/chats', targetKey: new Key(stack, 'Key', DESTROY) });
      chats(ChatParticipants.fromSecret(new Secret(stack, 'Secret', { secretName: 'chats', encryptionKey })));
    },
  ],
  [
    'the parameter that it reads is a construct',
    () => chats(ChatParticipants.fromParameter(new StringParameter(stack, 'Parameter', { parameterName: '/chats', stringValue: '[]' }))),
  ],
  [
    'the key of what it reads is a construct',
    () => {
      const encryptionKey = new Key(stack, 'Key', DESTROY);
      chats(ChatParticipants.fromTable(Table.fromTableAttributes(stack, 'Same', { tableName: 'fleet', encryptionKey }), attribute));
    },
  ],
  ['the thing group that it reads is a construct', () => disconnect(MqttClients.inThingGroup(new CfnThingGroup(stack, 'Group', { thingGroupName: 'x' }).ref))],
  [
    'the table that it names is retained',
    () => (fleetTable().applyRemovalPolicy(RemovalPolicy.RETAIN), disconnect(MqttClients.fromTable(Table.fromTableName(stack, 'Same', 'fleet'), attribute))),
  ],
  [
    'the table that it names has another name',
    () => (fleetTable(), disconnect(MqttClients.fromTable(Table.fromTableName(stack, 'Same', 'fleet-2'), attribute))),
  ],
  ...['arn:aws:dynamodb:eu-west-1:123456789012:table/fleet', 'arn:aws:dynamodb:ca-central-1:210987654321:table/fleet'].map((arn): [string, () => unknown] => [
    `the table that it names is elsewhere: ${arn}`,
    () => (fleetTable(), disconnect(MqttClients.fromTable(Table.fromTableArn(stack, 'Same', arn), attribute))),
  ]),
  [
    'the table that it names is of another stack',
    () => {
      new Table(new Stack(app, 'Other'), 'Table', { tableName: 'fleet', ...KEY, ...DESTROY });
      disconnect(MqttClients.fromTable(Table.fromTableName(stack, 'Same', 'fleet'), attribute));
    },
  ],
])('does not warn where %s', (_, declare) => {
  declare();
  expect(warnings()).toEqual([]);
});
