/* Makes sure, when the stack is destroyed, that kiosks stay away, and that the hubs of an owner and all devices on them are gone. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Confirm, Force, ManagedThingDeletion, ManagedThingRole, ManagedThings, MqttClients, MqttDisconnection } from '../lib';

const app = new App();
const stack = new Stack(app, 'ReallyGone');
new MqttDisconnection(stack, 'Kiosks', {
  clients: MqttClients.ids('kiosk-7'),
  confirm: Confirm.staysDisconnected(Duration.seconds(3)),
});
new ManagedThingDeletion(stack, 'Hubs', {
  things: ManagedThings.matching({ owner: 'guest-44', role: ManagedThingRole.CONTROLLER }),
  deleteChildren: true,
  // For devices that somebody unplugged.
  force: Force.after(Duration.seconds(4)),
});
app.synth();
