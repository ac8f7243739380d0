/* When to look whether something has ended that was told to. */

/** It needs a moment, and the quota is better spent on those that had theirs. */
export const FIRST_LOOK_MS = 1_000;
/** For the last look itself. */
export const LAST_LOOK_MS = 500;
const LONGEST_BETWEEN_LOOKS_MS = 15_000;

export function longer(pause: number): number {
  return Math.min(Math.max(pause * 1.5, FIRST_LOOK_MS), LONGEST_BETWEEN_LOOKS_MS);
}
