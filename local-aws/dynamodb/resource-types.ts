import { setTimeout as sleep } from 'node:timers/promises';
import { only, ResourceFailed, type Created, type Properties, type ResourceContext, type ResourceTypes } from '../cloudformation/resource-type';
import { AwsError, NotImplemented } from '../service';
import type { Dynalite } from './dynalite';

/** What CreateTable is given. */
const OF_TABLE = ['AttributeDefinitions', 'BillingMode', 'GlobalSecondaryIndexes', 'KeySchema', 'LocalSecondaryIndexes', 'ProvisionedThroughput'];
/** What nobody who reads and writes items can see: DynamoDB may take days to delete what expired. */
const UNSEEN = [
  'ContributorInsightsSpecification', 'PointInTimeRecoverySpecification', 'SSESpecification', 'TableClass', 'Tags', 'TimeToLiveSpecification',
];

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
      const { Table } = await until(() => dynalite.call('DescribeTable', { TableName: name }), (output) => output.Table.TableStatus === 'ACTIVE');
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
    if (!(await gone('DeleteTable'))) await until(() => gone('DescribeTable'), (isGone) => isGone);
  }

  const table = (name: string): Created => ({ physicalId: name, attributes: { Arn: account.tableArn(name) } });
  // Their change replaces the table; that of the rest of OF_TABLE does not.
  const replacedBy = ['TableName', 'KeySchema', 'LocalSecondaryIndexes'];
  return {
    'AWS::DynamoDB::Table': {
      replacedBy,
      async create(properties, context) {
        check('AWS::DynamoDB::Table', properties);
        return table((await create(properties, context)).name);
      },
      update(name, properties, old) {
        check('AWS::DynamoDB::Table', properties);
        refuseChange(properties, old);
        return table(name);
      },
      delete: remove,
    },
    'AWS::DynamoDB::GlobalTable': {
      replacedBy,
      async create(properties, context) {
        checkGlobal(properties, account.region);
        const { name, id } = await create(properties, context);
        return { physicalId: name, attributes: { Arn: account.tableArn(name), TableId: id } };
      },
      async update(name, properties, old) {
        checkGlobal(properties, account.region);
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

function check(type: string, { DeletionProtectionEnabled, ...properties }: Properties, ...also: string[]): void {
  if (DeletionProtectionEnabled) throw new NotImplemented(`DeletionProtectionEnabled of ${type}`);
  only(type, properties, 'TableName', ...OF_TABLE, ...UNSEEN, ...also);
}

function checkGlobal({ Replicas, ...properties }: Properties, region: string): void {
  check('AWS::DynamoDB::GlobalTable', properties);
  const [replica, ...others] = Replicas;
  if (others.length > 0 || replica.Region !== region) throw new NotImplemented('replicas of AWS::DynamoDB::GlobalTable');
  // Its indexes repeat those of the table.
  const { Region, GlobalSecondaryIndexes, DeletionProtectionEnabled, ...rest } = replica;
  if (DeletionProtectionEnabled) throw new NotImplemented('DeletionProtectionEnabled of AWS::DynamoDB::GlobalTable');
  only('AWS::DynamoDB::GlobalTable', rest, ...UNSEEN);
}

function refuseChange(properties: Properties, old: Properties): void {
  const changed = OF_TABLE.find((name) => JSON.stringify(properties[name]) !== JSON.stringify(old[name]));
  if (changed) throw new NotImplemented(`a change of ${changed} of a table`);
}
