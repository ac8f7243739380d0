import { CreateTableCommand, DeleteTableCommand, DescribeTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { ResourceContext } from '../cloudformation/resource-type';
import { KEYS, TABLE, active, error, fill, rig, scan, start, stop, table } from './dynamodb-rig';

/* That tables live as they do at AWS, made by calls or by stacks. */
// A1 = https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/

beforeEach(() => start());
afterEach(stop);

describe('tables (A1 API_CreateTable, API_DescribeTable, API_DeleteTable)', () => {
  it('are CREATING, then ACTIVE, with the ARNs of the account and region', async () => {
    const { TableDescription } = await rig.client.send(new CreateTableCommand({ TableName: 'Devices', ...KEYS }));
    expect(TableDescription).toMatchObject({ TableStatus: 'CREATING', TableArn: TABLE });
    await active();
    const { Table } = await rig.client.send(new DescribeTableCommand({ TableName: 'Devices' }));
    expect(Table).toMatchObject({
      TableName: 'Devices',
      TableStatus: 'ACTIVE',
      TableArn: TABLE,
      TableId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      GlobalSecondaryIndexes: [{ IndexName: 'ById', IndexArn: `${TABLE}/index/ById`, IndexStatus: 'ACTIVE' }],
    });
  });

  it('may be named by ARN', async () => {
    await table();
    expect((await rig.client.send(new DescribeTableCommand({ TableName: TABLE }))).Table!.TableName).toBe('Devices');
    expect(await error(rig.client.send(new DescribeTableCommand({ TableName: TABLE.replace('ca-central-1', 'eu-west-1') })))).toBe('501 NotImplemented');
  });

  it('are listed, deleted, and empty when made again', async () => {
    await table();
    await fill(3);
    expect((await rig.client.send(new ListTablesCommand({}))).TableNames).toEqual(['Devices']);
    expect((await rig.client.send(new DeleteTableCommand({ TableName: 'Devices' }))).TableDescription).toMatchObject({
      TableStatus: 'DELETING',
      TableArn: TABLE,
    });
    while ((await rig.client.send(new ListTablesCommand({}))).TableNames!.length > 0);
    expect(await error(scan())).toBe('400 ResourceNotFoundException');
    await table();
    expect((await scan()).items).toEqual([]);
  });

  it('are not made twice', async () => {
    await table();
    const again = rig.client.send(new CreateTableCommand({ TableName: 'Devices', ...KEYS }));
    await expect(again).rejects.toMatchObject({ name: 'ResourceInUseException', message: 'Table already exists' });
  });
});

describe('resource types (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_DynamoDB.html)', () => {
  const context: ResourceContext = {
    stackId: 's',
    stackName: 'stack',
    logicalId: 'L',
    region: 'ca-central-1',
    account: '123456789012',
    generatedName: () => 'Devices',
  };
  const status = async () => (await rig.client.send(new DescribeTableCommand({ TableName: 'Devices' }))).Table!.TableStatus;

  it('a table is ACTIVE when created, keeps its items in an update, and is gone when deleted', async () => {
    const { 'AWS::DynamoDB::Table': type } = rig.dynamodb.resourceTypes;
    const properties = { ...KEYS, SSESpecification: { SSEEnabled: true }, Tags: [], DeletionProtectionEnabled: false };
    expect(await type.create(properties, context)).toEqual({ physicalId: 'Devices', attributes: { Arn: TABLE } });
    expect(await status()).toBe('ACTIVE');
    await fill(3);
    expect(await type.update!('Devices', { ...properties, Tags: [{ Key: 'a', Value: 'b' }] }, properties, context)).toMatchObject({ physicalId: 'Devices' });
    expect((await scan()).items).toHaveLength(3);
    await type.delete('Devices', properties, context);
    expect(await error(status())).toBe('400 ResourceNotFoundException');
    await type.delete('Devices', properties, context);
  });

  it('a table that is there already is not adopted', async () => {
    await table();
    await expect(rig.dynamodb.resourceTypes['AWS::DynamoDB::Table'].create(KEYS, context)).rejects.toThrow('Table already exists: Devices');
  });

  it('a global table with one replica, as TableV2 makes it', async () => {
    const { 'AWS::DynamoDB::GlobalTable': type } = rig.dynamodb.resourceTypes;
    const properties = { ...KEYS, Replicas: [{ Region: 'ca-central-1', GlobalSecondaryIndexes: [{ IndexName: 'ById' }] }] };
    const created = await type.create(properties, context);
    expect(created).toEqual({ physicalId: 'Devices', attributes: { Arn: TABLE, TableId: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    expect(await type.update!('Devices', properties, properties, context)).toEqual(created);
    await type.delete('Devices', properties, context);
    expect(await error(status())).toBe('400 ResourceNotFoundException');
  });

  it('refuses what it does not know', async () => {
    const { 'AWS::DynamoDB::Table': type, 'AWS::DynamoDB::GlobalTable': global } = rig.dynamodb.resourceTypes;
    await expect(async () => type.update!('Devices', { ...KEYS, GlobalSecondaryIndexes: [] }, KEYS, context)).rejects.toThrow(
      'a change of GlobalSecondaryIndexes',
    );
    const replicas = [{ Region: 'ca-central-1' }, { Region: 'eu-west-1' }];
    await expect(global.create({ ...KEYS, Replicas: replicas }, context)).rejects.toThrow('replicas');
    await expect(global.create({ ...KEYS, Replicas: [replicas[1]] }, context)).rejects.toThrow('replicas');
  });

  it('a new key replaces the table', () => {
    expect(rig.dynamodb.resourceTypes['AWS::DynamoDB::Table'].replacedBy).toContain('KeySchema');
  });
});
