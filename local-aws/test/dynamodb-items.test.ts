import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { device, error, fill, rig, scan, start, stop, table } from './dynamodb-rig';

/* That items are written, read, scanned and queried as at AWS, an index and a page at a time. */
// A1 = https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/

const idsOf = (items: Record<string, AttributeValue>[]) => items.map(({ id }) => id.S).sort();
const idsUpTo = (count: number) => Array.from({ length: count }, (_, i) => `kiosk-${i}`).sort();

beforeEach(async () => {
  await start();
  await table();
});
afterEach(stop);

describe('items', () => {
  it('are put, read, updated and deleted (A1 API_PutItem, API_GetItem, API_UpdateItem, API_DeleteItem)', async () => {
    const Key = { site: { S: 'site-1' }, id: { S: 'kiosk-1' } };
    await rig.client.send(new PutItemCommand({ TableName: 'Devices', Item: { ...device(1), arn: { S: 'arn:aws:dynamodb:us-east-1:000000000000:table/x' } } }));
    await rig.client.send(
      new UpdateItemCommand({
        TableName: 'Devices',
        Key,
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': { N: '7' } },
      }),
    );
    // What is in an item is the user's.
    expect((await rig.client.send(new GetItemCommand({ TableName: 'Devices', Key, ConsistentRead: true }))).Item).toEqual({
      ...device(1),
      n: { N: '7' },
      arn: { S: 'arn:aws:dynamodb:us-east-1:000000000000:table/x' },
    });
    const refused = new PutItemCommand({ TableName: 'Devices', Item: device(1), ConditionExpression: 'attribute_not_exists(id)' });
    expect(await error(rig.client.send(refused))).toBe('400 ConditionalCheckFailedException');
    await rig.client.send(new DeleteItemCommand({ TableName: 'Devices', Key }));
    expect((await rig.client.send(new GetItemCommand({ TableName: 'Devices', Key }))).Item).toBeUndefined();
  });

  it('are written and read in batches (A1 API_BatchWriteItem, API_BatchGetItem)', async () => {
    await fill(60);
    expect((await scan()).items).toHaveLength(60);
    const Keys = [{ site: { S: 'site-1' }, id: { S: 'kiosk-1' } }];
    expect((await rig.client.send(new BatchGetItemCommand({ RequestItems: { Devices: { Keys } } }))).Responses!.Devices).toEqual([device(1)]);
    await rig.client.send(new BatchWriteItemCommand({ RequestItems: { Devices: [{ DeleteRequest: { Key: Keys[0] } }] } }));
    expect((await scan()).items).toHaveLength(59);
  });

  it('are scanned consistently and in pages (A1 API_Scan)', async () => {
    await fill(60);
    const { items, pages } = await scan({ ConsistentRead: true, Limit: 7 });
    expect([idsOf(items), pages]).toEqual([idsUpTo(60), 9]);
  });

  it('are scanned in parallel, each once (A1 API_Scan: Segment, TotalSegments)', async () => {
    await fill(60);
    const segments = await Promise.all([0, 1, 2, 3].map((Segment) => scan({ Segment, TotalSegments: 4, Limit: 3 })));
    expect(idsOf(segments.flatMap(({ items }) => items))).toEqual(idsUpTo(60));
  });

  it('are filtered and cut to what is asked for (A1 API_Scan: FilterExpression, ProjectionExpression)', async () => {
    await fill(60);
    const { items } = await scan({
      FilterExpression: '#n < :n',
      ProjectionExpression: 'id',
      ExpressionAttributeNames: { '#n': 'n' },
      ExpressionAttributeValues: { ':n': { N: '9' } },
    });
    expect(idsOf(items)).toEqual(idsUpTo(9));
    expect(Object.keys(items[0])).toEqual(['id']);
    const { Count, ScannedCount } = await rig.client.send(new ScanCommand({ TableName: 'Devices', Select: 'COUNT' }));
    expect([Count, ScannedCount]).toEqual([60, 60]);
  });

  it('are queried by key, in pages (A1 API_Query)', async () => {
    await fill(60);
    const query = { TableName: 'Devices', KeyConditionExpression: 'site = :s', ExpressionAttributeValues: { ':s': { S: 'site-1' } }, Limit: 15 };
    const first = await rig.client.send(new QueryCommand(query));
    const second = await rig.client.send(new QueryCommand({ ...query, ConsistentRead: true, ExclusiveStartKey: first.LastEvaluatedKey }));
    expect([first.Count, second.Count]).toEqual([15, 5]);
    expect(new Set(idsOf([...first.Items!, ...second.Items!])).size).toBe(20);
  });

  it('are queried and scanned by an index, never consistently by a global one (A1 API_Query, API_Scan: ConsistentRead)', async () => {
    await fill(3);
    const query = { TableName: 'Devices', IndexName: 'ById', KeyConditionExpression: 'id = :i', ExpressionAttributeValues: { ':i': { S: 'kiosk-2' } } };
    expect((await rig.client.send(new QueryCommand(query))).Items).toEqual([device(2)]);
    expect((await scan({ IndexName: 'ById' })).items).toHaveLength(3);
    expect(await error(rig.client.send(new QueryCommand({ ...query, ConsistentRead: true })))).toBe('400 ValidationException');
    expect(await error(scan({ IndexName: 'ById', ConsistentRead: true }))).toBe('400 ValidationException');
    expect(await error(scan({ IndexName: 'Other' }))).toBe('400 ValidationException');
  });
});
