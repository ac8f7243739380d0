import { Recipe } from '../support/recipe';

/* The recipe's promise. https://docs.aws.amazon.com/iot-mi/latest/devguide/managedintegrations-hub-offboard.html: a hub's devices go before it. */

let recipe: Recipe;
beforeAll(async () => {
  recipe = await Recipe.start('retire-hub', 'HubsOfABuilding');
}, 120_000);
afterAll(() => recipe.stop());

test('a hub that leaves the list goes, its devices first; those that stay, and a stack that is destroyed, lose nothing', async () => {
  const { things } = recipe.aws;
  const hub = () => things.create({ Role: 'CONTROLLER', acknowledgesAfter: 100 }).Id;
  const [stays, retired] = [hub(), hub()];
  const device = (ParentControllerId: string) => things.create({ ParentControllerId, acknowledgesAfter: 100 }).Id;
  const kept = device(stays);
  const devices = [device(retired), device(retired)];
  const ids = () => things.list().map(({ Id }) => Id);

  await recipe.deploy({ hubs: `${stays},${retired}` });
  expect(ids()).toHaveLength(5);
  await recipe.deploy({ hubs: stays });
  expect(ids().sort()).toEqual([stays, kept].sort());
  const deleted = things.deletions.map(({ id }) => id);
  expect(deleted.slice(0, 2).sort()).toEqual(devices.sort());
  expect(deleted[2]).toBe(retired);

  await recipe.destroy({ hubs: stays });
  expect(ids()).toHaveLength(2);
}, 300_000);
