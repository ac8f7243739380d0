import { Pace, Paces, type Rate } from '../../lambda/calls/pace';
import { progressReports, whileWaitingFor } from '../../lambda/run/progress';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** How many of many callers get their turn in so many seconds. */
async function turnsWithin(seconds: number, pace: Pace, deadline = performance.now() + seconds * 1000 + 1): Promise<number> {
  let turns = 0;
  for (let caller = 0; caller < 1_000; caller += 1) void pace.turn(deadline).then((granted) => (turns += Number(granted)));
  await jest.advanceTimersByTimeAsync(seconds * 1000 + 1);
  return turns;
}

const pace = (rate: Rate) => new Pace(rate);

test('lets so many calls begin at once, and then so many a second', async () => {
  expect(await turnsWithin(0, pace({ perSecond: 10, burst: 4 }))).toBe(4);
  expect(await turnsWithin(30, pace({ perSecond: 10, burst: 4 }))).toBe(304);
  expect(await turnsWithin(30, pace({ perSecond: 2.7, burst: 1 }))).toBe(82);
});

test('a pause gives back the burst, and no more than half a call on top', async () => {
  const rested = pace({ perSecond: 10, burst: 4 });
  await jest.advanceTimersByTimeAsync(60_000);
  expect(await turnsWithin(0, rested)).toBe(4);
});

test('turns come in the order in which they are asked for', async () => {
  const one = pace({ perSecond: 10, burst: 1 });
  const order: number[] = [];
  for (const n of [1, 2, 3]) void one.turn(Infinity).then(() => order.push(n));
  await jest.advanceTimersByTimeAsync(1_000);
  expect(order).toEqual([1, 2, 3]);
});

test('whoever would have to wait beyond the deadline is told so when it comes, and costs the others nothing', async () => {
  const one = pace({ perSecond: 1, burst: 1 });
  expect(await turnsWithin(5, one, performance.now() + 2_500)).toBe(3);
  expect(await turnsWithin(0, one)).toBe(1);
});

test('after throttling there is no burst and half the rate, which recovers by a twentieth of the full one each second', async () => {
  const slowed = pace({ perSecond: 100, burst: 50 });
  slowed.slowDown();
  expect(await turnsWithin(0, slowed)).toBe(0);
  const turns = await turnsWithin(1, slowed);
  expect(turns).toBeGreaterThanOrEqual(50);
  expect(turns).toBeLessThanOrEqual(55);
  // From half the rate in ten seconds: 75 a second on average.
  const recovering = pace({ perSecond: 10, burst: 1 });
  recovering.slowDown();
  const inTenSeconds = await turnsWithin(10, recovering);
  expect(inTenSeconds).toBeGreaterThanOrEqual(73);
  expect(inTenSeconds).toBeLessThanOrEqual(79);
  expect(await turnsWithin(10, recovering)).toBe(100);
});

test('those that wait already are slowed down as well, and come sooner when the pace has recovered', async () => {
  const waitedFor = pace({ perSecond: 10, burst: 1 });
  let turns = 0;
  for (let caller = 0; caller < 1_000; caller += 1) void waitedFor.turn(Infinity).then(() => (turns += 1));
  waitedFor.slowDown();
  await jest.advanceTimersByTimeAsync(1_000);
  expect(turns).toBeLessThanOrEqual(7);
  await jest.advanceTimersByTimeAsync(29_000);
  expect(turns).toBeGreaterThan(270);
});

test('calls that were under way when one was throttled do not slow it further', async () => {
  const slowed = pace({ perSecond: 100, burst: 1 });
  for (let n = 0; n < 10; n += 1) slowed.slowDown();
  expect(await turnsWithin(1, slowed)).toBeGreaterThanOrEqual(45);
});

test('throttled again, it slows down from where it has come to', async () => {
  const slowed = pace({ perSecond: 100, burst: 1 });
  slowed.slowDown();
  await jest.advanceTimersByTimeAsync(1_000);
  slowed.slowDown();
  const turns = await turnsWithin(1, slowed);
  expect(turns).toBeGreaterThanOrEqual(26);
  expect(turns).toBeLessThanOrEqual(34);
});

test('throttled again when it has recovered, it slows down to half of what it has come to', async () => {
  const slowed = pace({ perSecond: 100, burst: 1 });
  slowed.slowDown();
  // From 50 to 90 a second, and so to 45; half of what it was slowed down to would be 25.
  await jest.advanceTimersByTimeAsync(8_000);
  slowed.slowDown();
  const turns = await turnsWithin(1, slowed);
  expect(turns).toBeGreaterThanOrEqual(45);
  expect(turns).toBeLessThanOrEqual(51);
});

test('however often it is throttled, a twentieth of the rate is left', async () => {
  const slowed = pace({ perSecond: 40, burst: 1 });
  for (let n = 0; n < 20; n += 1) {
    slowed.slowDown();
    await jest.advanceTimersByTimeAsync(1_000);
  }
  expect(await turnsWithin(1, slowed)).toBeGreaterThanOrEqual(2);
});

test('a call has one bucket, whoever makes it, and another call another', () => {
  const paces = new Paces();
  const rate = { perSecond: 1, burst: 1 };
  expect(paces.of('GetManagedThing', rate)).toBe(paces.of('GetManagedThing', rate));
  expect(paces.of('GetManagedThing', rate)).not.toBe(paces.of('ListManagedThings', rate));
});

test('progress is told every ten seconds, with the rate of the last ten and the time that is left at that rate', async () => {
  let done = 0;
  let finish: (value: string) => void;
  const work = new Promise<string>((resolve) => (finish = resolve));
  const report = progressReports(() => ({ done, total: 1_000, underWay: 2 }));
  const reports: unknown[] = [];
  const result = whileWaitingFor(work, () => reports.push(report()));
  for (const now of [200, 200, 650]) {
    done = now;
    await jest.advanceTimersByTimeAsync(10_000);
  }
  finish!('done');
  expect(await result).toBe('done');
  await jest.advanceTimersByTimeAsync(60_000);
  expect(reports).toEqual([
    { done: 200, total: 1_000, underWay: 2, perSecond: 20, secondsLeft: 40 },
    { done: 200, total: 1_000, underWay: 2, perSecond: 0, secondsLeft: undefined },
    { done: 650, total: 1_000, underWay: 2, perSecond: 45, secondsLeft: 8 },
  ]);
});
