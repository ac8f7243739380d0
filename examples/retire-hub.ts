/*
 * Hubs of a building. One that is taken out of the list is retired by the next deploy: the devices on it first, then the hub.
 * -c hubs=a,b lists them.
 */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Force, ManagedThingDeletion, ManagedThings, Moment } from '../lib';

const app = new App();
const stack = new Stack(app, 'HubsOfABuilding');
const hubs: string[] = (stack.node.tryGetContext('hubs') ?? 'hub-1,hub-2').split(',');

new ManagedThingDeletion(stack, 'Hubs', {
  things: ManagedThings.ids(...hubs),
  runOn: [Moment.REMOVAL],
  deleteChildren: true,
  // For devices that somebody unplugged.
  force: Force.after(Duration.minutes(10)),
});
app.synth();
