import { App, Duration, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnInstance } from 'aws-cdk-lib/aws-connect';
import { ContactChannel, Contacts, ContactStop, ContactStopProvider, type ContactsInProgressOptions, type ContactStopProps } from '../../lib';
import { newStack } from '../support/new-stack';

/* What ContactStop declares: its properties, its permissions, and what it refuses. */

const INSTANCE = 'arn:aws:connect:eu-west-2:123456789012:instance/0cc2f3f4-1111-4000-8000-000000000000';
const ID = '5a1b2c3d-0000-4000-8000-000000000001';

function statementsOf(stack: Stack): any[] {
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy', { Properties: { PolicyName: Match.stringLikeRegexp('^It') } }));
  return policy.Properties.PolicyDocument.Statement;
}

function stop(props: Partial<ContactStopProps> = {}, stack = newStack()) {
  const it = new ContactStop(stack, 'It', { instanceArn: INSTANCE, contacts: Contacts.ids(ID), ...props });
  return { it, stack };
}

test('stops listed contacts and may touch no other', () => {
  const { stack } = stop();
  Template.fromStack(stack).hasResourceProperties('Custom::ContactStop', {
    Targets: { Source: 'ids', Ids: [ID] },
    Operation: { InstanceArn: INSTANCE },
    RunOn: ['TEARDOWN'],
  });
  expect(statementsOf(stack)).toEqual([{ Effect: 'Allow', Action: ['connect:StopContact', 'connect:DescribeContact'], Resource: `${INSTANCE}/contact/${ID}` }]);
});

const newInstance = (stack: Stack) =>
  new CfnInstance(stack, 'Instance', { identityManagementType: 'CONNECT_MANAGED', attributes: { inboundCalls: false, outboundCalls: false } });

test('takes an instance of the stack by its ARN', () => {
  const stack = newStack();
  const instance = newInstance(stack);
  stop({ instanceArn: instance.attrArn, contacts: Contacts.inProgress() }, stack);
  const arn = { 'Fn::GetAtt': ['Instance', 'Arn'] };
  Template.fromStack(stack).hasResourceProperties('Custom::ContactStop', { Operation: { InstanceArn: arn }, Targets: { InstanceArn: arn } });
  expect(statementsOf(stack)).toEqual([
    { Effect: 'Allow', Action: ['connect:StopContact', 'connect:DescribeContact'], Resource: { 'Fn::Join': ['', [arn, '/contact/*']] } },
    { Effect: 'Allow', Action: 'connect:SearchContacts', Resource: arn },
  ]);
});

test('searches for chats and tasks of eight weeks, unless told otherwise', () => {
  const { stack } = stop({ contacts: Contacts.inProgress() });
  Template.fromStack(stack).hasResourceProperties('Custom::ContactStop', {
    Targets: {
      Source: 'contactsInProgress',
      InstanceArn: INSTANCE,
      Channels: ['CHAT', 'TASK'],
      InitiatedWithinSeconds: 4_838_400,
      Queues: Match.absent(),
      Attributes: Match.absent(),
    },
  });
  expect(statementsOf(stack).map(({ Action }) => Action)).toEqual([['connect:StopContact', 'connect:DescribeContact'], 'connect:SearchContacts']);
});

test('may read attributes where it searches by them', () => {
  const options = { channels: [ContactChannel.CHAT], queues: ['q1'], initiatedWithin: Duration.hours(2), attributes: { shop: 'berlin' } };
  const { stack } = stop({ contacts: Contacts.inProgress(options) });
  Template.fromStack(stack).hasResourceProperties('Custom::ContactStop', {
    Targets: { Channels: ['CHAT'], Queues: ['q1'], InitiatedWithinSeconds: 7_200, Attributes: { shop: 'berlin' } },
  });
  expect(statementsOf(stack)).toContainEqual({ Effect: 'Allow', Action: 'connect:GetContactAttributes', Resource: `${INSTANCE}/contact/*` });
});

