import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  ChatDisconnection,
  ChatDisconnectionProvider,
  ChatParticipants,
  Confirm,
  Contacts,
  ContactStop,
  ContactStopProvider,
  Force,
  IotPolicyDetachment,
  IotPolicyDetachmentProvider,
  ManagedThingDeletion,
  ManagedThingDeletionProvider,
  ManagedThings,
  MqttClients,
  MqttDisconnection,
  MqttDisconnectionProvider,
} from '../../lib';

/*
 * What belongs to one service is refused by the others: by the compiler, which the type check of the sources and declarations.test.ts for
 * the packed declarations hold to each `@ts-expect-error`, and at synth, for casts and other languages.
 */

const stack = new Stack(new App(), 'Stack');
const clients = MqttClients.ids('kiosk-1');
const things = ManagedThings.ids('abc123');
const participants = ChatParticipants.fromSecret(Secret.fromSecretNameV2(stack, 'Tokens', 'chat-tokens'));
const policy = CfnPolicy.fromPolicyName(stack, 'Policy', 'kiosks');
const contacts = Contacts.inProgress();
const instanceArn = 'arn:aws:connect:eu-west-2:123456789012:instance/i';
const forMqtt = () => new MqttDisconnectionProvider(stack, 'Mqtt');
const forChats = () => new ChatDisconnectionProvider(stack, 'Chats');
const forThings = () => new ManagedThingDeletionProvider(stack, 'Things');
const forPolicies = () => new IotPolicyDetachmentProvider(stack, 'Policies');

const forContacts = () => new ContactStopProvider(stack, 'Contacts');

const PROVIDER_OF_MQTT = 'must be MqttDisconnectionProvider: make one with new MqttDisconnectionProvider(…), or leave provider out';
const PROVIDER_OF_CHAT = 'must be ChatDisconnectionProvider: make one with new ChatDisconnectionProvider(…), or leave provider out';
const PROVIDER_OF_THINGS = 'must be ManagedThingDeletionProvider: make one with new ManagedThingDeletionProvider(…), or leave provider out';
const PROVIDER_OF_POLICIES = 'must be IotPolicyDetachmentProvider: make one with new IotPolicyDetachmentProvider(…), or leave provider out';
const PROVIDER_OF_CONTACTS = 'must be ContactStopProvider: make one with new ContactStopProvider(…), or leave provider out';
const CLIENTS = "must be MqttClients: say which, MqttClients.ids('kiosk-1') for instance";
const PARTICIPANTS = 'must be ChatParticipants: say which, ChatParticipants.fromSecret(secret) for instance';
const THINGS = "must be ManagedThings: say which, ManagedThings.ids('abc123') for instance";
const CONTACTS = 'must be Contacts: say which, Contacts.inProgress() for instance';

afterEach(() => {
  for (const id of ['It', 'Mqtt', 'Chats', 'Things', 'Contacts', 'Policies']) stack.node.tryRemoveChild(id);
});

