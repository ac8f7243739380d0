/* What is new since 0.2.0, beside all that it had. Outside of the stack: who attached the policy, and the contacts. */
import { Duration } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
import { Confirm, Contacts, ContactStop, IotPolicyDetachment, MqttClients, MqttDisconnection } from '../../../lib';
import { everyMoment, live, rows, stack } from '../0.2.0/app';

const policy = new CfnPolicy(stack, 'FleetPolicy', {
  policyName: 'fleet',
  policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] },
});
const detachment = new IotPolicyDetachment(stack, 'LockedOut', { policy, ...everyMoment });
const disconnection = new MqttDisconnection(stack, 'KiosksOfPolicy', {
  clients: MqttClients.ids('kiosk-of-policy'),
  confirm: Confirm.staysDisconnected(Duration.seconds(1)),
});
disconnection.runAfterDeletionOf(detachment);
new MqttDisconnection(stack, 'KiosksAtLength', { clients: MqttClients.fromTable(live, rows('kiosk-at-length')), timeout: Duration.hours(2) });

const instanceArn = stack.formatArn({ service: 'connect', resource: 'instance', resourceName: '25e68f8b-a1a8-4b62-9e25-152af9bb4b70' });
new ContactStop(stack, 'Contacts', { instanceArn, contacts: Contacts.inProgress({ queues: ['queue-1'] }) });
new ContactStop(stack, 'ContactsOfTable', { instanceArn, contacts: Contacts.fromTable(live, rows('contact')), timeout: Duration.minutes(30), ...everyMoment });
