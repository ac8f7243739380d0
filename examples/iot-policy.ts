/*
 * Kiosks whose certificates were registered by provisioning, outside of the stack, and have the stack's policy. When the stack is destroyed,
 * it takes them their right to connect, disconnects them, and deletes the policy.
 */
import { App, Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
import { IotPolicyDetachment, MqttClients, MqttDisconnection } from '../lib';

const app = new App();
const stack = new Stack(app, 'ProvisionedKiosks');
const policy = new CfnPolicy(stack, 'KioskPolicy', {
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: stack.formatArn({ service: 'iot', resource: 'client', resourceName: '*' }) }],
  },
});
const detachment = new IotPolicyDetachment(stack, 'LockedOut', { policy });
const disconnection = new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-8') });
disconnection.runAfterDeletionOf(detachment);
app.synth();
