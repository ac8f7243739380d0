import { DynamoDBClient, QueryCommand, ScanCommand, type AttributeValue, type QueryCommandInput, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Fields } from '../../contract/fields';
import { CONDITION, TABLE } from '../../contract/sources/table';
import { Explained } from '../../contract/explained-error';
import { Circle, listed } from '../reading/pages';
import { forReading, regionOf } from '../clients/client-options';
import type { Reads } from '../calls/reads';
import type { Target } from '../targets/target';

/** The targets in one attribute of a DynamoDB table's items, page by page. */
export async function* table(parameters: Fields, reads: Reads): AsyncGenerator<Target> {
  const what = TABLE.read(parameters);
  const { Table: tableName, Attribute: attribute } = what;
  const client = new DynamoDBClient(forReading('JSON', regionOf(tableName)));
  const read = pageReader(client, what);
  const permission = `dynamodb:${what.Partition === undefined ? 'Scan' : 'Query'} on ${tableName}`;
  const circle = new Circle(`table ${tableName}`);
  let items = 0;
  let targets = 0;
  let from: Record<string, AttributeValue> | undefined;
  try {
    do {
      const { Items, LastEvaluatedKey }: ScanCommandOutput = await reads
        .make(permission, () => read(from))
        .catch((error) => {
          throw new Explained(`table ${tableName} could not be read: ${reads.described(error)}`);
        });
      for (const { [attribute]: value } of listed(Items, `table ${tableName}`)) {
        items += 1;
        const id = targetOf(value, attribute, tableName);
        if (id === undefined) continue;
        targets += 1;
        yield { id };
      }
      if (LastEvaluatedKey) circle.refuse(LastEvaluatedKey);
      from = LastEvaluatedKey;
    } while (from);
  } finally {
    client.destroy();
  }
  if (items > 0 && targets === 0) {
    throw new Explained(`none of the ${items} items that were read of table ${tableName} has the attribute ${JSON.stringify(attribute)}`);
  }
}

function pageReader(
  client: DynamoDBClient,
  { Table, Attribute, Index, Partition, Filter }: ReturnType<typeof TABLE.read>,
): (from?: QueryCommandInput['ExclusiveStartKey']) => Promise<ScanCommandOutput> {
  // Written as placeholders, so that any name will do, also one that DynamoDB reserves.
  const input = {
    TableName: Table,
    IndexName: Index,
    // Global indexes know no consistent reads.
    ConsistentRead: Index === undefined,
    ProjectionExpression: '#target',
    FilterExpression: Filter && '#filter = :filter',
    ExpressionAttributeNames: {
      '#target': Attribute,
      ...(Filter && { '#filter': Filter.Attribute }),
      ...(Partition && { '#partition': Partition.Attribute }),
    },
    ExpressionAttributeValues:
      Filter || Partition ? { ...(Filter && { ':filter': valueOf(Filter) }), ...(Partition && { ':partition': valueOf(Partition) }) } : undefined,
  };
  return (ExclusiveStartKey) =>
    Partition
      ? client.send(new QueryCommand({ ...input, ExclusiveStartKey, KeyConditionExpression: '#partition = :partition' }))
      : client.send(new ScanCommand({ ...input, ExclusiveStartKey }));
}

function valueOf({ Type, Value }: ReturnType<typeof CONDITION.read>): AttributeValue {
  const value = String(Value);
  switch (Type) {
    case 'S':
      return { S: value };
    case 'N':
      return { N: value };
    case 'BOOL':
      return { BOOL: value === 'true' };
  }
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html */
const TYPES = ['B', 'BOOL', 'BS', 'L', 'M', 'NS', 'SS'];

/** No message may repeat a value: it may be a token. */
function targetOf(value: AttributeValue | undefined, attribute: string, tableName: string): string | undefined {
  const target = value?.S ?? value?.N;
  if (target !== undefined || value === undefined || value.NULL) return target;
  throw new Explained(
    `attribute ${JSON.stringify(attribute)} of an item of table ${tableName} has the type ${TYPES.find((type) => type in value) ?? 'unknown'}: it must be a string or a number`,
  );
}
