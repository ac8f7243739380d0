/** What is still waited for after a deadline, when nothing begins any more: each leaves time for what waits for it. */
export const AFTER_DEADLINE_MS = {
  /** For the answer of a call that finds something out. */
  lastRead: 3_000,
  /** For the answers of calls that end targets. */
  lastCalls: 4_000,
  /** For a request's runs. */
  lastRuns: 5_000,
  /** To answer CloudFormation before it, or Lambda, stops waiting. */
  response: 15_000,
} as const;
