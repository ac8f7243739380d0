import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import type { StandIn } from './stand-in';

const BUCKET = 'manifests';
const ITEMS_A_CALL = 25;
const WRITERS = 8;

const targetName = (index: number) => `site-${String(index % 1_000).padStart(4, '0')}-kiosk-${index}`;

/** An S3 object with a target on each line, as the property `Targets` names it. */
export function manifestOf(count: number, { aws }: StandIn): Record<string, string> {
  if (!aws.s3.buckets.has(BUCKET)) aws.s3.buckets.set(BUCKET, { objects: new Map(), sseAlgorithm: 'AES256' });
  const Key = `${count}.txt`;
  aws.s3.put(BUCKET, Key, Buffer.from(Array.from({ length: count }, (_, index) => `${targetName(index)}\n`).join('')));
  return { Source: 'manifest', Bucket: BUCKET, Key, Format: 'LINES' };
}

/** A table with a target in each item. */
export async function tableOf(count: number, standIn: StandIn): Promise<Record<string, string>> {
  const client = new DynamoDBClient(standIn.clientOptions);
  const TableName = `clients-${count}`;
  const Attribute = 'clientId';
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: Attribute, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: Attribute, KeyType: 'HASH' }],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 }, { TableName });
  let next = 0;
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      while (next < count) {
        const start = next;
        next += ITEMS_A_CALL;
        await client.send(
          new BatchWriteItemCommand({
            RequestItems: {
              [TableName]: Array.from({ length: Math.min(ITEMS_A_CALL, count - start) }, (_, index) => ({
                PutRequest: { Item: { [Attribute]: { S: targetName(start + index) } } },
              })),
            },
          }),
        );
      }
    }),
  );
  client.destroy();
  return { Source: 'table', Table: TableName, Attribute };
}
