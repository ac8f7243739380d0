import { handler } from '../../lambda/things';
import { ManagedThings } from '../support/managed-things';

/* Hubs go after their child devices: https://docs.aws.amazon.com/iot-mi/latest/devguide/managedintegrations-hub-offboard.html */

let things: ManagedThings;
beforeAll(async () => {
  things = await ManagedThings.start();
});
afterAll(() => things.cloud.stop());

describe('a hub with children', () => {
  function hubWithChildren(count: number, child: object = {}) {
    const hub = things.create({ Role: 'CONTROLLER' }).Id;
    return { hub, children: Array.from({ length: count }, () => things.create({ ParentControllerId: hub, ...child }).Id) };
  }

  test('fails with what to do', async () => {
    const { hub, children } = hubWithChildren(1);
    expect(await things.remove([hub])).toMatchObject({
      Failed: 1,
      reason: expect.stringContaining(
        `(1 HubHasChildren), for example ${hub}: is a hub that still has child devices (${children}), which must go before it: set deleteChildren, or make the children targets as well`,
      ),
    });
    expect([hub, ...children].every((id) => things.isRegistered(id))).toBe(true);
  });

  test('goes when its children have gone, if they are targets as well, in whatever order', async () => {
    const { hub, children } = hubWithChildren(2, { acknowledgesAfter: 500 });
    expect(await things.remove([hub, ...children])).toMatchObject({ Target: 3, Ended: 3, Failed: 0 });
  });

  test('does not wait for other targets than its children', async () => {
    const { hub, children } = hubWithChildren(1, { acknowledgesAfter: 500 });
    const offline = things.create({ offline: true }).Id;
    expect(await things.remove([hub, ...children, offline], {}, 7)).toMatchObject({ Target: 3, Ended: 2, Failed: 1 });
    expect(things.isRegistered(hub)).toBe(false);
  });

  test('that leaves the list with too many children is not touched', async () => {
    const { hub, children } = hubWithChildren(3);
    const other = things.create().Id;
    expect(
      await things.cloud.update(handler, [hub, other], [other], { ...ManagedThings.WAITS, DeleteChildren: 'true' }, { RunOn: ['REMOVAL'], MaxTargets: '3' }),
    ).toMatchObject({ Ended: 0, reason: expect.stringContaining('4 managed things were found, maxTargets allows 3: nothing was touched') });
    expect([hub, ...children, other].every((id) => things.isRegistered(id))).toBe(true);
  });

  test('goes after its children with deleteChildren, which count as targets, and each is asked for once', async () => {
    const { hub, children } = hubWithChildren(8, { acknowledgesAfter: 300 });
    expect(
      await things.cloud.deploy(handler, [hub, children[3]], { ...ManagedThings.WAITS, DeleteChildren: 'true' }, 60, { RequestsPerSecond: '500' }),
    ).toMatchObject({ Target: 9, Ended: 9, Failed: 0 });
    expect(
      things.cloud.aws.things.deletions
        .slice(-9)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([hub, ...children].sort());
    expect(things.cloud.aws.things.deletions.at(-1)).toEqual({ kind: 'thing', id: hub });
    expect(children.every((id) => things.callsFor(id).filter((method) => method === 'DELETE').length === 1)).toBe(true);
  });

  test('is asked for its children once, for counting and ending alike, and its devices are not asked for theirs', async () => {
    const { hub } = hubWithChildren(2);
    const lists = () => things.cloud.aws.calls.filter(({ method, path }) => method === 'GET' && path === '/managed-things').length;
    const before = lists();
    expect(await things.remove([hub], { DeleteChildren: 'true' })).toMatchObject({ Target: 3, Ended: 3 });
    // And the account's hubs are listed once, and whether devices have joined the hub meanwhile.
    expect(lists() - before).toBe(3);
  });

  test('is looked for by no identifier that cannot be one', async () => {
    const lists = () => things.cloud.aws.calls.filter(({ method, path }) => method === 'GET' && path === '/managed-things').length;
    const before = lists();
    expect(await things.remove(['no identifier'], { DeleteChildren: 'true' })).toMatchObject({
      Target: 1,
      Failed: 1,
      reason: expect.stringContaining('(1 InvalidTarget)'),
    });
    expect(lists()).toBe(before);
  });

  test('stays with its siblings untouched when the children make too many targets', async () => {
    const { hub, children } = hubWithChildren(3);
    const before = things.cloud.aws.calls.filter(({ method }) => method === 'DELETE').length;
    expect(await things.cloud.deploy(handler, [hub], { ...ManagedThings.WAITS, DeleteChildren: 'true' }, 60, { MaxTargets: '3' })).toMatchObject({
      reason: expect.stringContaining('4 managed things were found, maxTargets allows 3: nothing was touched'),
    });
    expect(things.cloud.aws.calls.filter(({ method }) => method === 'DELETE')).toHaveLength(before);
    expect([hub, ...children].every((id) => things.isRegistered(id))).toBe(true);
  });

  test('fails with its child when that cannot be deleted', async () => {
    const {
      hub,
      children: [child],
    } = hubWithChildren(1, { refuses: true });
    const { reason, ...counts } = await things.remove([hub], { DeleteChildren: 'true' });
    expect(counts).toMatchObject({ Target: 2, Ended: 0, Failed: 2 });
    expect(reason).toContain(`${child}: could not be deleted by its device`);
    expect(reason).toContain(`${hub}: is a hub that still has child devices (${child}), which must go before it: see why they could not be deleted`);
  });
});

/* AWS documents both: https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_DeleteManagedThing.html says that the devices become PENDING. */
describe.each(['REFUSED', 'CHILDREN_PENDING'] as const)('where the deletion of a hub that has devices is %s', (hubWithChildren) => {
  let house: ManagedThings;
  beforeAll(async () => {
    house = await ManagedThings.start({ things: { hubWithChildren } });
  });
  afterAll(() => house.cloud.stop());

  function hubs(count: number, more: (n: number) => object = () => ({})) {
    const made = Array.from({ length: count }, (_, n) => house.create({ Role: 'CONTROLLER', ...more(n) }).Id);
    return { made, devices: made.map((ParentControllerId) => house.create({ ParentControllerId, acknowledgesAfter: 200 }).Id) };
  }

  const refused = (from: number) => house.cloud.aws.calls.slice(from).filter(({ status }) => status === 409).length;

  test.each(['hubs first', 'devices first', 'mixed'])('hubs and devices are gone in one run, %s, and no call is refused', async (order) => {
    const { made, devices } = hubs(10);
    const ids = { 'hubs first': [...made, ...devices], 'devices first': [...devices, ...made], mixed: made.flatMap((hub, n) => [hub, devices[n]]) }[order]!;
    const before = house.cloud.aws.calls.length;
    expect(await house.remove(ids, {}, 60, { RequestsPerSecond: '100' })).toMatchObject({ Target: 20, Ended: 20, Failed: 0, reason: undefined });
    expect(refused(before)).toBe(0);
    expect(ids.some((id) => house.isRegistered(id))).toBe(false);
  });

  test.each([{}, { DeleteChildren: 'true' }])('a hub stays when a device on it cannot be deleted, and the next run finds both again: %j', async (operation) => {
    const hub = house.create({ Role: 'CONTROLLER' }).Id;
    const [child, other] = [{ refuses: true }, {}].map((device) => house.create({ ParentControllerId: hub, acknowledgesAfter: 0, ...device }).Id);
    for (const ended of [1, 0]) {
      expect(await house.remove([hub, child, other], operation)).toMatchObject({
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
    expect(await house.remove([odd, lamp], { DeleteChildren: 'true' })).toMatchObject({ Target: 2, Ended: 2, Failed: 0 });
  });

  test('hubs that hang on each other, or on themselves, fail at once', async () => {
    const [one, two, self] = ['one', 'two', 'self'].map((Id) => `${Id}${hubWithChildren.length}`);
    const parents = { [one]: two, [two]: one, [self]: self };
    for (const [Id, ParentControllerId] of Object.entries(parents)) house.create({ Role: 'CONTROLLER', Id, ParentControllerId });
    const begun = performance.now();
    expect(await house.remove([one, two, self])).toMatchObject({ Failed: 3, reason: expect.stringContaining('(3 HubsInCircle)') });
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  test('a device that joins its hub while the others go, goes as well', async () => {
    const {
      made: [hub],
      devices,
    } = hubs(1);
    setTimeout(() => house.create({ ParentControllerId: hub }), 300);
    expect(await house.remove([hub, ...devices], { DeleteChildren: 'true' })).toMatchObject({ Ended: 3, Failed: 0 });
    expect(house.cloud.aws.things.list().some(({ ParentControllerId }) => ParentControllerId === hub)).toBe(false);
  });

  test('in an account with more hubs than are listed, each target is looked at, and the order is the same', async () => {
    const others = Array.from({ length: 2_001 }, () => house.create({ Role: 'CONTROLLER' }).Id);
    const { made, devices } = hubs(2);
    const before = house.cloud.aws.calls.length;
    expect(await house.remove([...made, ...devices], {}, 60, { RequestsPerSecond: '100' })).toMatchObject({ Ended: 4, Failed: 0 });
    expect(refused(before)).toBe(0);
    others.forEach((id) => house.cloud.aws.things.delete(id));
  });
});
