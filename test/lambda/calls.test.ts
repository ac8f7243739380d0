import { setTimeout as sleep } from 'node:timers/promises';
import { Drain } from '../../lambda/run/drain';
import { Pace } from '../../lambda/calls/pace';
import type { Operation } from '../../lambda/run/service';
import { Tally } from '../../lambda/run/tally';
import { callsFor, Hasty } from '../support/calls';
import { NO_RUN, these } from '../support/drain-run';
import { virtualTime } from '../support/virtual-time';

/* What a call costs a run's paces, and how often it is made again. */

const THROTTLED = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });
const FAULT = Object.assign(new Error('oops'), { name: 'InternalFailureException', $metadata: { httpStatusCode: 500 } });

/** Fails so often, and then succeeds. */
function failing(error: Error, times: number) {
  let failures = 0;
  return jest.fn(async () => {
    if ((failures += 1) <= times) throw error;
    return 'done';
  });
}

const time = virtualTime();

test('throttling is waited out however often it comes', async () => {
  const calls = new Hasty();
  const call = failing(THROTTLED, 12);
  expect(await time.until(calls.make(call))).toBe('done');
  expect(Math.min(...calls.pauses)).toBeGreaterThan(1_000);
  expect(Math.max(...calls.pauses)).toBeLessThan(3_000);
});

test('a fault of the service is tried six times, never within a second', async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
  const calls = new Hasty();
  const call = failing(FAULT, Infinity);
  await expect(time.until(calls.make(call))).rejects.toBe(FAULT);
  expect(call).toHaveBeenCalledTimes(6);
  expect(calls.pauses).toHaveLength(5);
  expect(Math.min(...calls.pauses)).toBeGreaterThan(1_000);
});

test('each wait after a fault may be longer than the one before, up to some 20 seconds', async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0.999);
  const calls = new Hasty();
  await time.until(calls.make(failing(FAULT, 5)));
  const [first, second, third, ...others] = calls.pauses;
  expect(second / first).toBeGreaterThan(1.5);
  expect(third / second).toBeGreaterThan(1.5);
  expect(others.every((wait) => wait > 20_000 && wait < 22_000)).toBe(true);
});

test('a call is not tried again when its wait would end after the time is up', async () => {
  const call = failing(FAULT, 1);
  const begun = performance.now();
  await expect(time.until(callsFor(500).make(call))).rejects.toMatchObject({ name: 'OutOfTime', failure: FAULT });
  expect(performance.now() - begun).toBeLessThan(10);
});

test("nothing begins when the time is up, neither at a run's own pace nor at another", async () => {
  const call = jest.fn(async () => 'done');
  const calls = callsFor(50);
  await time.until(calls.make(() => sleep(100), { pace: new Pace({ perSecond: 1_000, burst: 1 }) }));
  await expect(calls.make(call)).rejects.toMatchObject({ name: 'OutOfTime', message: 'the time was up before its turn came' });
  await expect(calls.make(call, { pace: new Pace({ perSecond: 1_000, burst: 1 }) })).rejects.toMatchObject({ name: 'OutOfTime' });
  expect(call).not.toHaveBeenCalled();
});

test('throttling of another call does not slow down the one that ends targets', async () => {
  const [pace, other] = [new Pace({ perSecond: 2, burst: 1 }), new Pace({ perSecond: 1_000, burst: 1 })];
  await time.until(new Hasty({ pace }).make(failing(THROTTLED, 1), { pace: other }));
  expect(await pace.turn(performance.now() + 100)).toBe(true);
});

describe('every call takes one turn', () => {
  /** How many turns a run of three targets took at its own pace, and at that of another call. */
  async function turns(end: (calls: Parameters<Operation['end']>[1], other: Pace) => Promise<unknown>): Promise<[number, number]> {
    const other = new Pace({ perSecond: 1_000, burst: 1 });
    const tally = new Tally();
    const drain = new Drain({
      ...NO_RUN,
      tally,
      operation: {
        async end(_, calls) {
          await end(calls, other);
          return 'ended';
        },
        close: () => undefined,
      },
      count: 3,
      maxTargets: 3,
      pace: new Pace({ perSecond: 1_000, burst: 1 }),
      deadline: performance.now() + 60_000,
    });
    const [own, others] = [drain.pace, other].map((pace) => jest.spyOn(pace, 'turn'));
    await time.until(drain.run(these('a', 'b', 'c')));
    expect(tally).toMatchObject({ ended: 3 });
    return [own.mock.calls.length, others.mock.calls.length];
  }

  const call = async () => 'done';

  test('the first', async () => {
    expect(await turns((calls) => calls.make(call))).toEqual([3, 0]);
  });
  test('the second another', async () => {
    expect(
      await turns(async (calls) => {
        await calls.make(call);
        await calls.make(call);
      }),
    ).toEqual([6, 0]);
  });
  test('another call one at its own pace', async () => {
    expect(
      await turns(async (calls, other) => {
        await calls.make(call, { pace: other });
        await calls.make(call);
      }),
    ).toEqual([3, 3]);
  });
  test('and a call that is made again', async () => {
    const pace = new Pace({ perSecond: 1_000, burst: 1 });
    const turn = jest.spyOn(pace, 'turn');
    await time.until(new Hasty({ pace }).make(failing(FAULT, 2)));
    expect(turn).toHaveBeenCalledTimes(3);
  });
});
