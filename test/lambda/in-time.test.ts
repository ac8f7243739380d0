import { setTimeout as sleep } from 'node:timers/promises';
import { inTime } from '../../lambda/calls/in-time';
import { virtualTime } from '../support/virtual-time';

/* A source is read until the time is up, and closed. */

const time = virtualTime();
let closed: boolean;
async function* source() {
  try {
    yield* ['one', 'two', 'three'];
  } finally {
    closed = true;
  }
}
beforeEach(() => {
  closed = false;
});

function taken(deadline: number, each: () => Promise<unknown>): Promise<{ items: string[]; late: boolean }> {
  const items: string[] = [];
  let late = false;
  async function take() {
    for await (const item of inTime(source(), deadline, () => (late = true))) {
      items.push(item);
      await each();
    }
    return { items, late };
  }
  return time.until(take());
}

test('a source that is done in time is passed on whole', async () => {
  expect(await taken(performance.now() + 10_000, async () => undefined)).toEqual({ items: ['one', 'two', 'three'], late: false });
  expect(closed).toBe(true);
});

test('a source is closed when the time is up, and whoever reads it is told', async () => {
  expect(await taken(performance.now() + 100, () => sleep(150))).toEqual({ items: ['one'], late: true });
  expect(closed).toBe(true);
});

test('a source is closed when nobody reads on', async () => {
  await expect(taken(performance.now() + 10_000, () => Promise.reject(new Error('enough')))).rejects.toThrow('enough');
  expect(closed).toBe(true);
});
