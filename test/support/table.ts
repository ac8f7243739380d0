import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient, waitUntilTableExists, type AttributeValue } from '@aws-sdk/client-dynamodb';
import type { LocalAws } from '../../local-aws/local-aws';

/** A table with the keys `kind` and `number` and an index of `tenant`, which no stack owns. */
export async function createTable(aws: LocalAws, TableName: string, items: ReadonlyArray<Record<string, AttributeValue>>): Promise<void> {
  const client = new DynamoDBClient({ endpoint: aws.url, region: aws.region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  try {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'kind', AttributeType: 'S' },
          { AttributeName: 'number', AttributeType: 'N' },
          { AttributeName: 'tenant', AttributeType: 'N' },
        ],
        KeySchema: [
          { AttributeName: 'kind', KeyType: 'HASH' },
          { AttributeName: 'number', KeyType: 'RANGE' },
        ],
        GlobalSecondaryIndexes: [{ IndexName: 'by-tenant', KeySchema: [{ AttributeName: 'tenant', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } }],
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 }, { TableName });
    const puts = items.map((item, number) => ({ PutRequest: { Item: { kind: { S: 'kiosk' }, number: { N: String(number) }, ...item } } }));
    for (let start = 0; start < puts.length; start += 25) {
      await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts.slice(start, start + 25) } }));
    }
  } finally {
    client.destroy();
  }
}
