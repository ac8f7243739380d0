import { crc32 } from 'node:zlib';
import type { ResourceTypes } from '../cloudformation/resource-type';
import { jsonObject } from '../json-protocol';
import { NotImplemented, type Call, type Reply, type Service } from '../service';
import { Dynalite } from './dynalite';
import { tableResourceTypes } from './resource-types';

export interface DynamoDbOptions {
  readonly region: string;
  readonly account: string;
}

const ON_ONE_TABLE = ['CreateTable', 'DeleteItem', 'DeleteTable', 'DescribeTable', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem', 'UpdateTable'];
const ON_SEVERAL_TABLES = ['BatchGetItem', 'BatchWriteItem'];

/** DynamoDB: Dynalite behind the account's IAM, ARNs and region. */
export class DynamoDb implements Service {
  readonly signingNames = ['dynamodb'];
  readonly protocol = 'json';
  readonly denial = { code: 'AccessDeniedException', status: 400 };
  readonly passedOn = ['ListTables', ...ON_ONE_TABLE, ...ON_SEVERAL_TABLES];
  readonly services: Service[] = [this];
  readonly resourceTypes: ResourceTypes;
  private readonly dynalite = new Dynalite();
  private readonly tableArnPrefix: string;

  constructor({ region, account }: DynamoDbOptions) {
    this.tableArnPrefix = `arn:aws:dynamodb:${region}:${account}:table/`;
    this.resourceTypes = tableResourceTypes(this.dynalite, { region, tableArn: (name) => this.tableArnPrefix + name });
  }

  start(): Promise<void> {
    return this.dynalite.start();
  }

  stop(): Promise<void> {
    return this.dynalite.stop();
  }

  async handle(call: Call): Promise<Reply> {
    const target = String(call.headers['x-amz-target']);
    const [version, operation] = target.split('.');
    if (version !== 'DynamoDB_20120810') throw new NotImplemented(`dynamodb ${target}`);
    const input = this.authorized(call, operation, jsonObject(call));
    const { status, body } = await this.dynalite.send(operation, input);
    const text = JSON.stringify(this.asOurs(body));
    return {
      status,
      // DynamoDB sends the checksum, and some SDKs look at it.
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': String(crc32(text)) },
      body: text,
    };
  }

  /** The input with tables by name. https://docs.aws.amazon.com/service-authorization/latest/reference/list_dynamodb.html */
  private authorized(call: Call, operation: string, input: Record<string, any>): Record<string, any> {
    if (operation === 'ListTables') {
      call.authorize('dynamodb:ListTables', '*');
      return input;
    }
    if (ON_SEVERAL_TABLES.includes(operation)) {
      for (const name of Object.keys(input.RequestItems ?? {})) {
        if (name.startsWith('arn:')) throw new NotImplemented(`dynamodb ${operation} with the ARN of a table`);
        call.authorize(`dynamodb:${operation}`, this.tableArnPrefix + name);
      }
      return input;
    }
    if (!ON_ONE_TABLE.includes(operation)) throw new NotImplemented(`dynamodb ${operation}`);
    const { TableName: table, IndexName: index } = input;
    const arn = String(table).startsWith('arn:') ? table : `${this.tableArnPrefix}${table}`;
    call.authorize(`dynamodb:${operation}`, index === undefined ? arn : `${arn}/index/${index}`);
    if (!arn.startsWith(this.tableArnPrefix)) throw new NotImplemented(`dynamodb ${operation} on a table of another account or region`);
    return table === undefined ? input : { ...input, TableName: arn.slice(this.tableArnPrefix.length) };
  }

  /** Dynalite takes account and region from its environment, and has no text for a table that is there. */
  private asOurs(body: any): object {
    const table = body.Table ?? body.TableDescription;
    if (table) {
      const arn = this.tableArnPrefix + table.TableName;
      table.TableArn = arn;
      for (const index of [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])]) {
        index.IndexArn = `${arn}/index/${index.IndexName}`;
      }
    }
    return body.message === '' && body.__type.endsWith('ResourceInUseException') ? { ...body, message: 'Table already exists' } : body;
  }
}
