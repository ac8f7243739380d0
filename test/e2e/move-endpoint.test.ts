import { until } from '../../local-aws/test/support/mqtt-device';
import { Recipe } from '../support/recipe';

/* The recipe's promise. */

const NAMES = ['kiosk-1', 'kiosk-2'];

let recipe: Recipe;
beforeAll(async () => {
  recipe = await Recipe.start('move-endpoint', 'MovedEndpoint');
}, 120_000);
afterAll(() => recipe.stop());

/** A kiosk that is on the blue endpoint, and goes over when it is let in no more. */
async function kiosk(clientId: string) {
  const { aws, fleet } = recipe;
  const [blue, green] = ['blue', 'green'].map((colour) => Number(new URL(aws.iot.brokerUrlOf(`${colour}.iot.example.com`)).port));
  const client = await fleet.connect(clientId, { port: blue, reconnectPeriod: 50, reconnectOnConnackError: true });
  client.on('error', () => (client.options.port = green));
  let connections = 1;
  client.on('connect', () => (connections += 1));
  return { isOnGreen: () => client.connected && client.options.port === green, connections: () => connections };
}

test('both endpoints let devices in, until a deploy retires one and has each device go over, once', async () => {
  const { aws } = recipe;
  aws.iot.createThingGroup('kiosks');
  for (const name of NAMES) {
    aws.iot.createThing(name);
    aws.iot.addThingToThingGroup('kiosks', name);
  }
  await recipe.deploy();
  const kiosks = await Promise.all(NAMES.map(kiosk));
  await recipe.deploy({ retired: 'blue' });
  await until(() => kiosks.every(({ isOnGreen }) => isOnGreen()));
  expect(recipe.disconnected).toEqual(NAMES);

  await recipe.deploy();
  expect(kiosks.map(({ isOnGreen, connections }) => [isOnGreen(), connections()])).toEqual([
    [true, 2],
    [true, 2],
  ]);
  await recipe.destroy();
  expect(recipe.disconnected).toEqual(NAMES);
}, 300_000);
