import { until } from '../../local-aws/test/support/mqtt-device';
import { Recipe } from '../support/recipe';

/* The recipe's promise. https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html: a changed policy is not in force at once. */

const POLICY_DELAY_MS = 2_000;
const CHANGED = { clientIds: 'kiosk-*', settleSeconds: '3' };

let recipe: Recipe;
beforeAll(async () => {
  recipe = await Recipe.start('rotate-policy', 'RotatedPolicy', { iot: { policyDelayMs: POLICY_DELAY_MS } });
}, 120_000);
afterAll(() => recipe.stop());

test('one deploy changes the policy and disconnects each client once, which comes back under the changed policy or not at all', async () => {
  const { aws, fleet } = recipe;
  aws.iot.createThingGroup('kiosks');
  await recipe.deploy({ settleSeconds: '0' });
  const username = aws.iot.principal('a'.repeat(64));
  aws.iot.attachPolicy('kiosks', username);
  const names = ['kiosk-1', 'kiosk-2', 'stray'];
  for (const name of names) {
    aws.iot.createThing(name);
    aws.iot.addThingToThingGroup('kiosks', name);
  }
  const clients = await Promise.all(names.map((name) => fleet.connect(name, { username, reconnectPeriod: 50, reconnectOnConnackError: true })));
  const connections = names.map(() => 1);
  clients.forEach((client, n) => client.on('connect', () => (connections[n] += 1)));
  const [, , stray] = clients;
  let refused = 0;
  stray.on('error', () => (refused += 1));

  await recipe.deploy(CHANGED);
  expect(recipe.disconnected).toEqual(names);
  await until(() => connections[0] === 2 && connections[1] === 2 && refused > 0);
  expect(connections).toEqual([2, 2, 1]);
  expect(stray.connected).toBe(false);

  expect(await recipe.deploy(CHANGED)).toContain('(no changes)');
  aws.iot.detachPolicy('kiosks', username);
  await recipe.destroy(CHANGED);
  expect(recipe.disconnected).toEqual(names);
}, 300_000);
