import { Plan } from '../../lambda/run/plan';
import type { Service } from '../../lambda/run/service';
import { ids } from '../../lambda/sources/ids';
import { reads } from '../support/reads';

/* A plan counts its targets before any is ended. */

afterEach(() => void jest.useRealTimers());

const serviceOf = (sources: Service['sources']): Service => ({
  resourceType: 'Custom::Targets',
  targetName: 'targets',
  endedName: 'ended',
  sources,
  rate: { perSecond: 1, burst: 1 },
  label: (target) => target,
  operation: () => {
    throw new Error('nothing is ended here');
  },
});

test('while targets are counted, how many were found so far is told every ten seconds, and the time that is up ends it', async () => {
  jest.useFakeTimers();
  async function* slow() {
    for (let n = 0; ; n += 1) {
      yield { id: `target-${n}` };
      await new Promise((resolve) => setTimeout(resolve, 3_000));
    }
  }
  const plan = new Plan(serviceOf({ slow }), { Targets: { Source: 'slow' } }, reads());
  const told: number[] = [];
  const counted = plan.countTargets(performance.now() + 25_000, (found) => told.push(found)).catch((error) => error.message);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual([4, 7]);
  expect(await counted).toBe('the time was up before all targets were found, 9 so far: nothing was touched; narrow the targets or raise the timeout');
});

test('as many targets as maxTargets are allowed, and not one more; one that is listed twice counts once', async () => {
  const counted = (...Ids: string[]) => {
    const plan = new Plan(serviceOf({ ids }), { Targets: { Source: 'ids', Ids }, MaxTargets: '2' }, reads());
    return plan
      .countTargets(performance.now() + 60_000, () => undefined)
      .then(
        () => plan.count,
        ({ message }) => message,
      );
  };
  expect(await counted('a', 'b', 'a')).toBe(2);
  expect(await counted('a', 'b', 'c')).toBe('3 targets were found, maxTargets allows 2: nothing was touched; narrow the targets or raise maxTargets');
});
