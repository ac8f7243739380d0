import { crc32 } from 'node:zlib';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  type AttributeValue,
  type ScanCommandInput,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { ResourceContext } from '../cloudformation/resource-type';
import { DynamoDb } from '../dynamodb/dynamodb';
import { AwsServer, type Authority } from '../server';
import { AccessDenied } from '../service';

// A1 = https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
const TABLE = 'arn:aws:dynamodb:ca-central-1:123456789012:table/Devices';
const KEYS = {
  AttributeDefinitions: [
    { AttributeName: 'site', AttributeType: 'S' as const },
    { AttributeName: 'id', AttributeType: 'S' as const },
  ],
  KeySchema: [
    { AttributeName: 'site', KeyType: 'HASH' as const },
    { AttributeName: 'id', KeyType: 'RANGE' as const },
  ],
  GlobalSecondaryIndexes: [
    { IndexName: 'ById', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }], Projection: { ProjectionType: 'ALL' as const } },
  ],
  BillingMode: 'PAY_PER_REQUEST' as const,
};

let dynamodb: DynamoDb;
let server: AwsServer;
let client: DynamoDBClient;
let url: string;
let check: Authority['check'];

beforeEach(async () => {
  check = () => {};
  dynamodb = new DynamoDb({ region: 'ca-central-1', account: '123456789012' });
  await dynamodb.start();
  server = new AwsServer(dynamodb.services, { callerOf: () => ({ kind: 'operator' }), check: (...asked) => check(...asked) }, 'ca-central-1');
  url = await server.listen();
  client = new DynamoDBClient({ region: 'ca-central-1', endpoint: url, credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' }, maxAttempts: 1 });
});

afterEach(async () => {
  client.destroy();
  await server.close();
  await dynamodb.stop();
});

const error = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (e) => `${e.$metadata?.httpStatusCode} ${e.name}`,
  );
const device = (i: number): Record<string, AttributeValue> => ({ site: { S: `site-${i % 3}` }, id: { S: `kiosk-${i}` }, n: { N: String(i) } });

async function table(): Promise<void> {
  await client.send(new CreateTableCommand({ TableName: 'Devices', ...KEYS }));
  await waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 0.02, maxDelay: 0.02 }, { TableName: 'Devices' });
}

async function fill(count: number): Promise<void> {
  for (let from = 0; from < count; from += 25) {
    const requests = Array.from({ length: Math.min(25, count - from) }, (_, i) => ({ PutRequest: { Item: device(from + i) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { Devices: requests } }));
  }
}

async function scan(how: Partial<ScanCommandInput> = {}): Promise<{ items: Record<string, AttributeValue>[]; pages: number }> {
  const items = [];
  let [pages, ExclusiveStartKey]: [number, ScanCommandInput['ExclusiveStartKey']] = [0, undefined];
  do {
    const page: ScanCommandOutput = await client.send(new ScanCommand({ TableName: 'Devices', ...how, ExclusiveStartKey }));
    items.push(...page.Items!);
    ExclusiveStartKey = page.LastEvaluatedKey;
    pages += 1;
  } while (ExclusiveStartKey);
  return { items, pages };
}

const idsOf = (items: Record<string, AttributeValue>[]) => items.map(({ id }) => id.S).sort();
const idsUpTo = (count: number) => Array.from({ length: count }, (_, i) => `kiosk-${i}`).sort();

describe('tables (A1 API_CreateTable, API_DescribeTable, API_DeleteTable)', () => {
  it('are CREATING, then ACTIVE, with the ARNs of the account and region', async () => {
    const { TableDescription } = await client.send(new CreateTableCommand({ TableName: 'Devices', ...KEYS }));
    expect(TableDescription).toMatchObject({ TableStatus: 'CREATING', TableArn: TABLE });
    await waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 0.02, maxDelay: 0.02 }, { TableName: 'Devices' });
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'Devices' }));
    expect(Table).toMatchObject({
      TableName: 'Devices',
      TableStatus: 'ACTIVE',
      TableArn: TABLE,
      TableId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      GlobalSecondaryIndexes: [{ IndexName: 'ById', IndexArn: `${TABLE}/index/ById`, IndexStatus: 'ACTIVE' }],
    });
  });

  it('may be named by ARN', async () => {
    await table();
    expect((await client.send(new DescribeTableCommand({ TableName: TABLE }))).Table!.TableName).toBe('Devices');
    expect(await error(client.send(new DescribeTableCommand({ TableName: TABLE.replace('ca-central-1', 'eu-west-1') })))).toBe('501 NotImplemented');
  });

  it('are listed, deleted, and empty when made again', async () => {
    await table();
    await fill(3);
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(['Devices']);
    expect((await client.send(new DeleteTableCommand({ TableName: 'Devices' }))).TableDescription).toMatchObject({ TableStatus: 'DELETING', TableArn: TABLE });
    while ((await client.send(new ListTablesCommand({}))).TableNames!.length > 0);
    expect(await error(scan())).toBe('400 ResourceNotFoundException');
    await table();
    expect((await scan()).items).toEqual([]);
  });

  it('are not made twice', async () => {
    await table();
    const again = client.send(new CreateTableCommand({ TableName: 'Devices', ...KEYS }));
    await expect(again).rejects.toMatchObject({ name: 'ResourceInUseException', message: 'Table already exists' });
  });
});

