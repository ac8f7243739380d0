import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { until } from '../../local-aws/test/support/mqtt-device';
import { startChat } from '../support/chat-customer';
import { Recipe } from '../support/recipe';

/* The recipe's promise, with customers' websockets in the place of bots. */

let recipe: Recipe;
beforeAll(async () => {
  recipe = await Recipe.start('test-bots', 'TestBots', { connect: { instanceId: '0cc2f3f4-1111-4000-8000-000000000000' } });
}, 120_000);
afterAll(() => recipe.stop());

test('a destroy takes bots their right to start chats, ends those that they are in and no others, and deletes the list', async () => {
  const { aws } = recipe;
  await recipe.deploy();
  const [bot, over, other] = [await startChat(aws), await startChat(aws), await startChat(aws)];
  aws.connect.endContact(over.contactId);
  const client = new DynamoDBClient({ endpoint: aws.url, region: aws.region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  for (const { contactId } of [bot, over]) await client.send(new PutItemCommand({ TableName: 'bot-chats', Item: { contactId: { S: contactId } } }));
  client.destroy();
  expect(bot.isConnected()).toBe(true);

  const events = await recipe.destroy();
  await until(() => !bot.isConnected());
  expect(aws.connect.endOf(bot.contactId)).toBeDefined();
  expect(other.isConnected()).toBe(true);
  other.leave();
  const order = [
    'AWS::IAM::Role DELETE_COMPLETE',
    'Custom::ContactStop DELETE_IN_PROGRESS',
    'Custom::ContactStop DELETE_COMPLETE',
    'AWS::DynamoDB::Table DELETE_IN_PROGRESS',
  ];
  // The provider's role goes last.
  expect(events.filter((event, n) => order.includes(event) && events.indexOf(event) === n)).toEqual(order);
}, 300_000);
