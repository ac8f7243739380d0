import { readFileSync } from 'node:fs';
import { estimate, PAGE, withFigures } from '../build/scale';
import { Pace } from '../lambda/calls/pace';
import { DATA_PLANE } from '../lambda/mqtt/rates';

/* That docs/scale.md has the figures that follow from the paces, and that the paces take the time that it says. */

test('docs/scale.md is as "npm run scale" would write it', () => {
  const page = readFileSync(PAGE, 'utf8');
  expect(page).toBe(withFigures(page));
});

test.each([10_000, 50_000])('the pace takes as long for %i clients as is said', async (count) => {
  jest.useFakeTimers();
  try {
    const begun = performance.now();
    const pace = new Pace(DATA_PLANE);
    const turns = Promise.all(Array.from({ length: count }, () => pace.turn(Infinity)));
    await jest.runAllTimersAsync();
    await turns;
    expect((performance.now() - begun) / 1000 / estimate(count, DATA_PLANE.perSecond).seconds).toBeCloseTo(1, 1);
  } finally {
    jest.useRealTimers();
  }
});