describe('items', () => {
  beforeEach(table);

  it('are put, read, updated and deleted (A1 API_PutItem, API_GetItem, API_UpdateItem, API_DeleteItem)', async () => {
    const Key = { site: { S: 'site-1' }, id: { S: 'kiosk-1' } };
    await client.send(new PutItemCommand({ TableName: 'Devices', Item: { ...device(1), arn: { S: 'arn:aws:dynamodb:us-east-1:000000000000:table/x' } } }));
    await client.send(
      new UpdateItemCommand({
        TableName: 'Devices',
        Key,
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': { N: '7' } },
      }),
    );
    // What is in an item is the user's.
    expect((await client.send(new GetItemCommand({ TableName: 'Devices', Key, ConsistentRead: true }))).Item).toEqual({
      ...device(1),
      n: { N: '7' },
      arn: { S: 'arn:aws:dynamodb:us-east-1:000000000000:table/x' },
    });
    const refused = new PutItemCommand({ TableName: 'Devices', Item: device(1), ConditionExpression: 'attribute_not_exists(id)' });
    expect(await error(client.send(refused))).toBe('400 ConditionalCheckFailedException');
    await client.send(new DeleteItemCommand({ TableName: 'Devices', Key }));
    expect((await client.send(new GetItemCommand({ TableName: 'Devices', Key }))).Item).toBeUndefined();
  });

  it('are written and read in batches (A1 API_BatchWriteItem, API_BatchGetItem)', async () => {
    await fill(60);
    expect((await scan()).items).toHaveLength(60);
    const Keys = [{ site: { S: 'site-1' }, id: { S: 'kiosk-1' } }];
    expect((await client.send(new BatchGetItemCommand({ RequestItems: { Devices: { Keys } } }))).Responses!.Devices).toEqual([device(1)]);
    await client.send(new BatchWriteItemCommand({ RequestItems: { Devices: [{ DeleteRequest: { Key: Keys[0] } }] } }));
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
    const { Count, ScannedCount } = await client.send(new ScanCommand({ TableName: 'Devices', Select: 'COUNT' }));
    expect([Count, ScannedCount]).toEqual([60, 60]);
  });

  it('are queried by key, in pages (A1 API_Query)', async () => {
    await fill(60);
    const query = { TableName: 'Devices', KeyConditionExpression: 'site = :s', ExpressionAttributeValues: { ':s': { S: 'site-1' } }, Limit: 15 };
    const first = await client.send(new QueryCommand(query));
    const second = await client.send(new QueryCommand({ ...query, ConsistentRead: true, ExclusiveStartKey: first.LastEvaluatedKey }));
    expect([first.Count, second.Count]).toEqual([15, 5]);
    expect(new Set(idsOf([...first.Items!, ...second.Items!])).size).toBe(20);
  });

  it('are queried and scanned by an index, never consistently by a global one (A1 API_Query, API_Scan: ConsistentRead)', async () => {
    await fill(3);
    const query = { TableName: 'Devices', IndexName: 'ById', KeyConditionExpression: 'id = :i', ExpressionAttributeValues: { ':i': { S: 'kiosk-2' } } };
    expect((await client.send(new QueryCommand(query))).Items).toEqual([device(2)]);
    expect((await scan({ IndexName: 'ById' })).items).toHaveLength(3);
    expect(await error(client.send(new QueryCommand({ ...query, ConsistentRead: true })))).toBe('400 ValidationException');
    expect(await error(scan({ IndexName: 'ById', ConsistentRead: true }))).toBe('400 ValidationException');
    expect(await error(scan({ IndexName: 'Other' }))).toBe('400 ValidationException');
  });
});

describe('the protocol', () => {
  const post = (operation: string, body: string, version = 'DynamoDB_20120810') =>
    fetch(url, {
      method: 'POST',
      body,
      headers: {
        'x-amz-target': `${version}.${operation}`,
        'content-type': 'application/x-amz-json-1.0',
        authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/20260101/ca-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
    });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
  it('sends the checksum of the body', async () => {
    for (const [operation, status] of [
      ['ListTables', 200],
      ['Scan', 400],
    ] as const) {
      const response = await post(operation, '{}');
      expect([response.status, response.headers.get('x-amz-crc32')]).toEqual([status, String(crc32(await response.text()))]);
    }
    await table();
    const response = await post('DescribeTable', '{"TableName":"Devices"}');
    expect(response.headers.get('x-amz-crc32')).toBe(String(crc32(await response.text())));
  });

  it('answers a body that is no JSON with an error', async () => {
    expect(await (await post('Scan', '{')).json()).toMatchObject({ __type: 'SerializationException' });
  });

  it('does not pretend to know calls and parameters that Dynalite lacks', async () => {
    await table();
    const unknown = [
      client.send(new TransactWriteItemsCommand({ TransactItems: [] })),
      client.send(new UpdateTimeToLiveCommand({ TableName: 'Devices', TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } })),
      client.send(new CreateTableCommand({ TableName: 'Other', ...KEYS, DeletionProtectionEnabled: true })),
      client.send(new PutItemCommand({ TableName: 'Devices', Item: device(1), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })),
      client.send(new BatchGetItemCommand({ RequestItems: { [TABLE]: { Keys: [] } } })),
    ];
    expect(await Promise.all(unknown.map(error))).toEqual(Array(5).fill('501 NotImplemented'));
    expect((await post('Scan', '{}', 'DynamoDB_20111205')).status).toBe(501);
  });
});

