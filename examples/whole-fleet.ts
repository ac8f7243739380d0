/* Disconnects up to a million clients that a table lists when the stack is destroyed, for as long as that takes. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { MqttClients, MqttDisconnection } from '../lib';

const app = new App();
const stack = new Stack(app, 'WholeFleet');
new MqttDisconnection(stack, 'Devices', {
  clients: MqttClients.fromTable(Table.fromTableName(stack, 'Table', 'devices'), { attribute: 'clientId' }),
  maxTargets: 1_000_000,
  timeout: Duration.hours(5),
});
app.synth();
