import { App, CfnResource, NestedStack, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnThing, CfnThingGroup, CfnThingPrincipalAttachment } from 'aws-cdk-lib/aws-iot';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { ChatDisconnection, ChatParticipants, ManagedThingDeletion, ManagedThings, MqttClients, MqttDisconnection, MqttDisconnectionProvider } from '../../lib';

/* A construct that would wait for itself. CloudFormation refuses such a template, in words that don't tell what to write instead. */

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const newTable = (scope: Construct) => new Table(scope, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING } });
const disconnect = (clients: MqttClients, provider?: MqttDisconnectionProvider) => new MqttDisconnection(stack, 'It', { clients, provider });
const afterDeletionOf = <T extends Construct>(resource: T, make: (resource: T) => MqttDisconnection | ChatDisconnection | ManagedThingDeletion) =>
  make(resource).runAfterDeletionOf(resource);

test.each<[string, string, () => unknown]>([
  ['things whose names it takes', 'Thing', () => afterDeletionOf(new CfnThing(stack, 'Thing'), (thing) => disconnect(MqttClients.ofThings(thing)))],
  [
    'the thing group that it reads',
    'Group',
    () => afterDeletionOf(new CfnThingGroup(stack, 'Group', {}), (group) => disconnect(MqttClients.inThingGroup(group.ref))),
  ],
  [
    'the table that it reads',
    'Table/Resource',
    () => afterDeletionOf(newTable(stack), (table) => disconnect(MqttClients.fromTable(table, { attribute: 'id' }))),
  ],
  [
    'the bucket that it reads',
    'Bucket/Resource',
    () => afterDeletionOf(new Bucket(stack, 'Bucket'), (bucket) => disconnect(MqttClients.fromManifest(bucket, 'a.txt'))),
  ],
  [
    'the secret that it reads',
    'Tokens/Resource',
    () => afterDeletionOf(new Secret(stack, 'Tokens'), (secret) => new ChatDisconnection(stack, 'It', { participants: ChatParticipants.fromSecret(secret) })),
  ],
  [
    'the key of the secret that it reads',
    'Key/Resource',
    () =>
      afterDeletionOf(
        new Key(stack, 'Key'),
        (encryptionKey) => new ChatDisconnection(stack, 'It', { participants: ChatParticipants.fromSecret(new Secret(stack, 'Tokens', { encryptionKey })) }),
      ),
  ],
  [
    'the hub that it deletes',
    'Hub',
    () =>
      afterDeletionOf(
        new CfnResource(stack, 'Hub', { type: 'AWS::IoTManagedIntegrations::ManagedThing' }),
        (hub) => new ManagedThingDeletion(stack, 'It', { things: ManagedThings.ids(hub.ref) }),
      ),
  ],
  [
    "its provider's network",
    'Group/Resource',
    () => {
      const vpc = new Vpc(stack, 'Vpc');
      afterDeletionOf(new SecurityGroup(stack, 'Group', { vpc }), (group) =>
        disconnect(MqttClients.ids('kiosk-1'), new MqttDisconnectionProvider(stack, 'Mine', { vpc, securityGroups: [group] })),
      );
    },
  ],
  [
    'its provider',
    'Mine/Handler/Resource',
    () => afterDeletionOf(new MqttDisconnectionProvider(stack, 'Mine'), (provider) => disconnect(MqttClients.ids('kiosk-1'), provider)),
  ],
])('cannot run after the deletion of %s', (_, resource, declare) => {
  declare();
  expect(() => Template.fromStack(stack)).toThrow(
    new RegExp(`\\[Stack/It\\] needs (.*which needs )?Stack/${resource}.*, which needs Stack/It, and CloudFormation refuses such a cycle: `),
  );
});

test('says what to write instead', () => {
  afterDeletionOf(new CfnThing(stack, 'Thing'), (thing) => disconnect(MqttClients.ofThings(thing)));
  expect(() => Template.fromStack(stack)).toThrow(
    '[Stack/It] needs Stack/Thing, which needs Stack/It, and CloudFormation refuses such a cycle: ' +
      "name what is read or ended by a value of your own instead of by reference (MqttClients.ids('kiosk-1') instead of ofThings(thing)), " +
      'or take it out of runAfterDeletionOf or runBeforeDeletionOf',
  );
});

test('cannot run before the deletion of what refers to it', () => {
  const it = disconnect(MqttClients.ids('kiosk-1'));
  it.runBeforeDeletionOf(new CfnResource(stack, 'Report', { type: 'Test::Report', properties: { Count: it.endedCount } }));
  expect(() => Template.fromStack(stack)).toThrow('[Stack/It] needs Stack/Report, which needs Stack/It,');
});

