import { Drain, type DrainOptions } from '../../lambda/run/drain';
import type { Ending, Operation } from '../../lambda/run/service';
import { Tally } from '../../lambda/run/tally';

export async function* these(...targets: string[]) {
  yield* targets;
}

/** Ends them by one call each. */
export function run(targets: string[], end: (target: string) => Promise<Ending>, options: Partial<DrainOptions> = {}) {
  return runOperation(targets, { end: (target, calls) => calls.make(() => end(target)), close: () => undefined }, options);
}

export async function runOperation(targets: string[], operation: Operation, options: Partial<DrainOptions> = {}) {
  const failures: string[] = [];
  const tally = new Tally();
  await new Drain({
    operation, tally, count: new Set(targets).size, maxTargets: 1_000, rate: { perSecond: 1_000, burst: 1 }, deadline: performance.now() + 60_000,
    label: (target) => `<${target}>`,
    onFailure: (target, { name, message }) => failures.push(`${target} ${name}: ${message}`),
    ...options,
  }).run(these(...targets));
  return { ...tally.counts, throttled: tally.throttled, failures };
}
