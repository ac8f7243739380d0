import { setTimeout as sleep } from 'node:timers/promises';
import { Drain, type DrainOptions } from '../../lambda/run/drain';
import type { Ending, Operation } from '../../lambda/run/service';
import { Tally } from '../../lambda/run/tally';

/* No figure here depends on how fast the machine is: the operations are counted, not timed. */

async function* these(...targets: string[]) {
  yield* targets;
}

function throttled() {
  return Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });
}

function run(targets: string[], end: (target: string) => Promise<Ending>, options: Partial<DrainOptions> = {}) {
  return runOperation(targets, { end: (target, calls) => calls.make(() => end(target)), close: () => undefined }, options);
}

async function runOperation(targets: string[], operation: Operation, options: Partial<DrainOptions> = {}) {
  const failures: string[] = [];
  const tally = new Tally();
  await new Drain({
    operation, tally, count: new Set(targets).size, maxTargets: 1_000, rate: { perSecond: 1_000, burst: 1 }, deadline: performance.now() + 60_000,
    label: (target) => `<${target}>`,
    onFailure: (target, { name, message }) => failures.push(`${target} ${name}: ${message}`),
    ...options,
  }).run(these(...targets));
  return { ...tally.counts, throttled: tally.throttled, failures };
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

test('a failure stops no other, and shows the label in place of the target', async () => {
  const result = await run(['one', 'secret-token', 'three'], async (target) => {
    if (target === 'secret-token') throw new Error('secret-token is not known, no secret-token is');
    return 'alreadyGone';
  });
  expect(result).toMatchObject({ alreadyGone: 2, failed: 1, failures: ['<secret-token> Error: <secret-token> is not known, no <secret-token> is'] });
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
])('%s is tried again, later than AWS IoT\'s one second for a client id', async (_, error) => {
  const calls: number[] = [];
  const result = await run(['a'], async () => {
    if (calls.push(performance.now()) === 1) throw error;
    return 'ended';
  });
  expect(result).toMatchObject({ ended: 1, failed: 0 });
  expect(calls[1] - calls[0]).toBeGreaterThan(1_000);
}, 20_000);

test('a source that has grown beyond maxTargets since it was counted is not followed', async () => {
  const end = jest.fn(async () => 'ended' as const);
  const result = await run(['one', 'two', 'one', 'third', 'fourth'], end, { maxTargets: 2 });
  expect(end.mock.calls).toEqual([['one'], ['two']]);
  expect(result).toMatchObject({
    ended: 2, failed: 2, left: 0, failures: ['third', 'fourth'].map((id) => `<${id}> InvalidTarget: came when maxTargets had been reached: the source has grown since it was counted`),
  });
});

test('targets that vanished after they were counted were not left out', async () => {
  expect(await run(['one'], async () => 'ended', { count: 3 })).toMatchObject({ ended: 1, left: 0, targets: 1 });
});

test('a source that goes on waiting ends when the time is up', async () => {
  async function* stuck() {
    yield 'one';
    await sleep(5_000, undefined, { ref: false });
    yield 'two';
  }
  const tally = new Tally();
  const started = performance.now();
  await new Drain({
    operation: { end: async () => 'ended', close: () => undefined }, tally, count: 2, maxTargets: 2, rate: { perSecond: 100, burst: 1 },
    deadline: started + 300, label: (target) => target, onFailure: () => undefined,
  }).run(stuck());
  expect(performance.now() - started).toBeLessThan(4_000);
  expect(tally.counts).toMatchObject({ ended: 1, left: 1 });
});

describe('what must end first', () => {
  const children: Record<string, string[]> = { hub: ['a', 'b'], other: ['b', 'c'] };
  const dependents = (target: string) => these(...children[target] ?? []);

  test('ends first, once, and counts', async () => {
    const ended: string[] = [];
    const result = await run(['hub', 'other', 'a'], async (target) => {
      await sleep(target === 'b' ? 50 : 5);
      ended.push(target);
      return 'ended';
    }, { dependents, count: 5 });
    expect(ended.slice().sort()).toEqual(['a', 'b', 'c', 'hub', 'other']);
    expect(ended.slice(-2).sort()).toEqual(['hub', 'other']);
    expect(result).toMatchObject({ ended: 5, left: 0 });
  });

  test('may fail, and what comes after is tried all the same', async () => {
    const result = await run(['hub'], async (target) => {
      if (target === 'a') throw new Error('no');
      return 'ended';
    }, { dependents, count: 3 });
    expect(result).toMatchObject({ ended: 2, failed: 1 });
  });

  test('holds nobody beyond the time, not even where two wait for each other', async () => {
    const result = await run(['hub'], async () => 'ended', {
      count: 2, dependents: (target) => these(target === 'hub' ? 'hub-2' : 'hub'), deadline: performance.now() + 300,
    });
    expect(result).toMatchObject({ ended: 0, failed: 2 });
    expect(result.failures.every((failure) => failure.includes('OutOfTime: the time was up before'))).toBe(true);
  });
});

test('what can only wait for others knows when there are none left that could change something', async () => {
  const order: string[] = [];
  const operation: Operation = {
    async end(target, calls) {
      await calls.make(async () => undefined);
      if (!target.startsWith('last')) await sleep(60);
      else while (calls.hasOthers) await calls.pauseForOthers(10);
      order.push(target);
      return 'ended';
    },
    close: () => undefined,
  };
  await runOperation(['last-1', 'a', 'b', 'last-2'], operation);
  expect(order.slice(0, 2)).toEqual(['a', 'b']);
  expect(order).toHaveLength(4);
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
  const result = await run(targets, end, { rate: { perSecond: 20, burst: 1 }, deadline: performance.now() + 500 });
  expect(end.mock.calls.length).toBeLessThanOrEqual(11);
  expect(result).toMatchObject({ ended: end.mock.calls.length, left: 300 - end.mock.calls.length, targets: 300 });
});

test('throttled to the end of the time, a target fails with that', async () => {
  const result = await run(['one'], async () => Promise.reject(throttled()), { deadline: performance.now() + 500 });
  expect(result).toMatchObject({ failed: 1, failures: ['<one> ThrottlingException: Rate exceeded'] });
});

test('throttling slows all of the run down', async () => {
  let calls = 0;
  const targets = Array.from({ length: 40 }, (_, n) => `t${n}`);
  const started: number[] = [];
  await run(targets, async () => {
    started.push(performance.now());
    if ((calls += 1) === 1) throw throttled();
    await sleep(1);
    return 'ended';
  }, { rate: { perSecond: 100, burst: 1 } });
  // At full pace the targets after the first would take 390 ms, at half of it 780.
  expect(started[39] - started[1]).toBeGreaterThan(600);
}, 20_000);
