/* All the sources that the other stack has not, and a function in a VPC. */
import { type App, CfnOutput, Duration, Stack, Token } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { InterfaceVpcEndpointAwsService, Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnThing, CfnThingGroup } from 'aws-cdk-lib/aws-iot';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Tracing } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import {
  ChatDisconnection,
  ChatParticipants,
  Confirm,
  Contacts,
  ContactStop,
  Force,
  ManagedThingDeletion,
  ManagedThingRole,
  ManagedThings,
  ManifestFormat,
  Moment,
  MqttClients,
  MqttDisconnection,
  MqttDisconnectionProvider,
  OnFailure,
  ProvisioningStatus,
  TokenKind,
} from '../../../lib';

export function otherSources(app: App): void {
  const stack = new Stack(app, 'OtherSources');
  const live = new Table(stack, 'Live', {
    partitionKey: { name: 'kind', type: AttributeType.STRING },
    sortKey: { name: 'id', type: AttributeType.STRING },
  });
  const manifests = Bucket.fromBucketName(stack, 'Manifests', 'what-is-live');

  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 1 });
  const endpoint = vpc.addInterfaceEndpoint('Iot', { service: InterfaceVpcEndpointAwsService.IOT_CORE, open: false });
  const provider = new MqttDisconnectionProvider(stack, 'InVpc', {
    vpc,
    tracing: Tracing.ACTIVE,
    reservedConcurrentExecutions: 2,
    retryAttempts: 1,
    memorySize: 512,
    environment: { POWERTOOLS_LOG_LEVEL: 'WARN' },
  });
  provider.connections.allowToDefaultPort(endpoint);

  const kiosk = new CfnThing(stack, 'Kiosk');
  new MqttDisconnection(stack, 'ClientOfThing', {
    provider,
    clients: MqttClients.ofThings(kiosk),
    runOn: [Moment.DEPLOY, Moment.TEARDOWN],
    redeployTrigger: '2026-11',
    confirm: Confirm.disconnected(),
  });
  const kiosks = new CfnThingGroup(stack, 'Kiosks');
  new MqttDisconnection(stack, 'ClientsOfGroup', { provider, clients: MqttClients.ofThingGroup(kiosks, { recursive: true }) });
  new MqttDisconnection(stack, 'ClientsInGroup', { provider, clients: MqttClients.inThingGroup('terminals'), onFailure: OnFailure.CONTINUE });
  const indexed = new MqttDisconnection(stack, 'ClientsInIndex', {
    clients: MqttClients.matching('thingName:kiosk-*', { includeDisconnected: true }),
    maxTargets: 100_000,
    timeout: Duration.hours(3),
  });
  new CfnOutput(stack, 'Ended', { value: Token.asString(indexed.endedCount) });
  const filed = new MqttDisconnection(stack, 'ClientsInManifest', {
    clients: MqttClients.fromManifest(manifests, 'clients.jsonl.gz', { format: ManifestFormat.jsonLines('clientId') }),
    requestsPerSecond: 2.5,
  });
  const key = new Key(stack, 'Key');
  key.grantDecrypt(filed.grantPrincipal);

  const token = StringParameter.fromSecureStringParameterAttributes(stack, 'Token', { parameterName: '/chats/token' });
  new ChatDisconnection(stack, 'ChatInParameter', { participants: ChatParticipants.fromParameter(token, { encryptionKey: key }) });
  new ChatDisconnection(stack, 'ChatsInTable', {
    participants: ChatParticipants.fromTable(live, {
      attribute: 'id',
      partition: { attribute: 'kind', value: 'chat' },
      filter: { attribute: 'floor', value: 3 },
      tokenKind: TokenKind.PARTICIPANT,
    }),
  });

  const instanceArn = stack.formatArn({ service: 'connect', resource: 'instance', resourceName: '0cc2f3f4-1111-4000-8000-000000000000' });
  new ContactStop(stack, 'OneContact', { instanceArn, contacts: Contacts.ids('contact-1'), preflight: false });
  new ContactStop(stack, 'ContactsInTable', {
    instanceArn,
    contacts: Contacts.fromTable(live, { attribute: 'id', partition: { attribute: 'kind', value: 'contact' } }),
  });
  new ContactStop(stack, 'ContactsInManifest', { instanceArn, contacts: Contacts.fromManifest(manifests, 'contacts.txt') });

  new ManagedThingDeletion(stack, 'OneThing', { things: ManagedThings.ids('thing1'), force: Force.always() });
  new ManagedThingDeletion(stack, 'ThingsOfHub', {
    things: ManagedThings.matching({ parentControllerId: 'hub1', role: ManagedThingRole.DEVICE, provisioningStatus: ProvisioningStatus.ACTIVATED }),
  });
  new ManagedThingDeletion(stack, 'ThingsInTable', {
    things: ManagedThings.fromTable(live, { attribute: 'id', partition: { attribute: 'kind', value: 'thing' } }),
  });
}
