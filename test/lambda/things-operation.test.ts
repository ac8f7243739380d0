import { ManagedThings } from '../support/managed-things';
import { virtualTime } from '../support/virtual-time';

/* What becomes of managed things: https://docs.aws.amazon.com/iot-mi/latest/devguide/managedintegrations-hub-offboard.html */

let things: ManagedThings;
beforeAll(async () => {
  things = await ManagedThings.start();
});
afterAll(() => things.cloud.stop());

const time = virtualTime();
const remove: ManagedThings['remove'] = (...what) => time.until(things.remove(...what));

const ENDED = { Target: 1, Ended: 1, AlreadyGone: 0, Failed: 0, reason: undefined };

test('waits until the device has let go of the thing', async () => {
  const { Id } = things.create({ acknowledgesAfter: 2_000 });
  expect(await remove([Id])).toMatchObject(ENDED);
  expect(things.isRegistered(Id)).toBe(false);
  expect(things.callsFor(Id)).toEqual(['DELETE', 'GET', 'GET']);
});

test('does not wait where the user does not care', async () => {
  const { Id } = things.create({ acknowledgesAfter: 60_000 });
  expect(await remove([Id], { WaitForDeletion: 'false' })).toMatchObject(ENDED);
  expect(things.callsFor(Id)).toEqual(['DELETE']);
});

test('a status that is not known is waited out', async () => {
  const thing = things.create({ acknowledgesAfter: 1_500 });
  setTimeout(() => Object.assign(thing, { ProvisioningStatus: 'PENDING' }), 300);
  expect(await remove([thing.Id])).toMatchObject(ENDED);
});

test('a thing whose status is DELETED is gone', async () => {
  const thing = things.create({ offline: true });
  setTimeout(() => Object.assign(thing, { ProvisioningStatus: 'DELETED' }), 300);
  expect(await remove([thing.Id])).toMatchObject(ENDED);
});

test('a device that is offline fails when the time is up, with what to do', async () => {
  const { Id } = things.create({ offline: true });
  expect(await remove([Id], {}, 3)).toMatchObject({
    Ended: 0,
    Failed: 1,
    reason: expect.stringContaining(
      `(1 StillThere), for example ${Id}: is still there (status DELETE_IN_PROGRESS): its deletion was accepted, and the time was up before it was completed; ` +
        'is the device online? if the device will not come back, use Force.after(…) or Force.always()',
    ),
  });
  expect(things.isRegistered(Id)).toBe(true);
});

test('a device that lets go just before the time is up has ended', async () => {
  const { Id } = things.create({ acknowledgesAfter: 3_800 });
  expect(await remove([Id], {}, 5)).toMatchObject(ENDED);
});

test('a device that cannot do it fails', async () => {
  const { Id } = things.create({ refuses: true });
  expect(await remove([Id])).toMatchObject({
    Failed: 1,
    reason: expect.stringContaining(`(1 DeletionFailed), for example ${Id}: could not be deleted by its device (status DELETION_FAILED)`),
  });
});

describe('Force.after', () => {
  const AFTER_2_SECONDS = { ForceAfterSeconds: '2' };

  test.each(['offline', 'refuses'])('a device that %s is asked first, and not asked when its time is over', async (behaviour) => {
    const { Id } = things.create({ [behaviour]: true });
    const asked = performance.now();
    expect(await remove([Id], AFTER_2_SECONDS)).toMatchObject(ENDED);
    expect(performance.now() - asked).toBeGreaterThan(2_000);
    expect(things.isRegistered(Id)).toBe(false);
    expect(things.callsFor(Id).filter((method) => method === 'DELETE')).toHaveLength(2);
  });

  test('a device that lets go in time is never forced', async () => {
    const { Id } = things.create({ acknowledgesAfter: 500 });
    expect(await remove([Id], AFTER_2_SECONDS)).toMatchObject(ENDED);
    expect(things.callsFor(Id)).toEqual(['DELETE', 'GET']);
  });
});

test('Force.always asks no device', async () => {
  const { Id } = things.create({ offline: true });
  expect(await remove([Id], { Force: 'true' })).toMatchObject(ENDED);
});

test('a cloud-to-cloud device fails with what to do instead', async () => {
  const { Id } = things.create({ ConnectorDestinationId: 'connector' });
  expect(await remove([Id])).toMatchObject({
    Failed: 1,
    reason: expect.stringContaining(
      `(1 CloudToCloudDevice), for example ${Id}: was brought in by a cloud-to-cloud connector and cannot be deleted by itself: deregister its account association (DeregisterAccountAssociation)`,
    ),
  });
});
