/* Disconnects the kiosks that are in a thing group, or in a group below it, when the stack is destroyed. */
import { App, Stack } from 'aws-cdk-lib';
import { MqttClients, MqttDisconnection } from '../lib';

const app = new App();
const stack = new Stack(app, 'KiosksOfAThingGroup');
new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.inThingGroup('kiosks', { recursive: true }) });
app.synth();
