import { Annotations as Messages, App, Aspects, Aws, CfnResource, Duration, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AttributeType, CfnGlobalTable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnThingGroup } from 'aws-cdk-lib/aws-iot';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import {
  ChatDisconnection,
  ChatParticipants,
  Force,
  ManagedThingDeletion,
  ManagedThings,
  Moment,
  MqttClients,
  MqttDisconnection,
  type ManagedThingDeletionProps,
} from '../../lib';

/* What a run needs and CloudFormation deletes before it is missed when it is too late. */

let app: App;
let stack: Stack;
beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env: { account: '123456789012', region: 'ca-central-1' } });
});

const DESTROY = { removalPolicy: RemovalPolicy.DESTROY };
const KEY = { partitionKey: { name: 'id', type: AttributeType.STRING } };
const attribute = { attribute: 'id' };
const disconnect = (clients: MqttClients, scope: Construct = stack) => new MqttDisconnection(scope, 'It', { clients });
const chats = (participants: ChatParticipants, scope: Construct = stack) => new ChatDisconnection(scope, 'It', { participants });
const newLocker = (scope: Construct = stack, id = 'Locker') => new CfnResource(scope, id, { type: 'AWS::IoTManagedIntegrations::CredentialLocker' });
const deleteThings = (id = 'It', props: Partial<ManagedThingDeletionProps> = {}, scope: Construct = stack) =>
  new ManagedThingDeletion(scope, id, { things: ManagedThings.ids('abc'), ...props });
const fleetTable = () => new Table(stack, 'Table', { tableName: 'fleet', ...KEY, ...DESTROY });
const MINUTE = Duration.minutes(1);
const emptied = (id = 'Bucket') => new Bucket(stack, id, { autoDeleteObjects: true, ...DESTROY });

function deployedTo(bucket: Bucket, retainOnDelete?: boolean) {
  new BucketDeployment(stack, 'Deployment', { sources: [Source.data('a', 'kiosk-1')], destinationBucket: bucket, retainOnDelete });
  return bucket;
}

function warnings(): [path: string, text: string][] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp('cdk-teardown:goesFirst'))
    .map(({ id, entry }) => [id.replace('/Resource/Default', ''), String(entry.data).replace(/ \[ack: .*\]$/, '')]);
}

const early = (why: string) => `What this needs may be gone when it acts. ${why}. Or acknowledge this warning`;
const before = (paths: string, line: string) => early(`${paths} may be deleted before this acts: write ${line}`);
const LOCKER = before('Stack/Locker', 'deletion.runBeforeDeletionOf(credentialLocker)');
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

