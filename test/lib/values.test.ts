import { Duration, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import {
  ChatDisconnection,
  ChatParticipants,
  Confirm,
  Contacts,
  ContactStop,
  Force,
  IotPolicyDetachment,
  ManagedThingDeletion,
  ManagedThingRole,
  ManagedThings,
  ManifestFormat,
  MqttClients,
  MqttDisconnection,
} from '../../lib';
import { newStack } from '../support/new-stack';

/* Values that the compiler takes for given and that are not: environment variables that are not set, casts, JavaScript. */

const NOT_SET = process.env.NOT_SET!;
const none = undefined as any;
const other = 'OTHER' as any;

const stack = newStack();
const table = Table.fromTableArn(stack, 'Table', 'arn:aws:dynamodb:ca-central-1:123456789012:table/Fleet');
const bucket = Bucket.fromBucketName(stack, 'Bucket', 'fleet');
const secret = Secret.fromSecretNameV2(stack, 'Secret', 'tokens');
const parameter = StringParameter.fromSecureStringParameterAttributes(stack, 'Parameter', { parameterName: '/tokens' });
const clients = MqttClients.ids('kiosk-1');

describe('a filter of managed things', () => {
  test.each<[string, () => unknown]>([
    [
      'owner is undefined, and the filter would match more managed things without it: give it a value, or leave it out',
      () => ManagedThings.matching({ owner: NOT_SET, role: ManagedThingRole.DEVICE }),
    ],
    ['serialNumber is null, and the filter would match more', () => ManagedThings.matching({ owner: 'us', serialNumber: null as any })],
    ['role is undefined, and the filter would match more', () => ManagedThings.matching({ owner: 'us', role: undefined })],
    ['owner is 7: it must be 1 to 64 letters', () => ManagedThings.matching({ owner: 7 as any })],
    ['serialNumber is " ": it must be 1 to 128 letters, digits, "_", "-" or spaces, and not spaces alone', () => ManagedThings.matching({ serialNumber: ' ' })],
    ['role is "OTHER": it must be ManagedThingRole.CONTROLLER or ManagedThingRole.DEVICE', () => ManagedThings.matching({ role: other })],
    ['provisioningStatus is "OTHER": it must be ProvisioningStatus.UNASSOCIATED, Prov', () => ManagedThings.matching({ provisioningStatus: other })],
    ['the filter has "ownr": it may have owner, credentialLockerId, role,', () => ManagedThings.matching({ owner: 'us', ownr: 'us' } as any)],
    ['the filter is empty and would match every managed thing of the account', () => ManagedThings.matching(none)],
    ['the filter is empty and would match every managed thing of the account', () => ManagedThings.matching(null as any)],
  ])('%s', (message, make) => {
    expect(make).toThrow(message);
  });
});

describe('a name', () => {
  const MUST = 'it must be a string that is not blank';
  test.each<[string, () => unknown]>([
    ['thing group name undefined is not valid: it has 1 to 128 letters', () => MqttClients.inThingGroup(NOT_SET)],
    ['query undefined is empty: write one, "thingName:*" for every thing', () => MqttClients.matching(NOT_SET)],
    [`attribute is undefined: ${MUST}`, () => MqttClients.fromTable(table, { attribute: NOT_SET })],
    [`attribute is " ": ${MUST}`, () => MqttClients.fromTable(table, { attribute: ' ' })],
    [`attribute is 7: ${MUST}`, () => MqttClients.fromTable(table, { attribute: 7 as any })],
    [`attribute is undefined: ${MUST}`, () => ChatParticipants.fromTable(table, none)],
    [`index is null: ${MUST}`, () => Contacts.fromTable(table, { attribute: 'a', index: null as any })],
    [`attribute of filter is undefined: ${MUST}`, () => ManagedThings.fromTable(table, { attribute: 'a', filter: { attribute: NOT_SET, value: 'x' } })],
    [`attribute of partition is undefined: ${MUST}`, () => MqttClients.fromTable(table, { attribute: 'a', partition: {} as any })],
    [
      'value of filter is undefined: it must be a string, a number or a Boolean',
      () => MqttClients.fromTable(table, { attribute: 'a', filter: { attribute: 'b', value: NOT_SET } }),
    ],
    ['value of partition is null: it must be a', () => MqttClients.fromTable(table, { attribute: 'a', partition: { attribute: 'b', value: null as any } })],
    [`key is undefined: ${MUST}`, () => MqttClients.fromManifest(bucket, NOT_SET)],
    [`column is undefined: ${MUST}`, () => ManifestFormat.csv(NOT_SET)],
    [`field is undefined: ${MUST}`, () => ManifestFormat.jsonLines(NOT_SET)],
    ["jsonField is null: name a field of the secret's JSON object, or leave it out", () => ChatParticipants.fromSecret(secret, { jsonField: null as any })],
    ["jsonField is 7: name a field of the parameter's JSON object", () => ChatParticipants.fromParameter(parameter, { jsonField: 7 as any })],
    ['Stack/It: endpoint 7 is neither a host name', () => new MqttDisconnection(newStack(), 'It', { clients, endpoint: 7 as any })],
    [`name is undefined: ${MUST}`, () => new MqttDisconnection(newStack(), 'It', { clients }).metric(NOT_SET)],
  ])('%s', (message, make) => {
    expect(make).toThrow(message);
  });
});

describe('a member of an enumeration', () => {
  test.each<[string, () => unknown]>([
    ['tokenKind is "OTHER": it must be TokenKind.CONNECTION or TokenKind.PARTICIPANT', () => ChatParticipants.fromSecret(secret, { tokenKind: other })],
    ['tokenKind is "OTHER"', () => ChatParticipants.fromTable(table, { attribute: 'a', tokenKind: other })],
    [
      'Stack/It: onFailure is "OTHER": it must be OnFailure.FAIL or OnFailure.CONTINUE',
      () => new MqttDisconnection(newStack(), 'It', { clients, onFailure: other }),
    ],
    [
      'Stack/It: deniedToken is "OTHER": it must be DeniedToken.TREAT_AS_GONE_UNLESS_ALL, DeniedToken.TREAT_AS_GONE or DeniedToken.FAIL',
      () => new ChatDisconnection(newStack(), 'It', { participants: ChatParticipants.fromSecret(secret), deniedToken: other }),
    ],
    ['the format is none: write ManifestFormat.lines() for instance', () => MqttClients.fromManifest(bucket, 'a.csv', { format: other })],
  ])('%s', (message, make) => {
    expect(make).toThrow(message);
  });

  test('may be known only at deploy', () => {
    const known = newStack();
    const later = Token.asString({ Ref: 'Later' }) as any;
    const participants = ChatParticipants.fromSecret(Secret.fromSecretNameV2(known, 'Tokens', 'tokens'), { tokenKind: later });
    new ChatDisconnection(known, 'It', { participants, deniedToken: later, onFailure: later });
    Template.fromStack(known).hasResourceProperties('Custom::ChatDisconnection', {
      Operation: { TokenKind: { Ref: 'Later' }, DeniedToken: { Ref: 'Later' } },
      OnFailure: { Ref: 'Later' },
    });
  });
});

describe('a duration', () => {
  const MUST = 'it must be a Duration, Duration.minutes(5) for instance';
  test.each<[string, () => unknown]>([
    [`the time of Force.after is undefined: ${MUST}`, () => Force.after(none)],
    [`the time of Force.after is 300: ${MUST}`, () => Force.after(300 as any)],
    [`the time of Confirm.staysDisconnected is undefined: ${MUST}`, () => Confirm.staysDisconnected(none)],
    [`initiatedWithin is 300: ${MUST}`, () => Contacts.inProgress({ initiatedWithin: 300 as any })],
    [`Stack/It: timeout is 300: ${MUST}`, () => new MqttDisconnection(newStack(), 'It', { clients, timeout: 300 as any })],
  ])('%s', (message, make) => {
    expect(make).toThrow(message);
  });

  test('may be known only at deploy', () => {
    expect(() => Force.after(Duration.seconds(Token.asNumber({ Ref: 'Later' })))).not.toThrow();
  });
});

describe('what cannot be without', () => {
  test.each<[string, () => unknown]>([
    ['the table is none: give a Table, or Table.fromTableName', () => MqttClients.fromTable(none, { attribute: 'a' })],
    ['the table is none', () => MqttClients.fromTable('Fleet' as any, { attribute: 'a' })],
    ['the bucket is none: give a Bucket, or Bucket.fromBucketName', () => Contacts.fromManifest(none, 'a.txt')],
    ['the secret is none: give a Secret, or Secret.fromSecretNameV2', () => ChatParticipants.fromSecret(none)],
    ['the parameter is none: give StringParameter.fromSecureStringParameterAttributes', () => ChatParticipants.fromParameter(none)],
    ['Stack/It: clients is missing, and must be MqttClients', () => new (MqttDisconnection as any)(newStack(), 'It')],
    ['Stack/It: participants is missing, and must be ChatParticipants', () => new (ChatDisconnection as any)(newStack(), 'It')],
    ['Stack/It: things is missing, and must be ManagedThings', () => new (ManagedThingDeletion as any)(newStack(), 'It')],
    ['Stack/It: policy is no IoT policy: give a CfnPolicy', () => new (IotPolicyDetachment as any)(newStack(), 'It')],
    ['Stack/It: instanceArn is undefined: it must be the ARN', () => new (ContactStop as any)(newStack(), 'It')],
    [
      'Stack/It cannot run before the deletion of undefined: name a construct',
      () => new MqttDisconnection(newStack(), 'It', { clients }).runBeforeDeletionOf(none),
    ],
    [
      'Stack/It cannot run after the deletion of "kiosks": name a construct',
      () => new MqttDisconnection(newStack(), 'It', { clients }).runAfterDeletionOf(CfnPolicy.fromPolicyName(stack, 'Policy', 'kiosks'), 'kiosks' as any),
    ],
  ])('%s', (message, make) => {
    expect(make).toThrow(message);
  });
});
