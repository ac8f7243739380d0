import fc from 'fast-check';
import { InOrder } from '../../lambda/long/in-order';
import { BEGINNING, Past, rankOf, type Place } from '../../lambda/long/place';
import type { Target } from '../../lambda/targets/target';

/* That a run which is carried on from a place neither forgets a target nor begins again with one that has ended, however it was cut. */

async function* source(ids: readonly string[], slowly = false): AsyncGenerator<Target> {
  for (const id of ids) {
    if (slowly) await new Promise(setImmediate);
    yield { id };
  }
}

/** A source that says when it was read to its end. */
function watched(ids: readonly string[], slowly?: boolean) {
  let onAllRead: () => void;
  const allAreRead = new Promise<void>((resolve) => (onAllRead = resolve));
  async function* read() {
    yield* source(ids, slowly);
    // Whoever reads comes to know of the end a turn later.
    setImmediate(onAllRead);
  }
  return { read, allAreRead };
}

/** Of which an invocation comes to the end. */
const FEW = { count: 1, pace: { perSecond: 1 }, deadline: Infinity };

const all = (count: number) => Array.from({ length: count }, (_, n) => `client-${n}`);

/** Gives out so many, settles those that `settles` names, and says where that leaves the run. */
async function stretch(from: Place, ids: readonly string[], most: number, settles: (id: string) => boolean, slowly = false, held?: number) {
  const order = new InOrder(FEW, JSON.parse(JSON.stringify(from)), held);
  const given: Target[] = [];
  let isOver = true;
  for await (const target of order.of(() => source(ids, slowly))) {
    if (given.length === most) {
      isOver = false;
      break;
    }
    given.push(target);
    order.called(target.id);
    if (settles(target.id)) order.settle(target.id, { ending: 'ended' });
  }
  return { given, isOver, ...order.rest };
}

test('targets come in the order of their ranks once all are known, and the next of those that are known until then', async () => {
  const ids = all(50);
  const given: string[] = [];
  const { read, allAreRead } = watched(ids);
  for await (const { id } of new InOrder(FEW).of(read)) {
    given.push(id);
    if (given.length === 1) await allAreRead;
  }
  expect([...given].sort()).toEqual([...ids].sort());
  const ranks = given.slice(1).map(rankOf);
  expect(ranks).toEqual([...ranks].sort());
});

test('each target is given out until it has settled, and never again, wherever the run is cut and whatever the source does meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 60 }),
      fc.array(fc.record({ most: fc.integer({ min: 1, max: 25 }), fails: fc.integer({ min: 2, max: 9 }), slowly: fc.boolean(), order: fc.integer() }), {
        minLength: 4,
        maxLength: 8,
      }),
      fc.integer({ min: 3, max: 70 }),
      async (count, stretches, held) => {
        const ids = all(count);
        const settled = new Set<string>();
        let place = BEGINNING;
        let isOver = false;
        for (let n = 0; n < 200 && !isOver; n += 1) {
          const { most, fails, slowly, order } = stretches[n % stretches.length];
          const turned = n >= stretches.length * 2;
          const settles = (id: string) => turned || Number(`0x${rankOf(id + n).slice(0, 6)}`) % fails !== 0;
          // In another order each time, as a listing may be.
          const shuffled = [...ids].sort((one, other) => (rankOf(one + order) < rankOf(other + order) ? -1 : 1));
          const result = await stretch(
            place,
            shuffled,
            most,
            (id) => {
              expect([...settled]).not.toContain(id);
              if (settles(id)) settled.add(id);
              return settles(id);
            },
            slowly,
            held,
          );
          ({ place } = result);
          isOver = result.isOver && turned;
        }
        expect(settled.size).toBe(count);
      },
    ),
    { numRuns: 150 },
  );
});

test('what was called and has not ended says when it was called; what was not yet called says nothing', async () => {
  const ids = all(2_000);
  const before = Math.floor(Date.now() / 1000) * 1000;
  const first = await stretch(BEGINNING, ids, 1_500, (id) => Number(id.slice(7)) % 2 === 0);
  const second = await stretch(first.place, ids, Infinity, () => true);
  const again = second.given.filter(({ calledAt }) => calledAt !== undefined);
  const unended = first.given.filter(({ id }) => Number(id.slice(7)) % 2 === 1).map(({ id }) => id);
  expect(again.map(({ id }) => id)).toEqual(expect.arrayContaining(unended));
  for (const { calledAt } of again) expect(calledAt! >= before && calledAt! <= Date.now() + 1_000).toBe(true);
});

