/*
 * One stack with constructs of every kind: kiosks that hold MQTT connections, customers in chats, and managed things.
 * What exists outside of the stack comes as context: -c kiosks=a,b, -c managedThings=a,b
 */
import { App, CfnResource, SecretValue, Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ChatDisconnection, ChatParticipants, IotPolicyDetachment, ManagedThingDeletion, ManagedThings, MqttClients, MqttDisconnection } from '../lib';

const app = new App();
const stack = new Stack(app, 'EndWhatIsLive');
const context = (name: string): string => app.node.tryGetContext(name) ?? '';

// A kiosk connects by right of this policy, which provisioning attaches to its certificate.
const policy = new CfnPolicy(stack, 'KioskPolicy', {
  policyName: 'kiosks',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['iot:Connect', 'iot:Publish', 'iot:Subscribe', 'iot:Receive'],
        Resource: stack.formatArn({ service: 'iot', resource: '*' }),
      },
    ],
  },
});
const detachment = new IotPolicyDetachment(stack, 'LockedOut', { policy });
const disconnection = new MqttDisconnection(stack, 'Kiosks', {
  clients: MqttClients.ids(...context('kiosks').split(',')),
  cleanSession: context('keepSessions') !== 'true',
  preventWillMessage: context('publishWills') !== 'true',
});
// First take the right to connect away, then disconnect: otherwise a kiosk comes straight back.
disconnection.runAfterDeletionOf(detachment);

// Filled with connection tokens while chats are going on.
const tokens = new Secret(stack, 'ChatTokens', { secretStringValue: SecretValue.unsafePlainText('[]') });
new ChatDisconnection(stack, 'Chats', { participants: ChatParticipants.fromSecret(tokens) });

// Things go before the locker that holds their credentials.
const locker = new CfnResource(stack, 'CredentialLocker', { type: 'AWS::IoTManagedIntegrations::CredentialLocker', properties: {} });
const deletion = new ManagedThingDeletion(stack, 'Things', {
  things: ManagedThings.ids(...context('managedThings').split(',')),
});
deletion.runBeforeDeletionOf(locker);
