import { handler } from '../../lambda/things';
import { InProcess } from '../support/in-process';

/* What becomes of managed things: https://docs.aws.amazon.com/iot-mi/latest/devguide/managedintegrations-hub-offboard.html */

let cloud: InProcess;
beforeAll(async () => {
  cloud = await InProcess.start({ quotas: { things: 'none' } });
});
afterAll(() => cloud.stop());

const WAITS = { WaitForDeletion: 'true' };
const ENDED = { Target: 1, Ended: 1, AlreadyGone: 0, Failed: 0, reason: undefined };

const create: typeof cloud.aws.things.create = (fields) => cloud.aws.things.create(fields);
const isRegistered = (id: string) => cloud.aws.things.list().some(({ Id }) => Id === id);
const callsFor = (id: string) => cloud.aws.calls.filter(({ path }) => path.endsWith(`/${id}`)).map(({ method }) => method);

function remove(ids: string[], operation: object = {}, seconds?: number) {
  return cloud.deploy(handler, ids, { ...WAITS, ...operation }, seconds);
}

test('waits until the device has let go of the thing', async () => {
  const { Id } = create({ acknowledgesAfter: 2_000 });
  expect(await remove([Id])).toMatchObject(ENDED);
  expect(isRegistered(Id)).toBe(false);
  expect(callsFor(Id)).toEqual(['DELETE', 'GET', 'GET']);
});

test('does not wait where the user does not care', async () => {
  const { Id } = create({ acknowledgesAfter: 60_000 });
  expect(await remove([Id], { WaitForDeletion: 'false' })).toMatchObject(ENDED);
  expect(callsFor(Id)).toEqual(['DELETE']);
});

test('a status that is not known is waited out', async () => {
  const thing = create({ acknowledgesAfter: 1_500 });
  setTimeout(() => Object.assign(thing, { ProvisioningStatus: 'PENDING' }), 300);
  expect(await remove([thing.Id])).toMatchObject(ENDED);
});

test('a thing whose status is DELETED is gone', async () => {
  const thing = create({ offline: true });
  setTimeout(() => Object.assign(thing, { ProvisioningStatus: 'DELETED' }), 300);
  expect(await remove([thing.Id])).toMatchObject(ENDED);
});

test('a device that is offline fails when the time is up, with what to do', async () => {
  const { Id } = create({ offline: true });
  expect(await remove([Id], {}, 3)).toMatchObject({ Ended: 0, Failed: 1, reason: expect.stringContaining(
    `(1 StillThere), for example ${Id}: is still there (status DELETE_IN_PROGRESS): its deletion was accepted, and the time was up before it was completed; `
    + 'is the device online? if the device will not come back, use Force.after(…) or Force.always()') });
  expect(isRegistered(Id)).toBe(true);
});

test('a device that lets go just before the time is up has ended', async () => {
  const { Id } = create({ acknowledgesAfter: 3_800 });
  expect(await remove([Id], {}, 5)).toMatchObject(ENDED);
});

test('a device that cannot do it fails', async () => {
  const { Id } = create({ refuses: true });
  expect(await remove([Id])).toMatchObject({ Failed: 1, reason: expect.stringContaining(`(1 DeletionFailed), for example ${Id}: could not be deleted by its device (status DELETION_FAILED)`) });
});

describe('Force.after', () => {
  const AFTER_2_SECONDS = { ForceAfterSeconds: '2' };

  test.each(['offline', 'refuses'])('a device that %s is asked first, and not asked when its time is over', async (behaviour) => {
    const { Id } = create({ [behaviour]: true });
    const asked = performance.now();
    expect(await remove([Id], AFTER_2_SECONDS)).toMatchObject(ENDED);
    expect(performance.now() - asked).toBeGreaterThan(2_000);
    expect(isRegistered(Id)).toBe(false);
    expect(callsFor(Id).filter((method) => method === 'DELETE')).toHaveLength(2);
  });

  test('a device that lets go in time is never forced', async () => {
    const { Id } = create({ acknowledgesAfter: 500 });
    expect(await remove([Id], AFTER_2_SECONDS)).toMatchObject(ENDED);
    expect(callsFor(Id)).toEqual(['DELETE', 'GET']);
  });
});

test('Force.always asks no device', async () => {
  const { Id } = create({ offline: true });
  expect(await remove([Id], { Force: 'true' })).toMatchObject(ENDED);
});

