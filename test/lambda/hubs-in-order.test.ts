import { ManagedThings } from '../support/managed-things';
import { virtualTime } from '../support/virtual-time';

/*
 * Hubs go after their devices, whatever becomes of a hub that still has some. AWS documents both:
 * https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_DeleteManagedThing.html says that the devices become PENDING.
 */

const time = virtualTime();

describe.each(['REFUSED', 'CHILDREN_PENDING'] as const)('where the deletion of a hub that has devices is %s', (hubWithChildren) => {
  let house: ManagedThings;
  beforeAll(async () => {
    house = await ManagedThings.start({ things: { hubWithChildren } });
  });
  afterAll(() => house.cloud.stop());

  const remove: ManagedThings['remove'] = (...what) => time.until(house.remove(...what));

  function hubs(count: number, more: (n: number) => object = () => ({})) {
    const made = Array.from({ length: count }, (_, n) => house.create({ Role: 'CONTROLLER', ...more(n) }).Id);
    return { made, devices: made.map((ParentControllerId) => house.create({ ParentControllerId, acknowledgesAfter: 200 }).Id) };
  }

  const refused = (from: number) => house.cloud.aws.calls.slice(from).filter(({ status }) => status === 409).length;

  test.each(['hubs first', 'devices first', 'mixed'])('hubs and devices are gone in one run, %s, and no call is refused', async (order) => {
    const { made, devices } = hubs(10);
    const ids = { 'hubs first': [...made, ...devices], 'devices first': [...devices, ...made], mixed: made.flatMap((hub, n) => [hub, devices[n]]) }[order]!;
    const before = house.cloud.aws.calls.length;
    expect(await remove(ids, {}, 60, { RequestsPerSecond: '100' })).toMatchObject({ Target: 20, Ended: 20, Failed: 0, reason: undefined });
    expect(refused(before)).toBe(0);
    expect(ids.some((id) => house.isRegistered(id))).toBe(false);
  });

  test.each([{}, { DeleteChildren: 'true' }])('a hub stays when a device on it cannot be deleted, and the next run finds both again: %j', async (operation) => {
    const hub = house.create({ Role: 'CONTROLLER' }).Id;
    const [child, other] = [{ refuses: true }, {}].map((device) => house.create({ ParentControllerId: hub, acknowledgesAfter: 0, ...device }).Id);
    for (const ended of [1, 0]) {
      expect(await remove([hub, child, other], operation)).toMatchObject({
        Ended: ended,
        Failed: 2,
        reason: expect.stringContaining(`${hub}: is a hub that still has child devices (${child}), which must go before it: see why they could not be deleted`),
      });
      expect([hub, child].every((id) => house.isRegistered(id))).toBe(true);
    }
  });

  test('a hub whose id cannot be asked for has no devices, and holds up nobody', async () => {
    const odd = house.create({ Role: 'CONTROLLER', Id: 'hub:of-the_house' }).Id;
    const lamp = house.create().Id;
    expect(await remove([odd, lamp], { DeleteChildren: 'true' })).toMatchObject({ Target: 2, Ended: 2, Failed: 0 });
  });

  test('hubs that hang on each other, or on themselves, fail at once', async () => {
    const [one, two, self] = ['one', 'two', 'self'].map((Id) => `${Id}${hubWithChildren.length}`);
    const parents = { [one]: two, [two]: one, [self]: self };
    for (const [Id, ParentControllerId] of Object.entries(parents)) house.create({ Role: 'CONTROLLER', Id, ParentControllerId });
    const begun = performance.now();
    expect(await remove([one, two, self])).toMatchObject({ Failed: 3, reason: expect.stringContaining('(3 HubsInCircle)') });
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  test('a device that joins its hub while the others go, goes as well', async () => {
    const {
      made: [hub],
      devices,
    } = hubs(1);
    setTimeout(() => house.create({ ParentControllerId: hub }), 300);
    expect(await remove([hub, ...devices], { DeleteChildren: 'true' })).toMatchObject({ Ended: 3, Failed: 0 });
    expect(house.cloud.aws.things.list().some(({ ParentControllerId }) => ParentControllerId === hub)).toBe(false);
  });

  test('in an account with more hubs than are listed, each target is looked at, and the order is the same', async () => {
    const others = Array.from({ length: 2_001 }, () => house.create({ Role: 'CONTROLLER' }).Id);
    const { made, devices } = hubs(2);
    const before = house.cloud.aws.calls.length;
    expect(await remove([...made, ...devices], {}, 60, { RequestsPerSecond: '100' })).toMatchObject({ Ended: 4, Failed: 0 });
    expect(refused(before)).toBe(0);
    others.forEach((id) => house.cloud.aws.things.delete(id));
  });
});