test('cannot run both before and after the deletion of others that depend on each other', () => {
  const [first, second] = ['First', 'Second'].map((id) => new CfnResource(stack, id, { type: 'Test::Resource' }));
  first.node.addDependency(second);
  const it = disconnect(MqttClients.ids('kiosk-1'));
  it.runBeforeDeletionOf(first);
  second.node.addDependency(it);
  expect(() => Template.fromStack(stack)).toThrow('[Stack/It] needs Stack/First, which needs Stack/Second, which needs Stack/It,');
});

test.each<[string, (first: CfnResource, it: string) => unknown]>([
  ['DependsOn', (first, it) => first.addOverride('DependsOn', [it])],
  ['Ref', (first, it) => first.addPropertyOverride('Name', { Ref: it })],
  ['Fn::GetAtt', (first, it) => first.addPropertyOverride('Names', [{ 'Fn::GetAtt': `${it}.TargetCount` }])],
  ['Fn::Sub', (first, it) => first.addPropertyOverride('Name', { 'Fn::Sub': ['${Of}: ${' + it + '.TargetCount}', { Of: 'count' }] })],
])('cannot run before the deletion of what needs it by a %s of its own', (_, override) => {
  const first = new CfnResource(stack, 'First', { type: 'Test::Resource' });
  const it = disconnect(MqttClients.ids('kiosk-1'));
  it.runBeforeDeletionOf(first);
  override(first, stack.getLogicalId(it.node.findChild('Resource').node.defaultChild as CfnResource));
  expect(() => Template.fromStack(stack)).toThrow('[Stack/It] needs Stack/First, which needs Stack/It,');
});

test('what only looks like a reference is none', () => {
  const first = new CfnResource(stack, 'First', { type: 'Test::Resource' });
  const it = disconnect(MqttClients.ids('kiosk-1'));
  it.runBeforeDeletionOf(first);
  const id = stack.getLogicalId(it.node.findChild('Resource').node.defaultChild as CfnResource);
  first.addPropertyOverride('Name', [id, { 'Fn::Sub': ['${' + id + '} ${!' + id + '}', { [id]: 'x' }] }]);
  // CDK's Template would take it for a cycle.
  expect(() => (stack.node.root as App).synth()).not.toThrow();
});

test('cannot wait, in a nested stack, for what that stack is given', () => {
  const table = newTable(stack);
  const nested = new NestedStack(stack, 'Nested');
  new MqttDisconnection(nested, 'It', { clients: MqttClients.fromTable(table, { attribute: 'id' }) }).runAfterDeletionOf(table);
  expect(() => Template.fromStack(stack)).toThrow('[Stack/Nested/It] needs Stack/Table/Resource, which needs Stack/Nested/It,');
});

test('cannot take, in a nested stack, something from that stack as a resource', () => {
  const nested = new NestedStack(stack, 'Nested');
  new MqttDisconnection(nested, 'It', { clients: MqttClients.ids((nested.nestedStackResource as CfnResource).ref) });
  expect(() => Template.fromStack(stack)).toThrow('[Stack/Nested/It] needs Stack/Nested.NestedStack/Nested.NestedStackResource, which needs Stack/Nested/It,');
});

test('cannot wait for what is in a nested stack that it takes something from', () => {
  const thing = new CfnThing(new NestedStack(stack, 'Nested'), 'Thing');
  disconnect(MqttClients.ofThings(thing)).runAfterDeletionOf(thing);
  expect(() => Template.fromStack(stack)).toThrow('[Stack/It] needs Stack/Nested.NestedStack/Nested.NestedStackResource, which needs Stack/It,');
});

test('may run after the deletion of what lets in the things that it names, and before that of what it reads', () => {
  const thing = new CfnThing(stack, 'Thing');
  const attachment = new CfnThingPrincipalAttachment(stack, 'Attachment', { thingName: thing.ref, principal: Token.asString({ Ref: 'AWS::StackId' }) });
  const table = newTable(stack);
  disconnect(MqttClients.ofThings(thing)).runAfterDeletionOf(attachment);
  const nested = new NestedStack(stack, 'Nested');
  const inside = new MqttDisconnection(nested, 'It', { clients: MqttClients.fromTable(table, { attribute: 'id' }) });
  inside.runBeforeDeletionOf(table);
  inside.runAfterDeletionOf(new CfnResource(stack, 'Policy', { type: 'Test::Policy' }));
  expect(() => Template.fromStack(stack)).not.toThrow();
});