describe('a hub with children', () => {
  function hubWithChildren(count: number, child: object = {}) {
    const hub = create({ Role: 'CONTROLLER' }).Id;
    return { hub, children: Array.from({ length: count }, () => create({ ParentControllerId: hub, ...child }).Id) };
  }

  test('fails with what to do', async () => {
    const { hub, children } = hubWithChildren(1);
    expect(await remove([hub])).toMatchObject({ Failed: 1, reason: expect.stringContaining(
      `(1 HubHasChildren), for example ${hub}: is a hub that has child devices, which must go before it: set deleteChildren, or make the children targets as well`) });
    expect([hub, ...children].every(isRegistered)).toBe(true);
  });

  test('goes when its children have gone, if they are targets as well, in whatever order', async () => {
    const { hub, children } = hubWithChildren(2, { acknowledgesAfter: 500 });
    expect(await remove([hub, ...children])).toMatchObject({ Target: 3, Ended: 3, Failed: 0 });
  });

  test('does not wait for other targets than its children', async () => {
    const { hub, children } = hubWithChildren(1, { acknowledgesAfter: 500 });
    const offline = create({ offline: true }).Id;
    expect(await remove([hub, ...children, offline], {}, 7)).toMatchObject({ Target: 3, Ended: 2, Failed: 1 });
    expect(isRegistered(hub)).toBe(false);
  });

  test('that leaves the list with too many children is not touched', async () => {
    const { hub, children } = hubWithChildren(3);
    const other = create().Id;
    expect(await cloud.update(handler, [hub, other], [other], { ...WAITS, DeleteChildren: 'true' }, { RunOn: ['REMOVAL'], MaxTargets: '3' }))
      .toMatchObject({ Ended: 0, reason: expect.stringContaining('4 managed things were found, maxTargets allows 3: nothing was touched') });
    expect([hub, ...children, other].every(isRegistered)).toBe(true);
  });

  test('goes after its children with deleteChildren, which count as targets, and each is asked for once', async () => {
    const { hub, children } = hubWithChildren(8, { acknowledgesAfter: 300 });
    expect(await cloud.deploy(handler, [hub, children[3]], { ...WAITS, DeleteChildren: 'true' }, 60, { RequestsPerSecond: '500' }))
      .toMatchObject({ Target: 9, Ended: 9, Failed: 0 });
    expect(cloud.aws.things.deletions.slice(-9).map(({ id }) => id).sort()).toEqual([hub, ...children].sort());
    expect(cloud.aws.things.deletions.at(-1)).toEqual({ kind: 'thing', id: hub });
    expect(children.every((id) => callsFor(id).filter((method) => method === 'DELETE').length === 1)).toBe(true);
  });

  test('stays with its siblings untouched when the children make too many targets', async () => {
    const { hub, children } = hubWithChildren(3);
    const before = cloud.aws.calls.filter(({ method }) => method === 'DELETE').length;
    expect(await cloud.deploy(handler, [hub], { ...WAITS, DeleteChildren: 'true' }, 60, { MaxTargets: '3' }))
      .toMatchObject({ reason: expect.stringContaining('4 managed things were found, maxTargets allows 3: nothing was touched') });
    expect(cloud.aws.calls.filter(({ method }) => method === 'DELETE')).toHaveLength(before);
    expect([hub, ...children].every(isRegistered)).toBe(true);
  });

  test('fails with its child when that cannot be deleted', async () => {
    const { hub, children: [child] } = hubWithChildren(1, { refuses: true });
    const { reason, ...counts } = await remove([hub], { DeleteChildren: 'true' });
    expect(counts).toMatchObject({ Target: 2, Ended: 0, Failed: 2 });
    expect(reason).toContain(`${child}: could not be deleted by its device`);
    expect(reason).toContain(`${hub}: is a hub that has child devices, which must go before it: see why they could not be deleted`);
  });
});

test('a cloud-to-cloud device fails with what to do instead', async () => {
  const { Id } = create({ ConnectorDestinationId: 'connector' });
  expect(await remove([Id])).toMatchObject({ Failed: 1, reason: expect.stringContaining(
    `(1 CloudToCloudDevice), for example ${Id}: was brought in by a cloud-to-cloud connector and cannot be deleted by itself: deregister its account association (DeregisterAccountAssociation)`) });
});
