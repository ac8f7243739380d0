import { Plan } from '../../lambda/run/plan';
import type { Service } from '../../lambda/run/service';
import { reads } from '../support/reads';

afterEach(() => void jest.useRealTimers());

test('while targets are counted, how many were found so far is told every ten seconds, and the time that is up ends it', async () => {
  jest.useFakeTimers();
  async function* slow() {
    for (let n = 0; ; n += 1) {
      yield { id: `target-${n}` };
      await new Promise((resolve) => setTimeout(resolve, 3_000));
    }
  }
  const service: Service = {
    resourceType: 'Custom::Targets', targetName: 'targets', endedName: 'ended', sources: { slow }, rate: { perSecond: 1, burst: 1 }, label: (target) => target,
    operation: () => {
      throw new Error('nothing is ended here');
    },
  };
  const plan = new Plan(service, { Targets: { Source: 'slow' } }, reads());
  const told: number[] = [];
  const counted = plan.countTargets(performance.now() + 25_000, (found) => told.push(found)).catch((error) => error.message);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual([4, 7]);
  expect(await counted).toBe('the time was up before all targets were found, 9 so far: nothing was touched; narrow the targets or raise the timeout');
});
