import { setTimeout as sleep } from 'node:timers/promises';
import { Drain } from '../../lambda/run/drain';
import { Pace } from '../../lambda/calls/pace';
import type { Operation } from '../../lambda/run/service';
import { Tally } from '../../lambda/run/tally';
import * as drained from '../support/drain-run';
import { virtualTime } from '../support/virtual-time';

/* No figure here depends on how fast the machine is: time passes only where all wait for it. */

const { NO_RUN } = drained;
const time = virtualTime();
const run: typeof drained.run = (...how) => time.until(drained.run(...how));
const runOperation: typeof drained.runOperation = (...how) => time.until(drained.runOperation(...how));

function throttled() {
  return Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });
}

test('ends each target once, however often it is listed', async () => {
  const ended: string[] = [];
  const result = await run(['a', 'b', 'a'], async (target) => {
    ended.push(target);
    return 'ended';
  });
  expect(ended).toEqual(['a', 'b']);
  expect(result).toMatchObject({ ended: 2, alreadyGone: 0, failed: 0, left: 0, targets: 2 });
});

test('a failure stops no other, and is told of by the label', async () => {
  const result = await run(['one', 'secret-token', 'three'], async (target) => {
    if (target === 'secret-token') throw new Error('is not known');
    return 'alreadyGone';
  });
  expect(result).toMatchObject({ alreadyGone: 2, failed: 1, failures: ['<secret-token> Error: is not known'] });
});

test('what the service would refuse is not sent', async () => {
  const end = jest.fn(async () => 'ended' as const);
  const result = await run(['bad', 'good'], end, { problemOf: (target) => (target === 'bad' ? 'has a fault' : undefined) });
  expect(end.mock.calls).toEqual([['good']]);
  expect(result).toMatchObject({ ended: 1, failed: 1, failures: ['<bad> InvalidTarget: has a fault'] });
});

test.each([
  ['throttling', throttled()],
  ['a fault of the service', Object.assign(new Error('oops'), { name: 'InternalFailureException', $metadata: { httpStatusCode: 500 } })],
  ['a reset connection', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
  ['a call that timed out', Object.assign(new Error('timeout'), { name: 'TimeoutError' })],
])("%s is tried again, later than AWS IoT's one second for a client id", async (_, error) => {
  const calls: number[] = [];
  const result = await run(['a'], async () => {
    if (calls.push(performance.now()) === 1) throw error;
    return 'ended';
  });
  expect(result).toMatchObject({ ended: 1, failed: 0 });
  expect(calls[1] - calls[0]).toBeGreaterThan(1_000);
});

test('a source that has grown beyond maxTargets since it was counted is not followed', async () => {
  const end = jest.fn(async () => 'ended' as const);
  const result = await run(['one', 'two', 'one', 'third', 'fourth'], end, { maxTargets: 2 });
  expect(end.mock.calls).toEqual([['one'], ['two']]);
  expect(result).toMatchObject({
    ended: 2,
    failed: 2,
    left: 0,
    failures: ['third', 'fourth'].map((id) => `<${id}> InvalidTarget: came when maxTargets had been reached: the source has grown since it was counted`),
  });
});

test('a failure of a target without a name keeps its words', async () => {
  expect(await run([''], async () => Promise.reject(new Error('is empty')))).toMatchObject({ failures: ['<> Error: is empty'] });
});

test('whoever connected again is told by label', async () => {
  const onReconnected = jest.fn();
  expect(await run(['stays', 'back'], async (target) => (target === 'back' ? 'reconnected' : 'ended'), { onReconnected })).toMatchObject({
    ended: 1,
    reconnected: 1,
  });
  expect(onReconnected.mock.calls).toEqual([['<back>']]);
});

test('targets that vanished after they were counted were not left out', async () => {
  expect(await run(['one'], async () => 'ended', { count: 3 })).toMatchObject({ ended: 1, left: 0, targets: 1 });
});

test('a source that goes on waiting ends when the time is up', async () => {
  async function* stuck() {
    yield { id: 'one' };
    await sleep(5_000);
    yield { id: 'two' };
  }
  const tally = new Tally();
  const started = performance.now();
  await time.until(
    new Drain({
      ...NO_RUN,
      operation: { end: async () => 'ended', close: () => undefined },
      tally,
      count: 2,
      maxTargets: 2,
      pace: new Pace({ perSecond: 100, burst: 1 }),
      deadline: started + 300,
    }).run(stuck()),
  );
  expect(performance.now() - started).toBeLessThan(400);
  expect(tally.counts).toMatchObject({ ended: 1, left: 1 });
});

test('what cannot succeed is not tried again', async () => {
  const end = jest.fn(async () => {
    throw Object.assign(new Error('no'), { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } });
  });
  expect(await run(['a'], end)).toMatchObject({ failed: 1 });
  expect(end).toHaveBeenCalledTimes(1);
});

