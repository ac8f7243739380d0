import { setTimeout } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
}

export const CLOCK: Clock = { now: Date.now, sleep: setTimeout };

/** Asks again and again, and says after how many milliseconds it was so; undefined if it was not in time. */
export async function until(clock: Clock, isSo: () => Promise<boolean>, how: { everyMs: number; mostMs: number }): Promise<number | undefined> {
  const begun = clock.now();
  while (!(await isSo())) {
    if (clock.now() - begun >= how.mostMs) return undefined;
    await clock.sleep(how.everyMs);
  }
  return clock.now() - begun;
}