test('who was called before lower ranks were read counts as called, and is told of when its source lists it no more', async () => {
  const ids = all(50).sort((one, other) => (rankOf(one) > rankOf(other) ? -1 : 1));
  const order = new InOrder(FEW);
  const { read, allAreRead } = watched(ids, true);
  for await (const { id } of order.of(read)) {
    expect(id).toBe(ids[0]);
    order.called(id);
    await allAreRead;
    break;
  }
  const { place } = order.rest;
  expect(new Past(place).of(rankOf(ids[0]))!.calledAt).toBeDefined();
  const then = new InOrder(FEW, place);
  for await (const { id } of then.of(() => source(ids.slice(1)))) then.settle(id, { ending: 'ended' });
  expect(then.unlisted).toBe(1);
});

test('who was called and not seen to end is told of when its source lists it no more, unless somebody found it all the same', async () => {
  const ids = all(2_000);
  const isOdd = (id: string) => Number(id.slice(7)) % 2 === 1;
  const { place } = await stretch(BEGINNING, ids, 1_500, (id) => !isOdd(id));
  const after = async (listed: readonly string[], ...reopened: string[]) => {
    const order = new InOrder(FEW, place);
    expect(order.unlisted).toBe(0);
    for await (const { id } of order.of(() => source(listed))) order.settle(id, { ending: 'ended' });
    for (const id of reopened) order.reopen(id, true);
    return order.unlisted;
  };
  expect(await after(ids)).toBe(0);
  const called = ids.filter((id) => new Past(place).of(rankOf(id))?.calledAt !== undefined);
  const [one, other] = called.filter(isOdd);
  expect(await after(ids.filter((id) => id !== one && id !== other))).toBe(2);
  expect(
    await after(
      ids.filter((id) => id !== one && id !== other),
      one,
    ),
  ).toBe(1);
  // What was forgotten must be found as well: it was given back.
  expect(await after(ids.filter((id) => !called.includes(id)))).toBe(called.length);
});

test('a place stays below 8 KB, whatever is pending of however many, and names no target', async () => {
  for (const settles of [() => true, () => false, (id: string) => Number(id.slice(7)) % 3 > 0]) {
    const { place } = await stretch(BEGINNING, all(40_000), 30_000, settles);
    expect(JSON.stringify(place).length).toBeLessThan(8_192);
    expect(JSON.stringify(place)).not.toContain('client-');
  }
});

test('a source that breaks off breaks the run, once what is known of it was given out', async () => {
  async function* broken(): AsyncGenerator<Target> {
    yield { id: 'a' };
    throw new Error('no more');
  }
  const order = new InOrder(FEW);
  const given: string[] = [];
  await expect(
    (async () => {
      for await (const { id } of order.of(broken)) given.push(id);
    })(),
  ).rejects.toThrow('no more');
  expect(given).toEqual(['a']);
});

test('each outcome counts once, also of those that find no place: who is given out again has been given back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1_000, max: 2_500 }),
      fc.array(fc.record({ most: fc.integer({ min: 200, max: 1_500 }), fails: fc.integer({ min: 1, max: 9 }), slowly: fc.boolean() }), {
        minLength: 3,
        maxLength: 6,
      }),
      fc.integer({ min: 600, max: 3_000 }),
      async (count, stretches, held) => {
        const ids = all(count);
        const times = new Map<string, number>();
        let [place, givenBack, isOver] = [BEGINNING, 0, false];
        for (let n = 0; n < 100 && !isOver; n += 1) {
          const { most, fails, slowly } = stretches[n] ?? { most: Infinity, fails: 0, slowly: false };
          const result = await stretch(
            place,
            ids,
            most,
            (id) => {
              const settles = fails === 0 || Number(`0x${rankOf(id + n).slice(0, 6)}`) % fails > 0;
              if (settles) times.set(id, (times.get(id) ?? 0) + 1);
              return settles;
            },
            slowly,
            held,
          );
          ({ place } = result);
          const settled = [...times.values()].reduce((sum, more) => sum + more, 0);
          givenBack += result.forgotten.length;
          expect(settled - givenBack).toBeLessThanOrEqual(count);
          isOver = result.isOver && fails === 0;
        }
        const settled = [...times.values()].reduce((sum, more) => sum + more, 0);
        expect([times.size, settled - givenBack]).toEqual([count, count]);
      },
    ),
    { numRuns: 15, endOnFailure: true },
  );
});
