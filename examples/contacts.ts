/* Stops the chats and tasks of an Amazon Connect instance, -c instanceId=…, that are still in progress when the stack is destroyed. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { ContactChannel, Contacts, ContactStop } from '../lib';

const app = new App();
const stack = new Stack(app, 'ContactsInProgress');
const instanceId = app.node.tryGetContext('instanceId') ?? '0cc2f3f4-1111-4000-8000-000000000000';
new ContactStop(stack, 'Contacts', {
  instanceArn: stack.formatArn({ service: 'connect', resource: 'instance', resourceName: instanceId }),
  contacts: Contacts.inProgress({
    channels: [ContactChannel.CHAT, ContactChannel.TASK],
    initiatedWithin: Duration.days(7),
    attributes: { shop: 'berlin' },
  }),
  maxTargets: 500,
});
app.synth();
