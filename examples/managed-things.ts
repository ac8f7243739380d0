/* Deletes the managed things of one owner when the stack is destroyed. */
import { App, Stack } from 'aws-cdk-lib';
import { ManagedThingDeletion, ManagedThings } from '../lib';

const app = new App();
const stack = new Stack(app, 'ThingsOfAnOwner');
new ManagedThingDeletion(stack, 'Things', { things: ManagedThings.matching({ owner: 'guest-42' }), maxTargets: 50 });
app.synth();
