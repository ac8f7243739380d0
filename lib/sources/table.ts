import { Token } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CONDITION, TABLE } from '../../contract/sources/table';
import { aliasesOf, allowDecrypt } from '../private/allow-decrypt';
import { environmentOf } from '../private/environment';
import { namedResources } from '../private/named-resources';
import { refuseEmptyName, refuseNone } from '../private/refuse-empty';
import type { TargetSource } from '../private/target-source';
import { shown } from '../private/value-problems';

/**
 * What an attribute of an item must be.
 */
export interface TableCondition {
  /**
   * The attribute's name.
   */
  readonly attribute: string;

  /**
   * The attribute's value. Its type in the table must be the same: a string, a number or a Boolean.
   */
  readonly value: string | number | boolean;
}

/**
 * Where targets are found in a DynamoDB table.
 */
export interface TableTargetsOptions {
  /**
   * The attribute that holds the target: a string, or a number that is taken as one. Items without it are no targets, but a table in
   * which no item that was read has it is an error.
   */
  readonly attribute: string;

  /**
   * The partition key of the items to read. With it only those are read, by a query.
   *
   * @default - all items are read, by a scan
   */
  readonly partition?: TableCondition;

  /**
   * A condition on another attribute. Items that do not meet it are read all the same, and paid for.
   *
   * @default - none
   */
  readonly filter?: TableCondition;

  /**
   * The secondary index to read instead of the table. An index is read as it was a moment ago, the table as it is.
   *
   * @default - the table itself
   */
  readonly index?: string;
}

/** What `fromTable` binds to. */
export function tableSource(table: ITable, options: TableTargetsOptions): TargetSource {
  const { attribute, partition, filter, index } = options ?? {};
  refuseNone('table', table?.tableArn, "give a Table, or Table.fromTableName(this, 'Fleet', 'fleet')");
  refuseEmptyName('attribute', attribute);
  if (index !== undefined) refuseEmptyName('index', index);
  const environment = environmentOf(table, table.tableArn);
  return {
    properties: TABLE.write({
      Table: table.tableArn,
      Attribute: attribute,
      Index: index,
      Partition: partition && condition('partition', partition),
      Filter: filter && condition('filter', filter),
    }),
    grantRead: (grantee, stack) => {
      iam.Grant.addToPrincipal({
        grantee,
        actions: [partition ? 'dynamodb:Query' : 'dynamodb:Scan'],
        resourceArns: [index === undefined ? table.tableArn : `${table.tableArn}/index/${index}`],
      });
      if (table.encryptionKey) allowDecrypt(table.encryptionKey, grantee, stack, 'dynamodb', environment.region);
    },
    reads: (order) => [
      ...['Table', 'GlobalTable'].flatMap((type) => namedResources(order, `AWS::DynamoDB::${type}`, 'TableName', table.tableName, environment)),
      ...aliasesOf(table.encryptionKey, order),
    ],
  };
}

function condition(what: string, { attribute, value }: TableCondition): ReturnType<typeof CONDITION.read> {
  refuseEmptyName(`attribute of ${what}`, attribute);
  const type = ({ string: 'S', number: 'N', boolean: 'BOOL' } as const)[typeof value as 'string' | 'number' | 'boolean'];
  if (type === undefined) throw new Error(`value of ${what} is ${shown(value)}: it must be a string, a number or a Boolean`);
  if (typeof value === 'number' && !Token.isUnresolved(value) && !Number.isFinite(value)) {
    throw new Error(`value of ${what} is ${value}: it must be a number that is finite`);
  }
  return { Attribute: attribute, Type: type, Value: value };
}
