import { Pace } from '../../lambda/calls/pace';
import { deleteManagedThing } from '../../lambda/things/operation';
import { Hasty } from '../support/calls';
import { reads } from '../support/reads';
import { scripted, type Line } from '../support/scripted';

beforeAll(() => {
  Object.assign(process.env, { AWS_REGION: 'ca-central-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});
// Time passes in pauses alone, however long HTTP takes.
beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
afterEach(() => void jest.useRealTimers());

class Pausing extends Hasty {
  override async pause(milliseconds: number): Promise<boolean> {
    const passes = await super.pause(milliseconds);
    if (passes) jest.advanceTimersByTime(milliseconds);
    return passes;
  }
}

const WAITS = { WaitForDeletion: 'true' };

describe('what the service may answer to a deletion, or to a look, that the stand-in does not', () => {
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
    /** Whether it is known to be a hub whose turn has come. */
    readonly carries?: boolean;
    /** How many pauses there is time for. */
    readonly pauses?: number;
  }

  async function end({ DELETE, GET = [GONE], how = {}, carries, pauses: most }: Script) {
    const service = await scripted({ DELETE, GET });
    const { AWS_ENDPOINT_URL } = process.env;
    process.env.AWS_ENDPOINT_URL = service.url;
    // Nobody waits for a turn, which no pause would bring.
    const pace = new Pace({ perSecond: 1_000, burst: 10 });
    const turn = jest.spyOn(pace, 'turn');
    const calls = new Pausing({ pace }, most);
    try {
      const outcome = await deleteManagedThing({ ...WAITS, ...how }, reads())
        .end({ id: 'lamp', carries }, calls)
        .catch((error) => error.failure ?? error)
        .then((ended) => (ended instanceof Error ? `${ended.name}: ${ended.message}` : ended));
      const made = service.calls.map((call) => call.replace('/managed-things/lamp', '').replace('?Force=false', '').replace('?Force=true', 'by force'));
      return { outcome, calls: made.map((call) => call.trim()), pauses: calls.pauses, turns: turn.mock.calls.length };
    } finally {
      process.env.AWS_ENDPOINT_URL = AWS_ENDPOINT_URL;
      await service.stop();
    }
  }

  describe('when a device is not asked any more', () => {
    // So soon that the first look finds its time over.
    const FORCE_AT_ONCE = { ForceAfterSeconds: '0.000001' };

    test('it is forced once, however long that takes', async () => {
      expect(await end({ DELETE: [ACCEPTED], GET: [...Array(4).fill(thing('DELETE_IN_PROGRESS')), GONE], how: FORCE_AT_ONCE })).toMatchObject({
        outcome: 'ended',
        calls: ['DELETE', 'GET', 'DELETE by force', 'GET', 'GET', 'GET', 'GET'],
      });
    });

    test('a thing that is gone by then has ended', async () => {
      expect(await end({ DELETE: [ACCEPTED, GONE], GET: [thing('DELETE_IN_PROGRESS')], how: FORCE_AT_ONCE })).toMatchObject({
        outcome: 'ended',
        calls: ['DELETE', 'GET', 'DELETE by force'],
      });
    });

    test('a thing that cannot be deleted even so fails, with no advice to force it', async () => {
      expect(await end({ DELETE: [ACCEPTED], GET: [thing('DELETION_FAILED')], how: FORCE_AT_ONCE })).toMatchObject({
        outcome: 'DeletionFailed: could not be deleted by its device (status DELETION_FAILED)',
        calls: ['DELETE', 'GET', 'DELETE by force', 'GET'],
      });
      // Twice: the first look may still see how an earlier deletion ended.
      expect(await end({ DELETE: [ACCEPTED], GET: [thing('DELETION_FAILED')], how: { Force: 'true' } })).toMatchObject({
        outcome: 'DeletionFailed: could not be deleted by its device (status DELETION_FAILED)',
        calls: ['DELETE by force', 'GET', 'GET'],
      });
    });

    test('nothing is forced before its time, not even what its device could not delete', async () => {
      expect(
        await end({ DELETE: [ACCEPTED], GET: [thing('DELETION_FAILED'), thing('DELETE_IN_PROGRESS'), GONE], how: { ForceAfterSeconds: '60' } }),
      ).toMatchObject({ outcome: 'ended', calls: ['DELETE', 'GET', 'GET', 'GET'] });
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
    expect(await end({ DELETE: [ACCEPTED], GET: [seen], pauses: 2 })).toMatchObject({
      outcome: expect.stringMatching(/^StillThere: is still there \(status ISOLATED\): .*; is the device online\? if the device will not come back/),
      calls: ['DELETE', 'GET', 'GET'],
    });
    expect(await end({ DELETE: [ACCEPTED], GET: [seen], how: { Force: 'true' }, pauses: 2 })).toMatchObject({
      outcome: expect.stringMatching(/it was forced$/),
    });
  });

  test('a template of an earlier version, which says nothing of waiting, is not waited for', async () => {
    expect(await end({ DELETE: [ACCEPTED], GET: [thing('DELETE_IN_PROGRESS')], how: { WaitForDeletion: undefined } })).toMatchObject({
      outcome: 'ended',
      calls: ['DELETE'],
    });
  });

  test("a fault is tried again in the run's own time, not by the SDK", async () => {
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
      expect(await end({ DELETE: [CONFLICT], GET: [thing('DELETE_IN_PROGRESS'), thing('DELETE_IN_PROGRESS'), GONE] })).toMatchObject({
        outcome: 'ended',
        calls: ['DELETE', 'GET', 'GET', 'GET'],
      });
    });

    test('though it was forced, it fails as it was refused', async () => {
      expect(await end({ DELETE: [CONFLICT], GET: [thing('DELETE_IN_PROGRESS')], how: { Force: 'true' } })).toMatchObject({
        outcome: 'ConflictException: scripted',
        calls: ['DELETE by force', 'GET'],
      });
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
      expect(await end({ DELETE: [DENIED], GET: [thing('ACTIVATED')] })).toMatchObject({
        outcome: "AccessDeniedException: see that the provider's role is allowed iotmanagedintegrations:DeleteManagedThing on managed-thing/lamp: scripted",
        calls: ['DELETE'],
      });
    });
  });

  describe('when a hub is refused', () => {
    const hub = thing('ACTIVATED', { Role: 'CONTROLLER' });

    test('that was not known to be one, it has its turn after the others', async () => {
      expect(await end({ DELETE: [CONFLICT], GET: [hub] })).toMatchObject({ outcome: 'CarriesOthers: others must end before it', calls: ['DELETE', 'GET'] });
    });

    test('when its turn has come, it fails with the children that it still has', async () => {
      expect(await end({ DELETE: [CONFLICT], GET: [hub, [200, { Items: [{ Id: 'a' }, { Id: 'b' }] }]], carries: true })).toMatchObject({
        outcome:
          'HubHasChildren: is a hub that still has child devices (a, b), which must go before it: set deleteChildren, or make the children targets as well',
        calls: ['DELETE', 'GET', 'GET /managed-things?MaxResults=6&ParentControllerIdentifierFilter=lamp'],
      });
      expect(await end({ DELETE: [CONFLICT], GET: [hub, DENIED], carries: true, how: { DeleteChildren: 'true' } })).toMatchObject({
        outcome: 'HubHasChildren: is a hub that still has child devices, which must go before it: see why they could not be deleted',
      });
    });
  });
});
