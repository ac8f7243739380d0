/* Every construct and source that 0.2.0 had, as its users deployed it. Outside of the stack: the group, the manifest and the parameter. */
import { App, CfnResource, Duration, NestedStack, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnThing } from 'aws-cdk-lib/aws-iot';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import {
  ChatDisconnection,
  ChatParticipants,
  Confirm,
  Force,
  ManagedThingDeletion,
  ManagedThings,
  ManifestFormat,
  Moment,
  MqttClients,
  MqttDisconnection,
  MqttDisconnectionProvider,
  OnFailure,
  TokenKind,
} from '../../../lib';

const app = new App();
export const stack = new Stack(app, 'Upgraded');
/** Where an upgrade could end most. */
export const everyMoment = { runOn: [Moment.DEPLOY, Moment.REMOVAL, Moment.TEARDOWN] };
export const live = new Table(stack, 'Live', {
  tableName: 'live',
  partitionKey: { name: 'id', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  removalPolicy: RemovalPolicy.DESTROY,
});
export const rows = (kind: string) => ({ attribute: 'id', filter: { attribute: 'kind', value: kind } });
const manifests = Bucket.fromBucketName(stack, 'Manifests', 'manifests');

const thing = new CfnThing(stack, 'KioskThing', { thingName: 'kiosk-thing' });
new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-1', 'kiosk-2'), cleanSession: true, preventWillMessage: true, ...everyMoment });
new MqttDisconnection(stack, 'KioskOfThing', { clients: MqttClients.ofThings(thing), confirm: Confirm.disconnected() });
new MqttDisconnection(stack, 'KiosksOfGroup', { clients: MqttClients.inThingGroup('kiosks', { recursive: true }), ...everyMoment });
new MqttDisconnection(stack, 'KiosksOfIndex', { clients: MqttClients.matching('thingName:kiosk-indexed') });
const provider = new MqttDisconnectionProvider(stack, 'Provider', {
  memorySize: 512,
  environment: { POWERTOOLS_LOG_LEVEL: 'WARN' },
  logGroup: new LogGroup(stack, 'ProviderLog', { retention: RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY }),
});
new MqttDisconnection(stack, 'KiosksOfTable', { clients: MqttClients.fromTable(live, rows('kiosk')), provider, redeployTrigger: 'first', ...everyMoment });
new MqttDisconnection(stack, 'KiosksOfManifest', {
  clients: MqttClients.fromManifest(manifests, 'kiosks.csv', { format: ManifestFormat.csv('clientId') }),
  provider,
  onFailure: OnFailure.CONTINUE,
});

const nested = new NestedStack(stack, 'Nested');
new MqttDisconnection(nested, 'Kiosks', { clients: MqttClients.ids('kiosk-nested'), ...everyMoment });

const tokens = new Secret(stack, 'Tokens', { secretName: 'tokens', secretStringValue: SecretValue.unsafePlainText('[]') });
const parameter = StringParameter.fromSecureStringParameterAttributes(stack, 'Parameter', { parameterName: '/chats/token' });
new ChatDisconnection(stack, 'Chats', { participants: ChatParticipants.fromSecret(tokens) });
new ChatDisconnection(stack, 'ChatsOfParameter', {
  participants: ChatParticipants.fromParameter(parameter, { jsonField: 'chats' }),
  timeout: Duration.minutes(5),
});
new ChatDisconnection(stack, 'ChatsOfTable', {
  participants: ChatParticipants.fromTable(live, { ...rows('chat'), tokenKind: TokenKind.PARTICIPANT }),
  ...everyMoment,
});

const locker = new CfnResource(stack, 'Locker', { type: 'AWS::IoTManagedIntegrations::CredentialLocker', properties: {} });
const things = new ManagedThingDeletion(stack, 'Things', {
  things: ManagedThings.ids('thing1', 'hub1'),
  force: Force.after(Duration.minutes(2)),
  deleteChildren: true,
  ...everyMoment,
});
things.runBeforeDeletionOf(locker);
new ManagedThingDeletion(stack, 'ThingsOfOwner', { things: ManagedThings.matching({ owner: 'us' }), maxTargets: 100, requestsPerSecond: 5 });
new ManagedThingDeletion(stack, 'ThingsOfTable', { things: ManagedThings.fromTable(live, rows('thing')), force: Force.always(), waitForDeletion: false });
new ManagedThingDeletion(stack, 'ThingsOfManifest', { things: ManagedThings.fromManifest(manifests, 'things.txt'), preflight: false });
