import { Denials } from '../../lambda/calls/denials';
import { Drain, type DrainOptions } from '../../lambda/run/drain';
import { Words } from '../../lambda/calls/redaction';
import { Pace } from '../../lambda/calls/pace';
import type { Operation } from '../../lambda/run/service';
import { Tally, type Ending } from '../../lambda/run/tally';
import type { Target } from '../../lambda/targets/target';

/** Targets of which nothing but the id is known. */
export async function* these(...ids: string[]): AsyncGenerator<Target> {
  for (const id of ids) yield { id };
}

export const NO_RUN: Pick<DrainOptions, 'denials' | 'words' | 'label' | 'onFailure'> = {
  denials: new Denials(false, 0),
  words: new Words(false),
  label: String,
  onFailure: () => undefined,
};

/** Ends them by one call each. */
export function run(ids: string[], end: (id: string) => Promise<Ending>, options: Partial<DrainOptions> = {}) {
  return runOperation(ids, { end: ({ id }, calls) => calls.make(() => end(id)), close: () => undefined }, options);
}

export async function runOperation(ids: string[], operation: Operation, options: Partial<DrainOptions> = {}) {
  const failures: string[] = [];
  const tally = new Tally();
  await new Drain({
    ...NO_RUN,
    operation,
    tally,
    count: new Set(ids).size,
    maxTargets: 1_000,
    pace: new Pace({ perSecond: 1_000, burst: 1 }),
    deadline: performance.now() + 60_000,
    label: (id) => `<${id}>`,
    onFailure: (target, { name, message }) => failures.push(`${target} ${name}: ${message}`),
    ...options,
  }).run(these(...ids));
  return { ...tally.counts, throttled: tally.throttled, failures };
}
