import { setTimeout as sleep } from 'node:timers/promises';
import { ResourceFailed, TAGS, type Created, type Properties, type ResourceContext, type ResourceTypes } from '../cloudformation/resource-type';
import { AwsError, NotImplemented } from '../service';
import { document, flag, integer, list, oneOf, only, required, structure, text } from '../shapes';
import type { Dynalite } from './dynalite';

const KEY_SCHEMA = list(structure({ AttributeName: required(text({ min: 1, max: 255 })), KeyType: required(oneOf('HASH', 'RANGE')) }), { min: 1 });
const THROUGHPUT = structure({ ReadCapacityUnits: required(integer({ min: 1 })), WriteCapacityUnits: required(integer({ min: 1 })) });
const INDEX = {
  IndexName: required(text({ min: 3, max: 255, pattern: /[a-zA-Z0-9_.-]+/ })),
  KeySchema: required(KEY_SCHEMA),
  Projection: required(
    structure({ ProjectionType: oneOf('ALL', 'KEYS_ONLY', 'INCLUDE'), NonKeyAttributes: list(text({ min: 1, max: 255 }), { min: 1, max: 20 }) }),
  ),
};
/** What CreateTable is given. */
const CREATED = {
  AttributeDefinitions: list(structure({ AttributeName: required(text({ min: 1, max: 255 })), AttributeType: required(oneOf('S', 'N', 'B')) })),
  BillingMode: oneOf('PROVISIONED', 'PAY_PER_REQUEST'),
  KeySchema: required(KEY_SCHEMA),
  ProvisionedThroughput: THROUGHPUT,
  GlobalSecondaryIndexes: list(structure({ ...INDEX, ProvisionedThroughput: THROUGHPUT })),
  LocalSecondaryIndexes: list(structure(INDEX)),
};
const OF_TABLE = Object.keys(CREATED);
const PROTECTION = { DeletionProtectionEnabled: only(flag(), false) };
/** What nobody who reads and writes items can see: DynamoDB may take days to delete what expired. */
const UNSEEN = {
  ContributorInsightsSpecification: document(),
  PointInTimeRecoverySpecification: document(),
  SSESpecification: document(),
  TableClass: oneOf('STANDARD', 'STANDARD_INFREQUENT_ACCESS'),
  Tags: TAGS,
  TimeToLiveSpecification: document(),
};
const TABLE = { TableName: text({ min: 3, max: 255, pattern: /[a-zA-Z0-9_.-]+/ }), ...CREATED, ...PROTECTION, ...UNSEEN };

interface Account {
  readonly region: string;
  tableArn(name: string): string;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_DynamoDB.html */
export function tableResourceTypes(dynalite: Dynalite, account: Account): ResourceTypes {
  async function create(properties: Properties, { generatedName }: ResourceContext): Promise<{ name: string; id: string }> {
    const name: string = properties.TableName ?? generatedName(255);
    const described = OF_TABLE.filter((property) => property in properties).map((property) => [property, properties[property]]);
    try {
      await dynalite.call('CreateTable', { TableName: name, ...Object.fromEntries(described) });
    } catch (error) {
      throw codeOf(error) === 'ResourceInUseException' ? new AwsError('AlreadyExists', `Table already exists: ${name}`) : error;
    }
    try {
      const { Table } = await until(
        () => dynalite.call('DescribeTable', { TableName: name }),
        (output) => output.Table.TableStatus === 'ACTIVE',
      );
      return { name, id: Table.TableId };
    } catch (error) {
      throw new ResourceFailed(String(error), name);
    }
  }

  async function remove(name: string): Promise<void> {
    const gone = async (operation: string) => {
      try {
        await dynalite.call(operation, { TableName: name });
        return false;
      } catch (error) {
        if (codeOf(error) !== 'ResourceNotFoundException') throw error;
        return true;
      }
    };
    if (!(await gone('DeleteTable')))
      await until(
        () => gone('DescribeTable'),
        (isGone) => isGone,
      );
  }

  const table = (name: string): Created => ({ physicalId: name, attributes: { Arn: account.tableArn(name) } });
  // Their change replaces the table; that of the rest of OF_TABLE does not.
  const replacedBy = ['TableName', 'KeySchema', 'LocalSecondaryIndexes'];
  return {
    'AWS::DynamoDB::Table': {
      properties: TABLE,
      replacedBy,
      async create(properties, context) {
        return table((await create(properties, context)).name);
      },
      update(name, properties, old) {
        refuseChange(properties, old);
        return table(name);
      },
      delete: remove,
    },
    'AWS::DynamoDB::GlobalTable': {
      properties: {
        ...TABLE,
        Replicas: required(
          list(
            structure({
              Region: required(text()),
              ...PROTECTION,
              ...UNSEEN,
              // They repeat those of the table.
              GlobalSecondaryIndexes: list(structure({ IndexName: INDEX.IndexName })),
            }),
            { min: 1 },
          ),
        ),
      },
      replacedBy,
      async create(properties, context) {
        assertOneReplica(properties, account.region);
        const { name, id } = await create(properties, context);
        return { physicalId: name, attributes: { Arn: account.tableArn(name), TableId: id } };
      },
      async update(name, properties, old) {
        assertOneReplica(properties, account.region);
        refuseChange(properties, old);
        const { Table } = await dynalite.call('DescribeTable', { TableName: name });
        return { physicalId: name, attributes: { Arn: account.tableArn(name), TableId: Table.TableId } };
      },
      delete: remove,
    },
  };
}

/** CloudFormation gives up on what takes too long; here that is a fault. */
async function until<Value>(read: () => Promise<Value>, done: (value: Value) => boolean): Promise<Value> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const value = await read();
    if (done(value)) return value;
    await sleep(10);
  }
  throw new Error('the table did not get into the expected state');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof AwsError ? error.code : undefined;
}

function assertOneReplica({ Replicas }: Properties, region: string): void {
  if (Replicas.length > 1 || Replicas[0].Region !== region) throw new NotImplemented('replicas of AWS::DynamoDB::GlobalTable');
}

function refuseChange(properties: Properties, old: Properties): void {
  const changed = OF_TABLE.find((name) => JSON.stringify(properties[name]) !== JSON.stringify(old[name]));
  if (changed) throw new NotImplemented(`a change of ${changed} of a table`);
}
