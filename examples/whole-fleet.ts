/*
 * Destroys a fleet of up to a million devices: takes them their right to connect, and disconnects each that a table lists, for as long as that takes.
 */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
import { IotPolicyDetachment, MqttClients, MqttDisconnection } from '../lib';

const app = new App();
const stack = new Stack(app, 'WholeFleet');
// Attach it to a thing group: that is one principal to detach it from, and not a million.
const policy = new CfnPolicy(stack, 'Policy', {
  policyName: 'fleet',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: stack.formatArn({ service: 'iot', resource: 'client', resourceName: '*' }) }],
  },
});
const detachment = new IotPolicyDetachment(stack, 'LockedOut', { policy });

const disconnection = new MqttDisconnection(stack, 'Devices', {
  clients: MqttClients.fromTable(Table.fromTableName(stack, 'Table', 'devices'), { attribute: 'clientId' }),
  cleanSession: true,
  // Whoever listens to last wills would be told a million times.
  preventWillMessage: true,
  maxTargets: 1_000_000,
  timeout: Duration.hours(5),
});
disconnection.runAfterDeletionOf(detachment);
app.synth();
