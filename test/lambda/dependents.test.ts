import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from '../../lambda/run/service';
import { run, runOperation, these } from '../support/drain-run';

/* Who waits for whom in a run. */

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

  test('joins a run whose listed targets are all under way', async () => {
    const ended: string[] = [];
    const slowly = async function* (target: string) {
      if (target !== 'hub') return;
      await sleep(50);
      yield 'late';
    };
    expect(await run(['hub', 'lamp'], async (target) => {
      if (target === 'late') await sleep(50);
      ended.push(target);
      return 'ended';
    }, { dependents: slowly, count: 3 })).toMatchObject({ ended: 3, left: 0 });
    expect(ended).toEqual(['lamp', 'late', 'hub']);
  });

  test('is under way to its end, though what comes after did not wait so long', async () => {
    const late = async function* (target: string) {
      if (target !== 'hub') return;
      yield 'early';
      await sleep(50);
      yield 'late';
    };
    const end = async (target: string) => sleep(target === 'late' ? 400 : 0, 'ended' as const);
    expect(await run(['hub'], end, { dependents: late, count: 3, deadline: performance.now() + 200 }))
      .toMatchObject({ ended: 2, failed: 1, left: 0, failures: [expect.stringContaining('<hub> OutOfTime')] });
  });

  test('may itself wait for the others, of which the one that it holds up is none', async () => {
    const ended: string[] = [];
    const waits: Operation = {
      async end(target, calls) {
        await calls.make(async () => undefined);
        while (target === 'a' && calls.hasOthers && await calls.pauseForOthers(10)) continue;
        ended.push(target);
        return 'ended';
      },
      close: () => undefined,
    };
    const begun = performance.now();
    expect(await runOperation(['hub', 'lamp'], waits, { dependents, count: 4, deadline: begun + 2_000 })).toMatchObject({ ended: 4 });
    expect(performance.now() - begun).toBeLessThan(1_500);
    expect(ended.slice(2)).toEqual(['a', 'hub']);
  });

  test('and has no turn any more, keeps what comes after from being ended', async () => {
    const end = jest.fn(async () => 'ended' as const);
    const result = await run(['hub'], end, { dependents, count: 3, rate: { perSecond: 1, burst: 1 }, deadline: performance.now() + 500 });
    expect(end.mock.calls).toEqual([['a']]);
    expect(result).toMatchObject({ ended: 1, failed: 1, left: 1, failures: ['<hub> OutOfTime: the time was up before those that must end first had ended'] });
  });

  test('holds nobody beyond the time, not even where two wait for each other', async () => {
    const result = await run(['hub'], async () => 'ended', {
      count: 2, dependents: (target) => these(target === 'hub' ? 'hub-2' : 'hub'), deadline: performance.now() + 300,
    });
    expect(result).toMatchObject({ ended: 0, failed: 2 });
    expect(result.failures[0]).toContain('OutOfTime: the time was up before those that must end first had ended');
    expect(result.failures[1]).toContain('OutOfTime: the time was up before');
  });
});

test('what can only wait for others knows when there are none left that could change something', async () => {
  const order: string[] = [];
  const operation: Operation = {
    async end(target, calls) {
      await calls.make(async () => undefined);
      if (!target.startsWith('last')) await sleep(60);
      else while (calls.hasOthers && await calls.pauseForOthers(10));
      order.push(target);
      return 'ended';
    },
    close: () => undefined,
  };
  await runOperation(['last-1', 'a', 'b', 'last-2'], operation);
  expect(order.slice(0, 2)).toEqual(['a', 'b']);
  expect(order).toHaveLength(4);
});
