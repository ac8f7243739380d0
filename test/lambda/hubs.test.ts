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
