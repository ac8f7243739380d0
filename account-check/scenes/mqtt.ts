import { CreateTableCommand, DeleteTableCommand, DescribeTableCommand, PutItemCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import {
  AddThingToThingGroupCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  DeleteThingCommand,
  DeleteThingGroupCommand,
  DescribeThingCommand,
  DescribeThingGroupCommand,
  GetIndexingConfigurationCommand,
  SearchIndexCommand,
} from '@aws-sdk/client-iot';
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { gzipSync } from 'node:zlib';
import { until } from '../clock';
import { attach, certificate } from '../devices';
import type { Room } from '../room';
import type { Scene } from './scene';
import { kiosk, those } from './kiosk';
import { expectNotThere, NotRun } from './not-there';

async function thing({ clients: { iot }, undo }: Room, thingName: string, attributes?: Record<string, string>): Promise<void> {
  await expectNotThere(`a thing ${thingName}`, iot.send(new DescribeThingCommand({ thingName })));
  undo.add(`thing ${thingName}`, () => iot.send(new DeleteThingCommand({ thingName })));
  await iot.send(new CreateThingCommand({ thingName, attributePayload: attributes && { attributes } }));
}

async function thingGroup({ clients: { iot }, undo }: Room, thingGroupName: string, parentGroupName?: string): Promise<void> {
  await expectNotThere(`a thing group ${thingGroupName}`, iot.send(new DescribeThingGroupCommand({ thingGroupName })));
  undo.add(`thing group ${thingGroupName}`, () => iot.send(new DeleteThingGroupCommand({ thingGroupName })));
  await iot.send(new CreateThingGroupCommand({ thingGroupName, parentGroupName }));
}

export const KIOSKS_OF_A_THING_GROUP: Scene = async (room) => {
  await thingGroup(room, 'kiosks');
  await thingGroup(room, 'kiosks-of-berlin', 'kiosks');
  await thing(room, 'kiosk-1');
  await room.clients.iot.send(new AddThingToThingGroupCommand({ thingGroupName: 'kiosks-of-berlin', thingName: 'kiosk-1' }));
  const [one, other] = [await kiosk(room, 'kiosk-1'), await kiosk(room, `${room.prefix}-other`)];
  return { targets: async () => those({ 'kiosk-1': one() }), othersAreLive: async () => other() };
};

export const KIOSKS_OF_A_FLOOR: Scene = async (room) => {
  const { iot } = room.clients;
  const { thingIndexingConfiguration } = await iot.send(new GetIndexingConfigurationCommand({}));
  if (thingIndexingConfiguration?.thingConnectivityIndexingMode !== 'STATUS') {
    throw new NotRun('fleet indexing of connectivity is off: switch it on, for the whole account');
  }
  const search = () => iot.send(new SearchIndexCommand({ queryString: 'thingName:kiosk-* AND attributes.floor:2' }));
  const found = async () => (await search()).things?.length;
  await expectNotThere('a thing kiosk-… of floor 2', found());
  await thing(room, 'kiosk-2', { floor: '2' });
  await thing(room, 'kiosk-3', { floor: '3' });
  const [one, other] = [await kiosk(room, 'kiosk-2'), await kiosk(room, 'kiosk-3')];
  // The index is behind.
  const isIndexed = async () => (await search()).things?.some(({ connectivity }) => connectivity?.connected) ?? false;
  await until(room.clock, isIndexed, { everyMs: 2_000, mostMs: 120_000 });
  return { targets: async () => those({ 'kiosk-2': one() }), othersAreLive: async () => other() };
};

export const PROVISIONED_KIOSKS: Scene = async (room) => {
  let one = () => false;
  return {
    async afterDeploy() {
      const { StackResources } = await room.clients.cloudformation.send(new DescribeStackResourcesCommand({ StackName: 'ProvisionedKiosks' }));
      const policyName = StackResources!.find(({ ResourceType }) => ResourceType === 'AWS::IoT::Policy')!.PhysicalResourceId!;
      const own = await certificate(room);
      await attach(room, policyName, own.arn);
      if (room.given.cognitoIdentity) await attach(room, policyName, room.given.cognitoIdentity);
      one = await kiosk(room, 'kiosk-8', own);
    },
    targets: async () => those({ 'kiosk-8': one() }),
  };
};

export const KIOSKS_OF_A_TABLE: Scene = async (room) => {
  const { dynamodb } = room.clients;
  const TableName = 'fleet';
  await expectNotThere(`a table ${TableName}`, dynamodb.send(new DescribeTableCommand({ TableName })));
  const [one, other] = [await kiosk(room, 'kiosk-4'), await kiosk(room, 'kiosk-5')];
  return {
    async afterDeploy() {
      await dynamodb.send(new PutItemCommand({ TableName, Item: { clientId: { S: 'kiosk-4' }, rented: { BOOL: true } } }));
      await dynamodb.send(new PutItemCommand({ TableName, Item: { clientId: { S: 'kiosk-5' }, rented: { BOOL: false } } }));
    },
    targets: async () => those({ 'kiosk-4': one() }),
    othersAreLive: async () => other(),
  };
};

export const WHOLE_FLEET: Scene = async (room) => {
  const { dynamodb: client } = room.clients;
  const TableName = 'devices';
  await expectNotThere(`a table ${TableName}`, client.send(new DescribeTableCommand({ TableName })));
  room.undo.add(`table ${TableName}`, () => client.send(new DeleteTableCommand({ TableName })));
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'clientId', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'clientId', KeyType: 'HASH' }],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 120, minDelay: 1 }, { TableName });
  const clientId = `${room.prefix}-device`;
  await client.send(new PutItemCommand({ TableName, Item: { clientId: { S: clientId } } }));
  const one = await kiosk(room, clientId);
  return { targets: async () => those({ [clientId]: one() }) };
};

export const KIOSKS_OF_A_MANIFEST: Scene = async (room) => {
  const { s3 } = room.clients;
  const object = { Bucket: 'fleet-manifests', Key: 'kiosks.csv.gz', ExpectedBucketOwner: room.account.id };
  await expectNotThere(`an object ${object.Key}`, s3.send(new HeadObjectCommand(object))).catch((error) => {
    throw error instanceof NotRun ? error : new NotRun(`the bucket ${object.Bucket} is not this account's: its name is for one account in the world`);
  });
  await s3.send(new PutObjectCommand({ ...object, Body: gzipSync('floor,clientId\n1,kiosk-6\n') })).catch((error) => {
    throw error.name === 'NoSuchBucket' ? new NotRun(`there is no bucket ${object.Bucket}: its name is for one account in the world`) : error;
  });
  room.undo.add(`object ${object.Key}`, () => s3.send(new DeleteObjectCommand(object)));
  const one = await kiosk(room, 'kiosk-6');
  return { targets: async () => those({ 'kiosk-6': one() }) };
};