describe('authorisation (https://docs.aws.amazon.com/service-authorization/latest/reference/list_dynamodb.html)', () => {
  it('names the action and the table or index to IAM, whose refusal reaches the caller', async () => {
    await table();
    const asked: string[] = [];
    check = (_caller, action, resource) => {
      asked.push(`${action} ${resource}`);
      throw new AccessDenied('not authorized to perform');
    };
    const query = { KeyConditionExpression: 'id = :i', ExpressionAttributeValues: { ':i': { S: 'x' } } };
    const calls = [
      () => scan(),
      () => scan({ TableName: TABLE, IndexName: 'ById' }),
      () => client.send(new QueryCommand({ TableName: 'Devices', IndexName: 'ById', ...query })),
      () => client.send(new GetItemCommand({ TableName: 'Devices', Key: {} })),
      () => client.send(new ListTablesCommand({})),
      () => client.send(new BatchWriteItemCommand({ RequestItems: { Devices: [] } })),
    ];
    for (const send of calls) expect(await error(send())).toBe('400 AccessDeniedException');
    expect(asked).toEqual([
      `dynamodb:Scan ${TABLE}`,
      `dynamodb:Scan ${TABLE}/index/ById`,
      `dynamodb:Query ${TABLE}/index/ById`,
      `dynamodb:GetItem ${TABLE}`,
      'dynamodb:ListTables *',
      `dynamodb:BatchWriteItem ${TABLE}`,
    ]);
  });
});

describe('resource types (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_DynamoDB.html)', () => {
  const context: ResourceContext = {
    stackId: 's',
    stackName: 'stack',
    logicalId: 'L',
    region: 'ca-central-1',
    account: '123456789012',
    generatedName: () => 'Devices',
  };
  const status = async () => (await client.send(new DescribeTableCommand({ TableName: 'Devices' }))).Table!.TableStatus;

  it('a table is ACTIVE when created, keeps its items in an update, and is gone when deleted', async () => {
    const { 'AWS::DynamoDB::Table': type } = dynamodb.resourceTypes;
    const properties = { ...KEYS, SSESpecification: { SSEEnabled: true }, Tags: [], DeletionProtectionEnabled: false };
    expect(await type.create(properties, context)).toEqual({ physicalId: 'Devices', attributes: { Arn: TABLE } });
    expect(await status()).toBe('ACTIVE');
    await fill(3);
    expect(await type.update!('Devices', { ...properties, Tags: [{ Key: 'a', Value: 'b' }] }, properties, context)).toMatchObject({ physicalId: 'Devices' });
    expect((await scan()).items).toHaveLength(3);
    await type.delete('Devices', properties, context);
    expect(await error(status())).toBe('400 ResourceNotFoundException');
    await type.delete('Devices', properties, context);
  });

  it('a table that is there already is not adopted', async () => {
    await table();
    await expect(dynamodb.resourceTypes['AWS::DynamoDB::Table'].create(KEYS, context)).rejects.toThrow('Table already exists: Devices');
  });

  it('a global table with one replica, as TableV2 makes it', async () => {
    const { 'AWS::DynamoDB::GlobalTable': type } = dynamodb.resourceTypes;
    const properties = { ...KEYS, Replicas: [{ Region: 'ca-central-1', GlobalSecondaryIndexes: [{ IndexName: 'ById' }] }] };
    const created = await type.create(properties, context);
    expect(created).toEqual({ physicalId: 'Devices', attributes: { Arn: TABLE, TableId: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    expect(await type.update!('Devices', properties, properties, context)).toEqual(created);
    await type.delete('Devices', properties, context);
    expect(await error(status())).toBe('400 ResourceNotFoundException');
  });

  it('refuses what it does not know', async () => {
    const { 'AWS::DynamoDB::Table': type, 'AWS::DynamoDB::GlobalTable': global } = dynamodb.resourceTypes;
    await expect(async () => type.update!('Devices', { ...KEYS, GlobalSecondaryIndexes: [] }, KEYS, context)).rejects.toThrow(
      'a change of GlobalSecondaryIndexes',
    );
    const replicas = [{ Region: 'ca-central-1' }, { Region: 'eu-west-1' }];
    await expect(global.create({ ...KEYS, Replicas: replicas }, context)).rejects.toThrow('replicas');
    await expect(global.create({ ...KEYS, Replicas: [replicas[1]] }, context)).rejects.toThrow('replicas');
  });

  it('a new key replaces the table', () => {
    expect(dynamodb.resourceTypes['AWS::DynamoDB::Table'].replacedBy).toContain('KeySchema');
  });
});
