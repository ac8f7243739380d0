import { Stack } from 'aws-cdk-lib';
import { pack, type Load } from '../../lib/private/policy-packing';

/* Where a policy is put that fits by a character, or fails to. */

const MANAGED = 6_144;
/** `{"Version":"2012-10-17","Statement":[…]}` */
const AROUND = 40;

const stack = new Stack();
let loads = 0;
const load = (characters: number, more: Partial<Load> = {}): Load => ({
  stack,
  refers: false,
  awaited: false,
  statements: new Map([[`statement-${(loads += 1)}`, characters - AROUND]]),
  ...more,
});

test('inline, as long as there is room for all of its characters', () => {
  expect(pack([load(600), load(400)], 1_000, 1)).toEqual({ shared: [], left: [] });
  const [first, last] = [load(600), load(401)];
  expect(pack([first, last], 1_000, 1)).toEqual({ shared: [[last]], left: [] });
});

test('in a managed policy, of its own or with others, as long as that has room for all', () => {
  const [one, alone] = [load(MANAGED), load(MANAGED + 1)];
  expect(pack([one], 0, 1)).toEqual({ shared: [[one]], left: [] });
  expect(pack([alone], 0, 1)).toEqual({ shared: [], left: [alone] });
  // Between two statements there is a comma; what is around them stands once.
  const [half, fits, doesNot] = [load(3_000), load(MANAGED - 3_000 + AROUND - 1), load(MANAGED - 3_000 + AROUND)];
  expect(pack([half, fits], 0, 2)).toEqual({ shared: [[half, fits]], left: [] });
  expect(pack([half, doesNot], 0, 2)).toEqual({ shared: [[half], [doesNot]], left: [] });
});

test('a statement that several have in common takes its characters once', () => {
  const [one, other] = [load(4_000), load(4_000)];
  const twin = { ...other, statements: one.statements };
  expect(pack([one, twin], 0, 1)).toEqual({ shared: [[one, twin]], left: [] });
  expect(pack([one, other], 0, 1)).toEqual({ shared: [[one]], left: [other] });
});

test('in as many managed policies as there may be, and no more', () => {
  const [one, two, three] = [load(MANAGED), load(MANAGED), load(MANAGED)];
  expect(pack([one, two, three], 0, 2)).toEqual({ shared: [[one], [two]], left: [three] });
});

test('what cannot share goes inline first', () => {
  const [plain, refers, awaited, both] = [load(500), load(500, { refers: true }), load(500, { awaited: true }), load(500, { refers: true, awaited: true })];
  expect(pack([plain, refers, awaited, both], 500, 2)).toEqual({ shared: [[plain, refers], [awaited]], left: [] });
});

test('only with others of its stack', () => {
  const [one, other] = [load(500), load(500, { stack: new Stack() })];
  expect(pack([one, other], 0, 2).shared).toEqual([[one], [other]]);
});
