import { setTimeout as sleep } from 'node:timers/promises';
import { Pace, Paces, type Rate } from '../../lambda/run/pace';
import { reportProgress, type ProgressReport } from '../../lambda/run/progress';

/** How many turns come within so many seconds; known at once, so no figure depends on how fast the machine is. */
async function turnsWithin(seconds: number, pace: Pace): Promise<number> {
  const deadline = performance.now() + seconds * 1000;
  let turns = 0;
  const late = Symbol('late');
  for (;;) {
    // A turn that is to come is waited for, one that would come too late is refused at once.
    const refused = await Promise.race([pace.turn(deadline).then((granted) => !granted), sleep(0, late)]);
    if (refused === true) return turns;
    turns += 1;
  }
}

const pace = (rate: Rate) => new Pace(rate);

test('lets so many calls begin at once, and then so many a second', async () => {
  expect(await turnsWithin(0.05, pace({ perSecond: 10, burst: 4 }))).toBe(4);
  const turns = await turnsWithin(2, pace({ perSecond: 10, burst: 4 }));
  expect(turns).toBeGreaterThanOrEqual(23);
  expect(turns).toBeLessThanOrEqual(24);
});

test('a refused turn costs nothing', async () => {
  const one = pace({ perSecond: 1, burst: 1 });
  expect(await one.turn(performance.now() + 50)).toBe(true);
  for (let n = 0; n < 10; n += 1) expect(await one.turn(performance.now() + 50)).toBe(false);
  expect(await one.turn(performance.now() + 1_050)).toBe(true);
});

test('after throttling there is no burst and half the rate, which recovers by a twentieth of the full one each second', async () => {
  const slowed = pace({ perSecond: 100, burst: 50 });
  slowed.slowDown();
  const turns = await turnsWithin(1, slowed);
  expect(turns).toBeGreaterThanOrEqual(45);
  expect(turns).toBeLessThanOrEqual(55);
});

test('calls that were under way when one was throttled do not slow it further', async () => {
  const slowed = pace({ perSecond: 100, burst: 1 });
  for (let n = 0; n < 10; n += 1) slowed.slowDown();
  expect(await turnsWithin(1, slowed)).toBeGreaterThanOrEqual(45);
});

test('a call has one bucket, whoever makes it, and another call another', () => {
  const paces = new Paces();
  const rate = { perSecond: 1, burst: 1 };
  expect(paces.of('GetManagedThing', rate)).toBe(paces.of('GetManagedThing', rate));
  expect(paces.of('GetManagedThing', rate)).not.toBe(paces.of('ListManagedThings', rate));
});

test('progress is reported every ten seconds, with the rate of the last ten and the time that is left at that rate', () => {
  jest.useFakeTimers();
  try {
    const reports: ProgressReport[] = [];
    let done = 0;
    const stop = reportProgress(() => ({ done, total: 1_000, underWay: 2 }), (report) => reports.push(report));
    for (const now of [200, 200, 650]) {
      done = now;
      jest.advanceTimersByTime(10_000);
    }
    stop();
    jest.advanceTimersByTime(60_000);
    expect(reports).toEqual([
      { done: 200, total: 1_000, underWay: 2, perSecond: 20, secondsLeft: 40 },
      { done: 200, total: 1_000, underWay: 2, perSecond: 0, secondsLeft: undefined },
      { done: 650, total: 1_000, underWay: 2, perSecond: 45, secondsLeft: 8 },
    ]);
  } finally {
    jest.useRealTimers();
  }
});
