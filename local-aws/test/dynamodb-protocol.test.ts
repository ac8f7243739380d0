import { crc32 } from 'node:zlib';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { AccessDenied } from '../service';
import { KEYS, TABLE, device, error, rig, scan, start, stop, table } from './dynamodb-rig';

/* That calls are answered as AWS's SDKs expect it, asked of IAM, and refused where Dynalite knows less than DynamoDB. */

afterEach(stop);

describe('the protocol', () => {
  beforeEach(() => start());

  const post = (operation: string, body: string, version = 'DynamoDB_20120810') =>
    fetch(rig.url, {
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
      rig.client.send(new TransactWriteItemsCommand({ TransactItems: [] })),
      rig.client.send(new UpdateTimeToLiveCommand({ TableName: 'Devices', TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } })),
      rig.client.send(new CreateTableCommand({ TableName: 'Other', ...KEYS, DeletionProtectionEnabled: true })),
      rig.client.send(new PutItemCommand({ TableName: 'Devices', Item: device(1), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })),
      rig.client.send(new BatchGetItemCommand({ RequestItems: { [TABLE]: { Keys: [] } } })),
    ];
    expect(await Promise.all(unknown.map(error))).toEqual(Array(5).fill('501 NotImplemented'));
    expect((await post('Scan', '{}', 'DynamoDB_20111205')).status).toBe(501);
  });
});

describe('authorisation (https://docs.aws.amazon.com/service-authorization/latest/reference/list_dynamodb.html)', () => {
  it('names the action and the table or index to IAM, whose refusal reaches the caller', async () => {
    const asked: string[] = [];
    await start((_caller, action, resource) => {
      asked.push(`${action} ${resource}`);
      throw new AccessDenied('not authorized to perform');
    });
    const query = { KeyConditionExpression: 'id = :i', ExpressionAttributeValues: { ':i': { S: 'x' } } };
    const calls = [
      () => scan(),
      () => scan({ TableName: TABLE, IndexName: 'ById' }),
      () => rig.client.send(new QueryCommand({ TableName: 'Devices', IndexName: 'ById', ...query })),
      () => rig.client.send(new GetItemCommand({ TableName: 'Devices', Key: {} })),
      () => rig.client.send(new ListTablesCommand({})),
      () => rig.client.send(new BatchWriteItemCommand({ RequestItems: { Devices: [] } })),
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
