import fc from 'fast-check';
import { IdSet } from '../../lambda/run/id-set';
import { Pace } from '../../lambda/run/pace';
import { inPasses, itself, paged } from '../../lambda/sources/pages';

/* What holds for any listing, whatever comes and goes while it is walked. */

async function* walk(pass: readonly string[]) {
  yield* pass;
}

const ids = fc.array(fc.integer({ min: 0, max: 15 }).map((n) => `id-${n}`), { maxLength: 12 });

test('a listing is walked until a pass finds nothing new, at most three times, and each target is found once', async () => {
  await fc.assert(fc.asyncProperty(fc.array(ids, { minLength: 4, maxLength: 4 }), async (passes) => {
    let walked = 0;
    const found: string[] = [];
    for await (const id of inPasses(() => walk(passes[walked++]), itself)) found.push(id);
    const known = new Set<string>();
    let expectedPasses = 0;
    for (let before = -1; before !== known.size && expectedPasses < 3; expectedPasses += 1) {
      before = known.size;
      for (const id of passes[expectedPasses]) known.add(id);
    }
    expect(walked).toBe(expectedPasses);
    expect(found).toEqual([...known]);
  }));
});

test('pages follow each other by their tokens, and the next is read when it is asked for', async () => {
  const asked: Array<string | undefined> = [];
  const pages = paged(new Pace({ perSecond: 1_000, burst: 1 }), async (token) => {
    asked.push(token);
    return { items: [`${asked.length}a`, `${asked.length}b`], next: asked.length < 3 ? `token-${asked.length}` : undefined };
  });
  expect(await pages.next()).toEqual({ value: '1a', done: false });
  expect(asked).toEqual([undefined]);
  const rest: string[] = [];
  for await (const item of pages) rest.push(item);
  expect(rest).toEqual(['1b', '2a', '2b', '3a', '3b']);
  expect(asked).toEqual([undefined, 'token-1', 'token-2']);
});

test('an IdSet knows what a Set knows', () => {
  fc.assert(fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 3_000 }), (strings) => {
    const set = new IdSet();
    const known = new Set<string>();
    for (const string of strings) {
      expect(set.add(string)).toBe(!known.has(string));
      known.add(string);
    }
    expect(set.size).toBe(known.size);
  }), { numRuns: 20 });
});
