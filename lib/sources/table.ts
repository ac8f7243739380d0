import { Token } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CONDITION, TABLE } from '../../contract/sources/table';
import { allowDecrypt } from '../private/allow-decrypt';
import { environmentOf } from '../private/environment';
import { named } from '../private/name';
import type { TargetSource } from '../private/target-source';
import type { TableCondition, TableTargetsOptions } from '../table-targets';

/** What `fromTable` binds to. */
export function tableSource(table: ITable, { attribute, partition, filter, index }: TableTargetsOptions): TargetSource {
  named('attribute', attribute);
  if (index !== undefined) named('index', index);
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
      if (table.encryptionKey) allowDecrypt(table.encryptionKey, grantee, stack, 'dynamodb', environmentOf(table, table.tableArn).region);
    },
  };
}

function condition(what: string, { attribute, value }: TableCondition): ReturnType<typeof CONDITION.read> {
  named(`attribute of ${what}`, attribute);
  if (typeof value === 'number' && !Token.isUnresolved(value) && !Number.isFinite(value)) {
    throw new Error(`value of ${what} is ${value}: it must be a number that is finite`);
  }
  const type = ({ string: 'S', number: 'N', boolean: 'BOOL' } as const)[typeof value as 'string' | 'number' | 'boolean'];
  return { Attribute: attribute, Type: type, Value: value };
}
