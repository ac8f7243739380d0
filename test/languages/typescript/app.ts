/* The app that those of the other languages must equal: all constructs, and, with its second stack, targets of all sources. */
import { App, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  ChatDisconnection,
  ChatParticipants,
  Confirm,
  ContactChannel,
  Contacts,
  ContactStop,
  DeniedToken,
  Force,
  IotPolicyDetachment,
  ManagedThingDeletion,
  ManagedThings,
  ManifestFormat,
  Moment,
  MqttClients,
  MqttDisconnection,
  TokenKind,
} from '../../../lib';
import { otherSources } from './other-sources';

const app = new App();
const stack = new Stack(app, 'EndWhatIsLive');

// First the right to connect goes, then the clients.
const policy = new CfnPolicy(stack, 'KioskPolicy', {
  policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }] },
});
const detachment = new IotPolicyDetachment(stack, 'LockedOut', { policy });
const kiosks = new MqttDisconnection(stack, 'Kiosks', {
  clients: MqttClients.ids('kiosk-1', 'kiosk-2'),
  cleanSession: true,
  preventWillMessage: true,
  confirm: Confirm.staysDisconnected(Duration.seconds(30)),
});
kiosks.runAfterDeletionOf(detachment);

const fleet = new Table(stack, 'Fleet', { partitionKey: { name: 'clientId', type: AttributeType.STRING }, removalPolicy: RemovalPolicy.DESTROY });
const rented = new MqttDisconnection(stack, 'Rented', {
  clients: MqttClients.fromTable(fleet, { attribute: 'clientId', filter: { attribute: 'rented', value: true } }),
  runOn: [Moment.REMOVAL, Moment.TEARDOWN],
  maxTargets: 500,
});
rented.runAfterDeletionOf(detachment);

const tokens = new Secret(stack, 'ChatTokens');
new ChatDisconnection(stack, 'Chats', {
  participants: ChatParticipants.fromSecret(tokens, { jsonField: 'tokens', tokenKind: TokenKind.PARTICIPANT }),
  deniedToken: DeniedToken.FAIL,
});

new ContactStop(stack, 'Contacts', {
  instanceArn: stack.formatArn({ service: 'connect', resource: 'instance', resourceName: '0cc2f3f4-1111-4000-8000-000000000000' }),
  contacts: Contacts.inProgress({ channels: [ContactChannel.CHAT], initiatedWithin: Duration.days(7), attributes: { shop: 'berlin' } }),
});

// Things go before the locker that holds their credentials.
const locker = new CfnResource(stack, 'CredentialLocker', { type: 'AWS::IoTManagedIntegrations::CredentialLocker' });
const manifests = Bucket.fromBucketName(stack, 'Manifests', 'guest-manifests');
const things = new ManagedThingDeletion(stack, 'Things', {
  things: ManagedThings.fromManifest(manifests, 'guests.csv', { format: ManifestFormat.csv('thing') }),
  force: Force.after(Duration.minutes(5)),
});
things.runBeforeDeletionOf(locker);
things.metricFailed().createAlarm(stack, 'ThingsLeft', { threshold: 1, evaluationPeriods: 1 });

otherSources(app);
app.synth();
