import { setTimeout as sleep } from 'node:timers/promises';
import { Semaphore } from '../../lambda/calls/concurrency';

/* So many calls are under way at once, in their order. */

test('so many are inside at once, and others come in in their order, also after one that failed', async () => {
  const room = new Semaphore(2);
  const entered: number[] = [];
  let inside = 0;
  let most = 0;
  const visit = (n: number) =>
    room.whileInside(async () => {
      entered.push(n);
      most = Math.max(most, (inside += 1));
      await sleep(5);
      inside -= 1;
      if (n === 1) throw new Error('no');
      return n;
    });
  const visits = await Promise.allSettled([0, 1, 2, 3, 4].map(visit));
  expect(visits.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(entered).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
  // Whoever has left is forgotten.
  await Promise.all([5, 6, 7].map(visit));
  expect(most).toBe(2);
});
