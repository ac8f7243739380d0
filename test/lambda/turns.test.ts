import { setTimeout as sleep } from 'node:timers/promises';
import { Words } from '../../lambda/calls/redaction';
import type { Target } from '../../lambda/targets/target';
import { Turns } from '../../lambda/things/hub-turns';
import { virtualTime } from '../support/virtual-time';

/* In which order devices and hubs end. */

const time = virtualTime();
const order: typeof played = (house) => time.until(played(house));

interface House {
  /** In the order in which they are listed. */
  readonly listed: readonly string[];
  /** By hub; a hub may hang on a hub. */
  readonly children: Readonly<Record<string, readonly string[]>>;
  readonly deletesChildren?: boolean;
  /** The source tells what is a hub, and what hangs on it. */
  readonly isTold?: boolean;
  /** How long each takes to end. */
  readonly takesMs?: Readonly<Record<string, number>>;
  /** What could not be ended. */
  readonly fails?: readonly string[];
  /** Children that join a hub after it was asked for them. */
  readonly joining?: Readonly<Record<string, readonly string[]>>;
  readonly childrenOf?: (hub: string) => Promise<readonly Target[]>;
}

async function played({ listed, children, deletesChildren = false, isTold = false, takesMs = {}, joining = {}, fails = [], childrenOf }: House) {
  const parentOf = (id: string) => Object.keys(children).find((hub) => children[hub].includes(id));
  const known = (id: string): Target => ({ id, carries: id in children, hangsOn: parentOf(id) });
  const asked: string[] = [];
  const ended: string[] = [];
  const problems: string[] = [];
  const failed = new Set<string>();
  const underWay = new Map<string, Promise<void>>();
  const turns = new Turns({
    deletesChildren,
    failureOf: (error) => new Words(false).of(error),
    recognized: async (target) => (target.carries === undefined ? known(target.id) : target),
    childrenOf: async (hub) => {
      asked.push(hub);
      return childrenOf ? childrenOf(hub) : children[hub].map(known);
    },
    childrenNow: async (hub) => [...children[hub], ...(joining[hub] ?? [])].map(known),
    ended: async (id) => {
      await underWay.get(id);
      return !fails.includes(id) && !failed.has(id);
    },
  });
  async function* source(): AsyncGenerator<Target> {
    for (const id of listed) yield isTold ? known(id) : { id };
  }
  const seen = new Set<string>();
  for await (const { id, problem } of turns.of(source())) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (problem) {
      problems.push(`${id} ${problem.name}: ${problem.message}`);
      failed.add(id);
    } else
      underWay.set(
        id,
        sleep(takesMs[id] ?? 5)
          .then(() => void ended.push(id))
          .finally(() => underWay.delete(id)),
      );
  }
  await Promise.all(underWay.values());
  return { ended, asked, problems };
}

const children = { hub: ['a', 'b'] };

test.each([[['hub', 'a', 'b', 'lamp']], [['a', 'hub', 'lamp', 'b']], [['a', 'b', 'lamp', 'hub']]])(
  'a hub ends after the devices on it, listed as %s',
  async (listed) => {
    const { ended } = await order({ listed, children, takesMs: { b: 40 } });
    expect(ended.indexOf('hub')).toBeGreaterThan(ended.indexOf('a'));
    expect(ended.indexOf('hub')).toBeGreaterThan(ended.indexOf('b'));
    expect(ended).toHaveLength(4);
  },
);

test('a hub does not wait for what hangs on others', async () => {
  expect((await order({ listed: ['hub', 'a', 'slow'], children, takesMs: { slow: 200 } })).ended).toEqual(['a', 'hub', 'slow']);
});

test('what the source tells is not asked for', async () => {
  expect(await order({ listed: ['hub', 'a', 'b'], children, isTold: true })).toEqual({ ended: ['a', 'b', 'hub'], asked: [], problems: [] });
});

test('a target that is alone is asked nothing', async () => {
  expect(await order({ listed: ['hub'], children })).toEqual({ ended: ['hub'], asked: [], problems: [] });
});

test('children go with their hub if they are meant to, those of hubs below it as well', async () => {
  const { ended, asked } = await order({ listed: ['hub'], children: { hub: ['a', 'below'], below: ['b'] }, deletesChildren: true, takesMs: { b: 40 } });
  expect(ended.slice(-3)).toEqual(['b', 'below', 'hub']);
  expect(ended).toHaveLength(4);
  expect(asked.sort()).toEqual(['below', 'hub']);
});

test.each([true, false])(
  'a hub stays when a device on it could not be ended (deleted with it: %s): where AWS would let it go, nobody would find the device again',
  async (deletesChildren) => {
    const { ended, problems } = await order({ listed: ['top', 'hub', 'a', 'b'], children: { top: ['hub'], ...children }, deletesChildren, fails: ['b'] });
    expect(problems).toEqual(
      ['hub', 'top'].map(
        (id, n) =>
          `${id} HubHasChildren: is a hub that still has child devices (${['b', 'hub'][n]}), which must go before it: see why they could not be deleted`,
      ),
    );
    expect(ended).not.toContain('hub');
  },
);

test('a device that joins a hub meanwhile goes with it', async () => {
  expect((await order({ listed: ['hub'], children, joining: { hub: ['late'] }, deletesChildren: true, takesMs: { late: 40 } })).ended).toEqual([
    'a',
    'b',
    'late',
    'hub',
  ]);
});

test('hubs on hubs end from below, in whatever order they are listed', async () => {
  expect((await order({ listed: ['top', 'middle', 'bottom'], children: { top: ['middle'], middle: ['bottom'], bottom: [] } })).ended).toEqual([
    'bottom',
    'middle',
    'top',
  ]);
});

test.each<[string, Record<string, string[]>]>([
  ['itself', { one: ['one'] }],
  ['another that hangs on it', { one: ['two'], two: ['one'] }],
  ['a circle of three', { one: ['two'], two: ['three'], three: ['one'] }],
])('a hub that hangs on %s fails at once and holds up nobody', async (_, circle) => {
  for (const deletesChildren of [false, true]) {
    const { ended, problems } = await order({ listed: ['above', 'lamp', ...Object.keys(circle)], children: { above: ['one'], ...circle }, deletesChildren });
    expect(problems.sort()).toEqual([
      'above HubHasChildren: is a hub that still has child devices (one), which must go before it: see why they could not be deleted',
      ...Object.keys(circle)
        .sort()
        .map((id) => `${id} HubsInCircle: hangs on itself, directly or by way of other hubs, so it has no turn: delete one of them by hand`),
    ]);
    expect(ended).toEqual(['lamp']);
  }
});

test('a hub whose children cannot be found fails with that, and stops no other', async () => {
  expect(await order({ listed: ['hub', 'lamp'], children, childrenOf: () => Promise.reject(new Error('no')) })).toMatchObject({
    ended: ['lamp'],
    problems: ['hub Error: no'],
  });
});
