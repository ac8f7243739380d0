import fc from 'fast-check';
import { IdSet } from '../../lambda/targets/id-set';
import { Pace } from '../../lambda/calls/pace';
import { walked } from '../../lambda/reading/pages';

/* What holds for any listing, whatever comes and goes while it is walked. */

const QUICKLY = { perSecond: 1_000_000, burst: 1_000 };

const ids = fc.array(
  fc.integer({ min: 0, max: 15 }).map((n) => `id-${n}`),
  { maxLength: 12 },
);

test('a listing of several pages is walked until a pass finds nothing new, at most three times, and each target is found once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(ids, { minLength: 4, maxLength: 4 }), async (passes) => {
      let pass = 0;
      const found: string[] = [];
      // The second page is empty.
      const listing = walked(new Pace(QUICKLY), 'things', async (token) =>
        token ? { items: [] } : { items: passes[pass++].map((id) => ({ id })), next: 'more' },
      );
      for await (const { id } of listing) found.push(id);
      const known = new Set<string>();
      let expectedPasses = 0;
      for (let before = -1; before !== known.size && expectedPasses < 3; expectedPasses += 1) {
        before = known.size;
        for (const id of passes[expectedPasses]) known.add(id);
      }
      expect(pass).toBe(expectedPasses);
      expect(found).toEqual([...known]);
    }),
  );
});

test('a listing of one page is read once: nothing can have been skipped', async () => {
  const read = jest.fn(async () => ({ items: [{ id: 'a' }] }));
  const listing = walked(new Pace(QUICKLY), 'things', read);
  expect([await listing.next(), await listing.next()]).toEqual([
    { value: { id: 'a' }, done: false },
    { value: undefined, done: true },
  ]);
  expect(read).toHaveBeenCalledTimes(1);
});

test('pages follow each other by their tokens, and the next is read when it is asked for', async () => {
  const asked: Array<string | undefined> = [];
  const pages = walked(new Pace({ perSecond: 1_000, burst: 1 }), 'things', async (token) => {
    asked.push(token);
    const page = token === undefined ? 1 : Number(token) + 1;
    return { items: ['a', 'b'].map((letter) => ({ id: `${page}${letter}` })), next: page < 3 ? String(page) : undefined };
  });
  expect(await pages.next()).toEqual({ value: { id: '1a' }, done: false });
  expect(asked).toEqual([undefined]);
  const rest: string[] = [];
  for await (const { id } of pages) rest.push(id);
  expect(rest).toEqual(['1b', '2a', '2b', '3a', '3b']);
  expect(asked.slice(0, 3)).toEqual([undefined, '1', '2']);
});

test('every page has its turn, of every pass, and none is read before', async () => {
  const pace = new Pace(QUICKLY);
  let turns = 0;
  let read = 0;
  jest.spyOn(pace, 'turn').mockImplementation(async () => {
    expect(read).toBe(turns);
    turns += 1;
    return true;
  });
  const pages = walked(pace, 'things', async (token) => {
    read += 1;
    return { items: [{ id: token ?? 'first' }], next: token === undefined ? 'second' : undefined };
  });
  for await (const { id } of pages) expect(['first', 'second']).toContain(id);
  expect([turns, read]).toEqual([4, 4]);
});

test('an IdSet knows what a Set knows', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 3_000 }), (strings) => {
      const set = new IdSet();
      const known = new Set<string>();
      for (const string of strings) {
        expect(set.add(string)).toBe(!known.has(string));
        known.add(string);
      }
      expect(set.size).toBe(known.size);
    }),
    { numRuns: 20 },
  );
});

test('an IdSet forgets none of many, of which some want the same place', () => {
  const set = new IdSet();
  const many = Array.from({ length: 5_000 }, (_, n) => `id-${n}`);
  expect(many.filter((id) => !set.add(id))).toEqual([]);
  expect(many.filter((id) => set.add(id))).toEqual([]);
});
