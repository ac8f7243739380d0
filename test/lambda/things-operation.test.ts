import { Pace, Paces } from '../../lambda/run/pace';
import { handler } from '../../lambda/things';
import { deleteManagedThing } from '../../lambda/things/operation';
import { Hasty } from '../support/calls';
import { InProcess } from '../support/in-process';
import { scripted, type Line } from '../support/scripted';

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

  test('is looked for by no identifier that cannot be one', async () => {
    const lists = () => cloud.aws.calls.filter(({ method, path }) => method === 'GET' && path === '/managed-things').length;
    const before = lists();
    expect(await remove(['no identifier'], { DeleteChildren: 'true' })).toMatchObject({ Target: 1, Failed: 1, reason: expect.stringContaining('(1 InvalidTarget)') });
    expect(lists()).toBe(before);
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

describe('what the service may answer that the stand-in does not', () => {
  const ACCEPTED: Line = [204];
  const GONE: Line = [404, 'ResourceNotFoundException'];
  const CONFLICT: Line = [409, 'ConflictException'];
  const INVALID: Line = [400, 'ValidationException'];
  const DENIED: Line = [403, 'AccessDeniedException'];
  const thing = (ProvisioningStatus: string, more: object = {}): Line => [200, { ProvisioningStatus, Role: 'DEVICE', ...more }];

  const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

  interface Script {
    readonly DELETE: readonly Line[];
    readonly GET?: readonly Line[];
    readonly how?: object;
    /** Until how many calls have been made others of the run are under way. */
    readonly others?: number;
    /** How many pauses there is time for. */
    readonly pauses?: number;
  }

  async function end({ DELETE, GET = [GONE], how = {}, others = 0, pauses: most }: Script) {
    const service = await scripted({ DELETE, GET });
    const { AWS_ENDPOINT_URL } = process.env;
    process.env.AWS_ENDPOINT_URL = service.url;
    const pace = new Pace({ perSecond: 1_000, burst: 1 });
    const turn = jest.spyOn(pace, 'turn');
    const calls = new Hasty({
      pace,
      get hasActive() {
        return service.calls.length < others;
      },
    }, most);
    const { now } = performance;
    // The time of the pauses has passed as well.
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + total(calls.pauses));
    try {
      const outcome = await deleteManagedThing({ ...WAITS, ...how }, new Paces()).end('lamp', calls)
        .catch(({ name, message }) => `${name}: ${message}`);
      const made = service.calls.map((call) => call.replace('/managed-things/lamp', '').replace('?Force=false', '').replace('?Force=true', 'by force'));
      return { outcome, calls: made.map((call) => call.trim()), pauses: calls.pauses, turns: turn.mock.calls.length };
    } finally {
      clock.mockRestore();
      process.env.AWS_ENDPOINT_URL = AWS_ENDPOINT_URL;
      await service.stop();
    }
  }

  describe('when a device is not asked any more', () => {
    // So soon that the first look finds its time over.
    const FORCE_AT_ONCE = { ForceAfterSeconds: '0.000001' };

    test('it is forced once, however long that takes', async () => {
      expect(await end({ DELETE: [ACCEPTED], GET: [...Array(4).fill(thing('DELETE_IN_PROGRESS')), GONE], how: FORCE_AT_ONCE }))
        .toMatchObject({ outcome: 'ended', calls: ['DELETE', 'GET', 'DELETE by force', 'GET', 'GET', 'GET', 'GET'] });
    });

    test('a thing that is gone by then has ended', async () => {
      expect(await end({ DELETE: [ACCEPTED, GONE], GET: [thing('DELETE_IN_PROGRESS')], how: FORCE_AT_ONCE }))
        .toMatchObject({ outcome: 'ended', calls: ['DELETE', 'GET', 'DELETE by force'] });
    });

    test('a thing that cannot be deleted even so fails, with no advice to force it', async () => {
      expect(await end({ DELETE: [ACCEPTED], GET: [thing('DELETION_FAILED')], how: FORCE_AT_ONCE }))
        .toMatchObject({ outcome: 'DeletionFailed: could not be deleted by its device (status DELETION_FAILED)', calls: ['DELETE', 'GET', 'DELETE by force', 'GET'] });
      // Twice: the first look may still see how an earlier deletion ended.
      expect(await end({ DELETE: [ACCEPTED], GET: [thing('DELETION_FAILED')], how: { Force: 'true' } }))
        .toMatchObject({ outcome: 'DeletionFailed: could not be deleted by its device (status DELETION_FAILED)', calls: ['DELETE by force', 'GET', 'GET'] });
    });

    test('nothing is forced before its time, not even what its device could not delete', async () => {
      expect(await end({ DELETE: [ACCEPTED], GET: [thing('DELETION_FAILED'), thing('DELETE_IN_PROGRESS'), GONE], how: { ForceAfterSeconds: '60' } }))
        .toMatchObject({ outcome: 'ended', calls: ['DELETE', 'GET', 'GET', 'GET'] });
    });

    test('the look comes when its time is over, however long the pause would have been, and others come soon after', async () => {
      const { pauses } = await end({ DELETE: [ACCEPTED], GET: [...Array(9).fill(thing('DELETE_IN_PROGRESS')), GONE], how: { ForceAfterSeconds: '21' } });
      expect(total(pauses.slice(0, 7))).toBeGreaterThan(20_000);
      expect(total(pauses.slice(0, 7))).toBeLessThanOrEqual(21_000);
      expect(pauses[5]).toBeGreaterThan(5_000);
      expect(pauses[7]).toBeLessThan(2_000);
    });
  });

  test('what is still there when the time is up fails with the status that was seen last, and whether it was forced', async () => {
    const seen = thing('ISOLATED');
    expect(await end({ DELETE: [ACCEPTED], GET: [seen], pauses: 2 }))
      .toMatchObject({ outcome: expect.stringMatching(/^StillThere: is still there \(status ISOLATED\): .*; is the device online\? if the device will not come back/), calls: ['DELETE', 'GET', 'GET'] });
    expect(await end({ DELETE: [ACCEPTED], GET: [seen], how: { Force: 'true' }, pauses: 2 })).toMatchObject({ outcome: expect.stringMatching(/it was forced$/) });
  });

  test('a template of an earlier version, which says nothing of waiting, is not waited for', async () => {
    expect(await end({ DELETE: [ACCEPTED], GET: [thing('DELETE_IN_PROGRESS')], how: { WaitForDeletion: undefined } }))
      .toMatchObject({ outcome: 'ended', calls: ['DELETE'] });
  });

  test('a fault is tried again in the run\'s own time, not by the SDK', async () => {
    const { calls, pauses } = await end({ DELETE: [[500, 'InternalServerException'], ACCEPTED], GET: [[503, 'ServiceUnavailableException'], GONE] });
    expect(calls).toEqual(['DELETE', 'DELETE', 'GET', 'GET']);
    expect(pauses).toHaveLength(3);
  });

  test('looks have a pace of their own', async () => {
    expect(await end({ DELETE: [ACCEPTED], GET: [thing('DELETE_IN_PROGRESS'), GONE] })).toMatchObject({ calls: ['DELETE', 'GET', 'GET'], turns: 1 });
  });

  test('looks come further and further apart, up to 15 seconds', async () => {
    const { pauses } = await end({ DELETE: [ACCEPTED], GET: [...Array(9).fill(thing('DELETE_IN_PROGRESS')), GONE] });
    expect(pauses.slice(0, 3)).toEqual([1_000, 1_500, 2_250]);
    expect(Math.max(...pauses)).toBe(15_000);
  });

  describe('when a deletion is refused', () => {
    test('a device of a connector is told by its policy as well', async () => {
      const outcome = expect.stringContaining('CloudToCloudDevice: was brought in by a cloud-to-cloud connector');
      expect(await end({ DELETE: [INVALID], GET: [thing('ACTIVATED', { ConnectorPolicyId: 'policy' })] })).toMatchObject({ outcome });
      expect(await end({ DELETE: [CONFLICT], GET: [thing('ACTIVATED', { ConnectorDestinationId: 'connector' })] })).toMatchObject({ outcome });
    });

    test('because it is under way already, it is waited for', async () => {
      expect(await end({ DELETE: [CONFLICT], GET: [thing('DELETE_IN_PROGRESS'), thing('DELETE_IN_PROGRESS'), GONE] }))
        .toMatchObject({ outcome: 'ended', calls: ['DELETE', 'GET', 'GET', 'GET'] });
    });

    test('though it was forced, it fails as it was refused', async () => {
      expect(await end({ DELETE: [CONFLICT], GET: [thing('DELETE_IN_PROGRESS')], how: { Force: 'true' } }))
        .toMatchObject({ outcome: 'ConflictException: scripted', calls: ['DELETE by force', 'GET'] });
    });

    test('and the thing is gone since, it was already gone', async () => {
      expect(await end({ DELETE: [CONFLICT], GET: [GONE] })).toMatchObject({ outcome: 'alreadyGone' });
      expect(await end({ DELETE: [CONFLICT], GET: [thing('DELETED')] })).toMatchObject({ outcome: 'alreadyGone' });
    });

    test('and no reason is found, it fails as it was refused', async () => {
      expect(await end({ DELETE: [CONFLICT], GET: [thing('ACTIVATED')] })).toMatchObject({ outcome: 'ConflictException: scripted' });
      expect(await end({ DELETE: [INVALID], GET: [thing('ACTIVATED', { Role: 'CONTROLLER' })] })).toMatchObject({ outcome: 'ValidationException: scripted' });
    });

    test('and the reason may not be looked for, it fails as it was refused', async () => {
      expect(await end({ DELETE: [CONFLICT], GET: [DENIED] })).toMatchObject({ outcome: 'ConflictException: scripted', calls: ['DELETE', 'GET'] });
    });

    test('for want of a permission, no reason is looked for', async () => {
      expect(await end({ DELETE: [DENIED], GET: [thing('ACTIVATED')] })).toMatchObject({ outcome: 'AccessDeniedException: scripted', calls: ['DELETE'] });
    });
  });

  describe('when a hub is refused', () => {
    const hub = [thing('ACTIVATED', { Role: 'CONTROLLER' }), GONE];

    test('while others are under way, it is tried again and again', async () => {
      expect(await end({ DELETE: [CONFLICT, CONFLICT, CONFLICT, ACCEPTED], GET: hub, others: Infinity }))
        .toMatchObject({ outcome: 'ended', calls: ['DELETE', 'GET', 'DELETE', 'DELETE', 'DELETE', 'GET'] });
      expect(await end({ DELETE: [CONFLICT, CONFLICT, GONE], GET: hub, others: Infinity })).toMatchObject({ outcome: 'alreadyGone' });
    });

    test('once the others have ended, it is tried for the last time', async () => {
      expect(await end({ DELETE: [CONFLICT, CONFLICT, ACCEPTED], GET: hub, others: 3 }))
        .toMatchObject({ outcome: 'ended', calls: ['DELETE', 'GET', 'DELETE', 'DELETE', 'GET'] });
    });

    test('to the last, or by itself, it has children that are no targets', async () => {
      const outcome = expect.stringContaining('HubHasChildren: ');
      expect(await end({ DELETE: [CONFLICT], GET: hub, others: Infinity, pauses: 2 })).toMatchObject({ outcome, calls: ['DELETE', 'GET', 'DELETE', 'DELETE', 'DELETE'] });
      // Once more, because what was under way may have ended meanwhile.
      expect(await end({ DELETE: [CONFLICT], GET: hub })).toMatchObject({ outcome, calls: ['DELETE', 'GET', 'DELETE'], pauses: [] });
    });

    test('and then fails for another reason, that is told', async () => {
      expect(await end({ DELETE: [CONFLICT, DENIED], GET: hub, others: Infinity })).toMatchObject({ outcome: 'AccessDeniedException: scripted' });
    });
  });
});
