/*
 * Chats that bots hold to test a contact flow. The bots assume a role of the stack, and write down each chat that they start. When the stack is
 * destroyed, it takes them their right to start chats, stops the chats that are still going on, and deletes the list.
 */
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { AccountRootPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Contacts, ContactStop } from '../lib';

const app = new App();
const stack = new Stack(app, 'TestBots');
const instanceArn = stack.formatArn({ service: 'connect', resource: 'instance', resourceName: '0cc2f3f4-1111-4000-8000-000000000000' });

const chats = new Table(stack, 'Chats', {
  tableName: 'bot-chats',
  partitionKey: { name: 'contactId', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  // Bots set it to when a chat has certainly ended.
  timeToLiveAttribute: 'forgetAt',
  removalPolicy: RemovalPolicy.DESTROY,
});
const bots = new Role(stack, 'Bots', { assumedBy: new AccountRootPrincipal() });
bots.addToPolicy(new PolicyStatement({ actions: ['connect:StartChatContact'], resources: [`${instanceArn}/contact-flow/*`] }));
chats.grantWriteData(bots);

const stop = new ContactStop(stack, 'BotChats', { instanceArn, contacts: Contacts.fromTable(chats, { attribute: 'contactId' }) });
// First nobody starts a chat any more.
stop.runAfterDeletionOf(bots);
app.synth();