test.each<[string, () => unknown]>([
  // @ts-expect-error of another service
  [`provider is ChatDisconnectionProvider, and ${PROVIDER_OF_MQTT}`, () => new MqttDisconnection(stack, 'It', { clients, provider: forChats() })],
  // @ts-expect-error of another service
  [`provider is ManagedThingDeletionProvider, and ${PROVIDER_OF_MQTT}`, () => new MqttDisconnection(stack, 'It', { clients, provider: forThings() })],
  // @ts-expect-error of another service
  [`provider is MqttDisconnectionProvider, and ${PROVIDER_OF_CHAT}`, () => new ChatDisconnection(stack, 'It', { participants, provider: forMqtt() })],
  // @ts-expect-error of another service
  [`provider is ManagedThingDeletionProvider, and ${PROVIDER_OF_CHAT}`, () => new ChatDisconnection(stack, 'It', { participants, provider: forThings() })],
  // @ts-expect-error of another service
  [`provider is MqttDisconnectionProvider, and ${PROVIDER_OF_THINGS}`, () => new ManagedThingDeletion(stack, 'It', { things, provider: forMqtt() })],
  // @ts-expect-error of another service
  [`provider is ChatDisconnectionProvider, and ${PROVIDER_OF_THINGS}`, () => new ManagedThingDeletion(stack, 'It', { things, provider: forChats() })],
  // @ts-expect-error of another service
  [`provider is ContactStopProvider, and ${PROVIDER_OF_CHAT}`, () => new ChatDisconnection(stack, 'It', { participants, provider: forContacts() })],
  // @ts-expect-error of another service
  [`provider is ChatDisconnectionProvider, and ${PROVIDER_OF_CONTACTS}`, () => new ContactStop(stack, 'It', { instanceArn, contacts, provider: forChats() })],

  // @ts-expect-error of another service
  [`provider is MqttDisconnectionProvider, and ${PROVIDER_OF_POLICIES}`, () => new IotPolicyDetachment(stack, 'It', { policy, provider: forMqtt() })],
  // @ts-expect-error of another service
  [`provider is IotPolicyDetachmentProvider, and ${PROVIDER_OF_MQTT}`, () => new MqttDisconnection(stack, 'It', { clients, provider: forPolicies() })],

  // @ts-expect-error of another service
  [`clients is ManagedThings, and ${CLIENTS}`, () => new MqttDisconnection(stack, 'It', { clients: things })],
  // @ts-expect-error of another service
  [`clients is ChatParticipants, and ${CLIENTS}`, () => new MqttDisconnection(stack, 'It', { clients: participants })],
  // @ts-expect-error of another service
  [`participants is MqttClients, and ${PARTICIPANTS}`, () => new ChatDisconnection(stack, 'It', { participants: clients })],
  // @ts-expect-error of another service
  [`participants is ManagedThings, and ${PARTICIPANTS}`, () => new ChatDisconnection(stack, 'It', { participants: things })],
  // @ts-expect-error of another service
  [`things is MqttClients, and ${THINGS}`, () => new ManagedThingDeletion(stack, 'It', { things: clients })],
  // @ts-expect-error of another service
  [`things is ChatParticipants, and ${THINGS}`, () => new ManagedThingDeletion(stack, 'It', { things: participants })],
  // @ts-expect-error of another service
  [`contacts is ChatParticipants, and ${CONTACTS}`, () => new ContactStop(stack, 'It', { instanceArn, contacts: participants })],
  // @ts-expect-error of another service
  [`participants is Contacts, and ${PARTICIPANTS}`, () => new ChatDisconnection(stack, 'It', { participants: contacts })],

  // @ts-expect-error missing
  [`clients is missing, and ${CLIENTS}`, () => new MqttDisconnection(stack, 'It', {})],
  // @ts-expect-error missing
  [`participants is missing, and ${PARTICIPANTS}`, () => new ChatDisconnection(stack, 'It', { participants: undefined })],
  // @ts-expect-error missing
  [`things is missing, and ${THINGS}`, () => new ManagedThingDeletion(stack, 'It', { things: null })],
  // @ts-expect-error missing
  ['policy is no IoT policy: give a CfnPolicy', () => new IotPolicyDetachment(stack, 'It', {})],
  // @ts-expect-error ids instead of targets
  [`clients is of the class Array, and ${CLIENTS}`, () => new MqttDisconnection(stack, 'It', { clients: ['kiosk-1'] })],
  // @ts-expect-error an id instead of targets
  [`things is "abc123", and ${THINGS}`, () => new ManagedThingDeletion(stack, 'It', { things: 'abc123' })],
  // @ts-expect-error of another service
  ['confirm is Force, and must be Confirm: write Confirm.disconnected()', () => new MqttDisconnection(stack, 'It', { clients, confirm: Force.always() })],
  // @ts-expect-error of another service
  ['force is Confirm, and must be Force: write Force.never()', () => new ManagedThingDeletion(stack, 'It', { things, force: Confirm.none() })],
])('%s', (message, make) => {
  expect(make).toThrow(`Stack/It: ${message}`);
  expect(stack.node.findChild('It').node.children).toEqual([]);
});

test('each takes what is its own', () => {
  const own = new Stack(new App(), 'Stack');
  new MqttDisconnection(own, 'Kiosks', { clients, provider: new MqttDisconnectionProvider(own, 'Mqtt'), confirm: Confirm.disconnected() });
  new ChatDisconnection(own, 'Chat', { participants, provider: new ChatDisconnectionProvider(own, 'Chats') });
  new ContactStop(own, 'Stop', { instanceArn, contacts, provider: new ContactStopProvider(own, 'Contacts') });
  new ManagedThingDeletion(own, 'Deletion', { things, provider: new ManagedThingDeletionProvider(own, 'Things'), force: Force.always() });
  new IotPolicyDetachment(own, 'Detachment', {
    policy: CfnPolicy.fromPolicyName(own, 'Policy', 'kiosks'),
    provider: new IotPolicyDetachmentProvider(own, 'Policies'),
  });
  Template.fromStack(own).resourceCountIs('AWS::Lambda::Function', 5);
});
