/* Disconnects the clients that a table lists when the stack is destroyed; the table itself goes after that. */
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { MqttClients, MqttDisconnection } from '../lib';

const app = new App();
const stack = new Stack(app, 'KiosksOfATable');
const table = new Table(stack, 'Fleet', {
  tableName: 'fleet',
  partitionKey: { name: 'clientId', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  removalPolicy: RemovalPolicy.DESTROY,
});
new MqttDisconnection(stack, 'Kiosks', {
  clients: MqttClients.fromTable(table, { attribute: 'clientId', filter: { attribute: 'rented', value: true } }),
});
app.synth();
