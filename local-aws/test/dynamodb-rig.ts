import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  ScanCommand,
  waitUntilTableExists,
  type AttributeValue,
  type ScanCommandInput,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { DynamoDb } from '../dynamodb/dynamodb';
import { AwsServer, type Authority } from '../server';

export const TABLE = 'arn:aws:dynamodb:ca-central-1:123456789012:table/Devices';
export const KEYS = {
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

/** DynamoDB alone, for one test at a time. */
export const rig = {} as { dynamodb: DynamoDb; server: AwsServer; client: DynamoDBClient; url: string };

export async function start(check: Authority['check'] = () => {}): Promise<void> {
  rig.dynamodb = new DynamoDb({ region: 'ca-central-1', account: '123456789012' });
  await rig.dynamodb.start();
  rig.server = new AwsServer(rig.dynamodb.services, { callerOf: () => ({ kind: 'operator' }), check }, 'ca-central-1');
  rig.url = await rig.server.listen();
  rig.client = new DynamoDBClient({ region: 'ca-central-1', endpoint: rig.url, credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' }, maxAttempts: 1 });
}

export async function stop(): Promise<void> {
  rig.client.destroy();
  await rig.server.close();
  await rig.dynamodb.stop();
}

export const error = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (e) => `${e.$metadata?.httpStatusCode} ${e.name}`,
  );
export const device = (i: number): Record<string, AttributeValue> => ({ site: { S: `site-${i % 3}` }, id: { S: `kiosk-${i}` }, n: { N: String(i) } });

export async function active(): Promise<void> {
  await waitUntilTableExists({ client: rig.client, maxWaitTime: 5, minDelay: 0.02, maxDelay: 0.02 }, { TableName: 'Devices' });
}

export async function table(): Promise<void> {
  await rig.client.send(new CreateTableCommand({ TableName: 'Devices', ...KEYS }));
  await active();
}

export async function fill(count: number): Promise<void> {
  for (let from = 0; from < count; from += 25) {
    const requests = Array.from({ length: Math.min(25, count - from) }, (_, i) => ({ PutRequest: { Item: device(from + i) } }));
    await rig.client.send(new BatchWriteItemCommand({ RequestItems: { Devices: requests } }));
  }
}

export async function scan(how: Partial<ScanCommandInput> = {}): Promise<{ items: Record<string, AttributeValue>[]; pages: number }> {
  const items = [];
  let [pages, ExclusiveStartKey]: [number, ScanCommandInput['ExclusiveStartKey']] = [0, undefined];
  do {
    const page: ScanCommandOutput = await rig.client.send(new ScanCommand({ TableName: 'Devices', ...how, ExclusiveStartKey }));
    items.push(...page.Items!);
    ExclusiveStartKey = page.LastEvaluatedKey;
    pages += 1;
  } while (ExclusiveStartKey);
  return { items, pages };
}
