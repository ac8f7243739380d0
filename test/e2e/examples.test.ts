import { once, type EventEmitter } from 'node:events';
import { gzipSync } from 'node:zlib';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { MqttClient } from 'mqtt';
import { LocalAws } from '../../local-aws/local-aws';
import { startChat } from '../support/chat-customer';
import { ExampleStack } from '../support/example-stack';
import { Fleet, until } from '../../local-aws/test/support/mqtt-device';
import { storeParameter } from '../support/parameter';

/* Each example that finds its targets when it is destroyed is deployed and destroyed; cli.test.ts does so with the first. */

let aws: LocalAws;
let fleet: Fleet;

beforeAll(async () => {
  aws = await LocalAws.start({ connect: { instanceId: '0cc2f3f4-1111-4000-8000-000000000000' } });
  fleet = new Fleet(aws);
});
afterAll(async () => {
  await fleet.leave();
  await aws.stop();
});

/** Puts one action in the place of another in all policies, as an operator might by hand. */
function replaceAction(action: string, by: string): void {
  for (const { inline } of aws.iam.roles.values()) {
    for (const [name, document] of inline) inline.set(name, JSON.parse(JSON.stringify(document).replaceAll(`"${action}"`, `"${by}"`)));
  }
}

/** Deploys, looks that nothing happened, destroys in vain without a permission to read, and then with it; waits until it has. */
async function deployAndDestroy(
  example: string,
  name: string,
  reads: string[],
  isLive: () => boolean,
  afterDeploy: () => Promise<unknown> = async () => undefined,
) {
  const stack = new ExampleStack(aws, example, name);
  await stack.deploy(() => undefined);
  await afterDeploy();
  expect(isLive()).toBe(true);
  for (const action of reads) {
    replaceAction(action, 'iam:Nothing');
    await expect(stack.destroy()).rejects.toThrow(new RegExp(`allowed (.* and )?${action}`));
    replaceAction('iam:Nothing', action);
  }
  expect(isLive()).toBe(true);
  await stack.destroy();
  await until(() => !isLive());
}

test('thing-group', async () => {
  aws.iot.createThingGroup('kiosks');
  aws.iot.createThingGroup('kiosks-of-berlin', 'kiosks');
  aws.iot.createThing('kiosk-1');
  aws.iot.addThingToThingGroup('kiosks-of-berlin', 'kiosk-1');
  const [kiosk, other] = [await fleet.connect('kiosk-1'), await fleet.connect('other')];
  await deployAndDestroy('thing-group', 'KiosksOfAThingGroup', ['iot:ListThingsInThingGroup'], () => kiosk.connected);
  expect(other.connected).toBe(true);
});

test('fleet-index', async () => {
  aws.iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' });
  aws.iot.createThing('kiosk-2', { floor: '2' });
  aws.iot.createThing('kiosk-3', { floor: '3' });
  const [kiosk, other] = [await fleet.connect('kiosk-2'), await fleet.connect('kiosk-3')];
  await deployAndDestroy('fleet-index', 'KiosksOfAFloor', ['iot:SearchIndex', 'iot:GetIndexingConfiguration'], () => kiosk.connected);
  expect(other.connected).toBe(true);
});

test('iot-policy', async () => {
  const certificate = aws.iot.principal('8'.repeat(64));
  let kiosk: MqttClient;
  let policy = '';
  await deployAndDestroy(
    'iot-policy',
    'ProvisionedKiosks',
    ['iot:ListTargetsForPolicy'],
    () => kiosk.connected,
    async () => {
      const { resources } = aws.cloudformation.stack('ProvisionedKiosks')!;
      policy = [...resources.values()].find(({ type }) => type === 'AWS::IoT::Policy')!.physicalId;
      aws.iot.attachPolicy(policy, certificate);
      kiosk = await fleet.connect('kiosk-8', { username: certificate, reconnectPeriod: 50, reconnectOnConnackError: true });
    },
  );
  expect(() => aws.iot.policyTargets(policy)).toThrow('Policy not found');
  await once(kiosk! as unknown as EventEmitter, 'error');
  expect(kiosk!.connected).toBe(false);
});

test('table', async () => {
  const [kiosk, other] = [await fleet.connect('kiosk-4'), await fleet.connect('kiosk-5')];
  const client = new DynamoDBClient({ endpoint: aws.url, region: aws.region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  await deployAndDestroy(
    'table',
    'KiosksOfATable',
    ['dynamodb:Scan'],
    () => kiosk.connected,
    async () => {
      await client.send(new PutItemCommand({ TableName: 'fleet', Item: { clientId: { S: 'kiosk-4' }, rented: { BOOL: true } } }));
      await client.send(new PutItemCommand({ TableName: 'fleet', Item: { clientId: { S: 'kiosk-5' }, rented: { BOOL: false } } }));
    },
  );
  client.destroy();
  expect(other.connected).toBe(true);
});

test('manifest', async () => {
  aws.s3.buckets.set('fleet-manifests', { objects: new Map(), sseAlgorithm: 'AES256' });
  aws.s3.put('fleet-manifests', 'kiosks.csv.gz', gzipSync('floor,clientId\n1,kiosk-6\n'));
  const kiosk = await fleet.connect('kiosk-6');
  await deployAndDestroy('manifest', 'KiosksOfAManifest', ['s3:GetObject'], () => kiosk.connected);
});

test('parameter', async () => {
  const customer = await startChat(aws);
  await storeParameter(aws, '/chats/tokens', customer.connectionToken);
  await deployAndDestroy('parameter', 'ChatsOfAParameter', ['ssm:GetParameter'], customer.isConnected);
});

test('contacts', async () => {
  const attributes = { shop: 'berlin' };
  const [customer, other] = [await startChat(aws, { attributes }), await startChat(aws, { attributes: { shop: 'paris' } })];
  const task = aws.connect.startContact({ channel: 'TASK', attributes }).id;
  const isLive = () => customer.isConnected() || aws.connect.endOf(task) === undefined;
  await deployAndDestroy('contacts', 'ContactsInProgress', ['connect:SearchContacts', 'connect:GetContactAttributes'], isLive);
  expect(other.isConnected()).toBe(true);
  other.leave();
});

test('managed-things', async () => {
  const lamp = aws.things.create({ Owner: 'guest-42', acknowledgesAfter: 0 }).Id;
  const lock = aws.things.create({ Owner: 'guest-43' }).Id;
  const isRegistered = (id: string) => aws.things.list().some(({ Id }) => Id === id);
  await deployAndDestroy('managed-things', 'ThingsOfAnOwner', ['iotmanagedintegrations:ListManagedThings'], () => isRegistered(lamp));
  expect(isRegistered(lock)).toBe(true);
});

test('really-gone', async () => {
  const hub = aws.things.create({ Owner: 'guest-44', Role: 'CONTROLLER' }).Id;
  const devices = [{}, { offline: true }].map((device) => aws.things.create({ ParentControllerId: hub, ...device }).Id);
  const kiosk = await fleet.connect('kiosk-7');
  const areGone = () => aws.things.list().every(({ Id }) => ![hub, ...devices].includes(Id));
  await deployAndDestroy('really-gone', 'ReallyGone', ['iotmanagedintegrations:ListManagedThings'], () => kiosk.connected || !areGone());
  expect(aws.things.deletions.at(-1)).toEqual({ kind: 'thing', id: hub });
});