const EMPTIES = early(
  'Stack/Bucket/AutoDeleteObjectsCustomResource/Default empties the bucket, and may do so before this acts: write disconnection.runBeforeDeletionOf(bucket)',
);
test.each<[string, string, () => unknown]>([
  ['what empties the bucket that it reads', EMPTIES, () => disconnect(MqttClients.fromManifest(emptied(), 'a'))],
  [
    'what empties the bucket that it reads, where the bucket alone goes after it',
    EMPTIES,
    () => {
      const bucket = emptied();
      disconnect(MqttClients.fromManifest(bucket, 'a')).runBeforeDeletionOf(bucket.node.defaultChild!);
    },
  ],
  [
    'what empties a bucket that it reads in a nested stack',
    EMPTIES,
    () => disconnect(MqttClients.fromManifest(emptied(), 'a'), new NestedStack(stack, 'Nested')),
  ],
  [
    'what takes the file back that it reads',
    early(
      'Stack/Deployment/CustomResource/Default takes its files back (retainOnDelete: false), and may do so before this acts: ' +
        'write disconnection.runBeforeDeletionOf(deployment)',
    ),
    () => disconnect(MqttClients.fromManifest(deployedTo(new Bucket(stack, 'Bucket', DESTROY), false), 'a')),
  ],
  ["a managed thing's locker", LOCKER, () => (newLocker(), deleteThings())],
  ["a managed thing's locker that goes first in any case", LOCKER, () => deleteThings().runAfterDeletionOf(newLocker())],
  ["a managed thing's locker, though force comes after a while", LOCKER, () => (newLocker(), deleteThings('It', { force: Force.after(MINUTE) }))],
  [
    'a locker and a table',
    early('Stack/Table/Resource, Stack/Locker may be deleted before this acts: write deletion.runBeforeDeletionOf(table, credentialLocker)'),
    () => {
      fleetTable();
      newLocker();
      deleteThings('It', { things: ManagedThings.fromTable(Table.fromTableName(stack, 'Same', 'fleet'), attribute) });
    },
  ],
  [
    'a locker in a nested stack',
    before('Stack/Nested/Locker', 'deletion.runBeforeDeletionOf(credentialLocker)'),
    () => (newLocker(new NestedStack(stack, 'Nested')), deleteThings()),
  ],
  [
    'a locker that another goes before, where one is retained',
    LOCKER,
    () => {
      newLocker(stack, 'Kept').applyRemovalPolicy(RemovalPolicy.RETAIN);
      deleteThings('Other').runBeforeDeletionOf(newLocker());
      deleteThings();
    },
  ],
  [
    'a locker that nobody goes before, where others have their own',
    LOCKER,
    () => {
      newLocker();
      deleteThings().runBeforeDeletionOf(newLocker(stack, 'Own'));
    },
  ],
])('warns of %s', (_, text, declare) => {
  declare();
  expect(warnings()).toEqual([[expect.stringMatching(/^\/Stack\/(Nested\/)?It$/), text]]);
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
    'the bucket that it reads is emptied after it',
    () => {
      const bucket = emptied();
      disconnect(MqttClients.fromManifest(bucket, 'a')).runBeforeDeletionOf(bucket);
    },
  ],
  ['another bucket is emptied', () => (emptied('Other'), disconnect(MqttClients.fromManifest(new Bucket(stack, 'Bucket', DESTROY), 'a')))],
  ['the file that it reads is left there', () => disconnect(MqttClients.fromManifest(deployedTo(new Bucket(stack, 'Bucket', DESTROY)), 'a'))],
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
  ['the locker goes after it', () => deleteThings().runBeforeDeletionOf(newLocker())],
  ['the locker goes after the nested stack that it is in', () => deleteThings('It', {}, new NestedStack(stack, 'Nested')).runBeforeDeletionOf(newLocker())],
  ['the locker is what its things are found by', () => deleteThings('It', { things: ManagedThings.matching({ credentialLockerId: newLocker().ref }) })],
  ['no device is asked', () => (newLocker(), deleteThings('It', { force: Force.always() }))],
  ['the locker is retained', () => (newLocker().applyRemovalPolicy(RemovalPolicy.RETAIN), deleteThings())],
  ['each has its own locker', () => ['A', 'B'].forEach((id) => deleteThings(id).runBeforeDeletionOf(newLocker(stack, `Locker${id}`)))],
  ['it disconnects and deletes nothing', () => (newLocker(), disconnect(MqttClients.ids('kiosk-1')))],
  ['it does not act at teardown', () => (newLocker(), deleteThings('It', { runOn: [Moment.REMOVAL] }))],
  [
    'an Aspect has the locker go after it',
    () => {
      const [deletion, locker] = [deleteThings(), newLocker()];
      Aspects.of(stack).add({ visit: (node) => void (node === stack && deletion.runBeforeDeletionOf(locker)) }, { priority: 10_000 });
    },
  ],
  [
    'the warning is acknowledged',
    () => {
      newLocker();
      Messages.of(deleteThings()).acknowledgeWarning('cdk-teardown:goesFirst');
    },
  ],
])('does not warn where %s', (_, declare) => {
  declare();
  expect(warnings()).toEqual([]);
});
