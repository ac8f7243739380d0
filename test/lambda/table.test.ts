import { DynamoDBClient, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { table } from '../../lambda/sources/table';
import { all } from '../support/all';
import { reads } from '../support/reads';

/* What DynamoDB is asked for, and what becomes of its items. */

beforeAll(() => void (process.env.AWS_REGION = 'ca-central-1'));
afterEach(() => void jest.restoreAllMocks());

type Item = Record<string, AttributeValue>;

function read(parameters: object, Items: readonly Item[] = []) {
  const send = jest.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(() => Promise.resolve({ Items }) as any);
  const ids = all(table({ Table: 'Fleet', Attribute: 'id', ...parameters }, reads()));
  return { ids, asked: () => ids.then(() => send.mock.lastCall![0]) };
}

test.each<[string, object, AttributeValue]>([
  ['a text', { Type: 'S', Value: 'true' }, { S: 'true' }],
  ['a number', { Type: 'N', Value: '7' }, { N: '7' }],
  ['true', { Type: 'BOOL', Value: 'true' }, { BOOL: true }],
  ['false', { Type: 'BOOL', Value: 'false' }, { BOOL: false }],
])('a filter and a partition are for %s, in the type that the template gave it', async (_, typed, value) => {
  const {
    constructor: { name },
    input,
  } = await read({ Filter: { Attribute: 'on', ...typed } }).asked();
  expect([name, input]).toEqual([
    'ScanCommand',
    expect.objectContaining({
      FilterExpression: '#filter = :filter',
      ExpressionAttributeNames: { '#target': 'id', '#filter': 'on' },
      ExpressionAttributeValues: { ':filter': value },
    }),
  ]);
  const query = await read({ Partition: { Attribute: 'kind', ...typed } }).asked();
  expect([query.constructor.name, query.input]).toEqual([
    'QueryCommand',
    expect.objectContaining({
      KeyConditionExpression: '#partition = :partition',
      ExpressionAttributeNames: { '#target': 'id', '#partition': 'kind' },
      ExpressionAttributeValues: { ':partition': value },
    }),
  ]);
});

test('a table is read as it is at this moment; an index, which knows no such reads, as it has come to it', async () => {
  const partition = { Partition: { Attribute: 'kind', Type: 'S', Value: 'kiosk' } };
  for (const parameters of [{}, partition]) {
    expect((await read(parameters).asked()).input).toMatchObject({ ConsistentRead: true, IndexName: undefined });
    expect((await read({ ...parameters, Index: 'by-tenant' }).asked()).input).toMatchObject({ ConsistentRead: false, IndexName: 'by-tenant' });
  }
});

test('texts and numbers are targets; an item without the attribute, or with none in it, has none', async () => {
  expect(await read({}, [{ id: { S: 'a' } }, { id: { N: '7' } }, {}, { id: { NULL: true } }]).ids).toEqual(['a', '7']);
  await expect(read({}, [{ id: { NULL: true } }, {}]).ids).rejects.toThrow('none of the 2 items that were read of table Fleet has the attribute "id"');
  expect(await read({}, []).ids).toEqual([]);
});

test('another type is refused, and its value not told', async () => {
  const { message } = await read({}, [{ id: { SS: ['a-token'] } }]).ids.then(
    () => new Error('nothing'),
    (error) => error,
  );
  expect(message).toBe('attribute "id" of an item of table Fleet has the type SS: it must be a string or a number');
});
