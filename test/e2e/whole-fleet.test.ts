import { until } from '../../local-aws/test/support/mqtt-device';
import { Recipe } from '../support/recipe';
import { createTable } from '../support/table';

/* The recipe's promise, with a fleet of five. long-runs-cli.test.ts destroys the same with thousands, over several invocations. */

const IDS = ['device-1', 'device-2', 'device-3', 'device-4', 'device-5'];

let recipe: Recipe;
beforeAll(async () => {
  recipe = await Recipe.start('whole-fleet', 'WholeFleet');
}, 120_000);
afterAll(() => recipe.stop());

test('a destroy takes the devices their rights, disconnects each once, without its last will, and then deletes the policy', async () => {
  const { aws, fleet } = recipe;
  await createTable(
    aws,
    'devices',
    IDS.map((id) => ({ clientId: { S: id } })),
  );
  await recipe.deploy();
  const username = aws.iot.principal('d'.repeat(64));
  aws.iot.attachPolicy('fleet', username);
  const wills = await fleet.listen('wills');
  const will = { topic: 'wills', payload: Buffer.from('gone'), qos: 0 as const, retain: false };
  const devices = await Promise.all(IDS.map((id) => fleet.connect(id, { username, will, reconnectPeriod: 50, reconnectOnConnackError: true })));
  const refused = new Set<unknown>();
  for (const device of devices) device.on('error', () => refused.add(device));

  const events = await recipe.destroy();
  await until(() => refused.size === devices.length);
  expect(devices.filter(({ connected }) => connected)).toEqual([]);
  expect(recipe.disconnected).toEqual(IDS);
  expect(await wills.hears(0)).toEqual([]);
  const order = ['Custom::IotPolicyDetachment DELETE_COMPLETE', 'Custom::MqttDisconnection DELETE_IN_PROGRESS', 'AWS::IoT::Policy DELETE_COMPLETE'];
  expect(events.filter((event) => order.includes(event))).toEqual(order);
}, 300_000);