test('names about 30 contacts in its policy, and warns beyond', () => {
  const ids = Array.from({ length: 40 }, (_, n) => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`);
  const few = stop({ contacts: Contacts.ids(...ids.slice(0, 30)) });
  expect(statementsOf(few.stack)[0].Resource).toHaveLength(30);
  const many = stop({ contacts: Contacts.ids(...ids) });
  Annotations.fromStack(many.stack).hasWarning('*', Match.stringLikeRegexp('no room for the names of 40 targets'));
});

const elsewhere = () => new Stack(new App(), 'Stack', { env: { region: 'us-east-1', account: '123456789012' } });

test.each<[string, Partial<ContactStopProps>, Stack | undefined]>([
  ['instanceArn is "0cc2f3f4": it must be the ARN of an Amazon Connect instance', { instanceArn: '0cc2f3f4' }, undefined],
  [`instanceArn is "${INSTANCE}/contact/c": it must be the ARN`, { instanceArn: `${INSTANCE}/contact/c` }, undefined],
  ['instanceArn is undefined: it must be the ARN', { instanceArn: undefined as any }, undefined],
  ['instanceArn is an object: it must be the ARN', { instanceArn: newInstance(newStack()) as any }, undefined],
  ['the instance is in the account 123456789012 and eu-west-2, the stack in 123456789012 and us-east-1: put the construct', {}, elsewhere()],
  ['maxTargets is 0', { maxTargets: 0 }, undefined],
])('refuses what cannot be: %s', (message, props, stack) => {
  const there = stack ?? newStack();
  expect(() => stop(props, there)).toThrow(`Stack/It: ${message}`);
  expect(Template.fromStack(there).toJSON().Resources).toBeUndefined();
});

test.each<[string, ContactsInProgressOptions]>([
  ['channels is empty: name ContactChannel.CHAT', { channels: [] }],
  ['queues has 0 entries: it must have 1 to 100', { queues: [] }],
  ['queues has 101 entries', { queues: Array(101).fill('q') }],
  ['queues has "", which is no queue: give its id or its ARN', { queues: [''] }],
  ['queues has " ", which is no queue', { queues: ['q1', ' '] }],
  ['queues has undefined, which is no queue', { queues: [process.env.NOT_SET!] }],
  ['queues has null, which is no queue', { queues: [null as any] }],
  [`queues has "${INSTANCE}/queue/", which is no queue`, { queues: [`${INSTANCE}/queue/`] }],
  ['queues is "q1": it must be a list', { queues: 'q1' as any }],
  ['channels has undefined: it may have ContactChannel.CHAT and ContactChannel.TASK', { channels: [undefined as any] }],
  ['channels has "VOICE": it may have', { channels: [ContactChannel.CHAT, 'VOICE' as any] }],
  ['channels is "CHAT": it must be a list of ContactChannel.CHAT and ContactChannel.TASK', { channels: 'CHAT' as any }],
  ['initiatedWithin is 4838401 seconds: it must be whole, and from 1 to 4838400, which is 8 weeks', { initiatedWithin: Duration.seconds(4_838_401) }],
  ['initiatedWithin is 0.5 seconds', { initiatedWithin: Duration.millis(500) }],
  ['attributes has 0 entries: it must have 1 to 15', { attributes: {} }],
  ['attributes has 16 entries', { attributes: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`a${n}`, 'b'])) }],
  ['the value of the attribute "shop" has 0 characters: it must have 1 to 100', { attributes: { shop: '' } }],
  ['the value of the attribute "shop" has 2 characters: it must have 1 to 100, not all of them blank', { attributes: { shop: '  ' } }],
  ['the value of the attribute "shop" is no string: it must have 1 to 100 characters', { attributes: { shop: process.env.NOT_SET! } }],
  ['the name of the attribute "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" has 101 characters', { attributes: { ['a'.repeat(101)]: 'b' } }],
])('refuses a search that cannot be: %s', (message, options) => {
  expect(() => Contacts.inProgress(options)).toThrow(message);
});

test('takes queues and channels that are known only at deploy', () => {
  const list = Token.asList({ Ref: 'List' });
  const { stack } = stop({ contacts: Contacts.inProgress({ queues: list, channels: list as ContactChannel[] }) });
  Template.fromStack(stack).hasResourceProperties('Custom::ContactStop', { Targets: { Queues: { Ref: 'List' }, Channels: { Ref: 'List' } } });
  expect(() => Contacts.inProgress({ queues: ['q1', Token.asString({ Ref: 'Queue' })] })).not.toThrow();
});

test('no message repeats the value of an attribute', () => {
  const value = 'kanarienvogel'.repeat(10);
  expect(() => Contacts.inProgress({ attributes: { shop: value } })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('kanarienvogel') }),
  );
});

test.each([[''], ['a b'], ['a/b'], ['x'.repeat(257)]])('the id %j fails at synth', (id) => {
  expect(() => Contacts.ids(id)).toThrow(`contact id ${JSON.stringify(id)} is not a contact id`);
});

test('takes what is known only at deploy', () => {
  const { stack } = stop({ instanceArn: Token.asString({ Ref: 'Instance' }), contacts: Contacts.ids(Token.asString({ Ref: 'Contact' })) });
  expect(statementsOf(stack)[0].Resource).toEqual({ 'Fn::Join': ['', [{ Ref: 'Instance' }, '/contact/', { Ref: 'Contact' }]] });
});

test('warns in a region that is not known to have the service, and only there', () => {
  for (const [region, warned] of [
    ['eu-west-1', true],
    ['eu-west-2', false],
    [undefined, false],
  ] as const) {
    const stack = newStack(region);
    stop({ instanceArn: INSTANCE.replace('eu-west-2', region ?? 'eu-west-2') }, stack);
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('cdk-teardown:connectRegion'))).toHaveLength(warned ? 1 : 0);
  }
});

test('uses the provider that it is given', () => {
  const stack = newStack();
  const provider = new ContactStopProvider(stack, 'Mine', { memorySize: 512 });
  expect(stop({ provider }, stack).it.provider).toBe(provider);
  Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 1);
});
