/* Disconnects the things that a query of the fleet index finds connected when the stack is destroyed. */
import { App, Stack } from 'aws-cdk-lib';
import { MqttClients, MqttDisconnection } from '../lib';

const app = new App();
const stack = new Stack(app, 'KiosksOfAFloor');
new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.matching('thingName:kiosk-* AND attributes.floor:2') });
app.synth();