test('when the time is up nothing begins, and what is left is counted at once', async () => {
  const end = jest.fn(async () => 'ended' as const);
  const targets = Array.from({ length: 300 }, (_, n) => `t${n}`);
  const result = await run(targets, end, { pace: new Pace({ perSecond: 20, burst: 1 }), deadline: performance.now() + 500 });
  expect(result).toMatchObject({ ended: end.mock.calls.length, left: 300 - end.mock.calls.length, targets: 300 });
  expect(end.mock.calls.length).toBeGreaterThan(8);
  expect(end.mock.calls.length).toBeLessThanOrEqual(11);
});

test('when the time is up the source is read no further, and what it has grown by is not passed over', async () => {
  let read = 0;
  async function* growing() {
    for (let n = 0; n < 100; n += 1) yield { id: `t${(read += 1)}` };
  }
  const tally = new Tally();
  await time.until(
    new Drain({
      ...NO_RUN,
      operation: { end: (_, calls) => calls.make(async () => 'ended' as const), close: () => undefined },
      tally,
      count: 1,
      maxTargets: 1_000,
      pace: new Pace({ perSecond: 1, burst: 1 }),
      deadline: performance.now() + 500,
    }).run(growing()),
  );
  expect(tally).toMatchObject({ ended: 1, left: 1 });
  expect(read).toBe(2);
});

test('throttled to the end of the time, a target fails with that', async () => {
  const result = await run(['one'], async () => Promise.reject(throttled()), { deadline: performance.now() + 500 });
  expect(result).toMatchObject({ failed: 1, throttled: 1, failures: ['<one> ThrottlingException: Rate exceeded'] });
});

test('a target whose next call had no turn in time is left, and has not failed', async () => {
  const operation: Operation = {
    async end(_, calls) {
      await calls.make(async () => undefined);
      await calls.make(async () => undefined);
      return 'ended';
    },
    close: () => undefined,
  };
  expect(await runOperation(['one'], operation, { pace: new Pace({ perSecond: 0.1, burst: 1 }), deadline: performance.now() + 300 })).toMatchObject({
    ended: 0,
    failed: 0,
    left: 1,
    failures: [],
  });
});

test('at most 500 calls are under way at once, while any number of targets wait', async () => {
  let [calling, most, waiting] = [0, 0, 0];
  let release: () => void;
  let goOn: () => void;
  const all = new Promise<void>((resolve) => (goOn = resolve));
  const full = new Promise<void>((resolve) => {
    // Time for those that are too many.
    release = () => void sleep(100).then(resolve);
  });
  const operation: Operation = {
    async end(_, calls) {
      await calls.make(async () => {
        most = Math.max(most, (calling += 1));
        if (calling === 500) release();
        await full;
        calling -= 1;
      });
      if ((waiting += 1) === 700) goOn();
      await all;
      return 'ended';
    },
    close: () => undefined,
  };
  const targets = Array.from({ length: 700 }, (_, n) => `t${n}`);
  expect(await runOperation(targets, operation, { pace: new Pace({ perSecond: 100_000, burst: 1_000 }) })).toMatchObject({ ended: 700 });
  expect(most).toBe(500);
});

test('at most 10,000 targets are under way, however quick the pace', async () => {
  let inside = 0;
  let most = 0;
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const operation: Operation = {
    async end(_, calls) {
      await calls.make(async () => undefined);
      most = Math.max(most, (inside += 1));
      // Those that come too many would wait in vain.
      if (inside === 10_000) setTimeout(release, 100);
      await gate;
      inside -= 1;
      return 'ended';
    },
    close: () => undefined,
  };
  const targets = Array.from({ length: 10_050 }, (_, n) => `t${n}`);
  const pace = new Pace({ perSecond: 1_000_000, burst: 20_000 });
  expect(await runOperation(targets, operation, { maxTargets: 20_000, pace })).toMatchObject({ ended: 10_050 });
  expect(most).toBe(10_000);
});

test('throttling slows all of the run down', async () => {
  let calls = 0;
  const targets = Array.from({ length: 40 }, (_, n) => `t${n}`);
  const started: number[] = [];
  await run(
    targets,
    async () => {
      started.push(performance.now());
      if ((calls += 1) === 1) throw throttled();
      await sleep(1);
      return 'ended';
    },
    { pace: new Pace({ perSecond: 100, burst: 1 }) },
  );
  // At full pace the targets after the first would take 390 ms, at half of it 780.
  expect(started[39] - started[1]).toBeGreaterThan(600);
});
