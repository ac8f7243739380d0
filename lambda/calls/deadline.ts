import { Explained } from '../../contract/explained-error';
import type { Fields } from '../../contract/fields';
import { DEFAULTS, TIMES } from '../../contract/settings';

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

/**
 * When a run must stop, in the time of `performance.now()`. CloudFormation's clock runs from when it asked, the run's own from when the
 * function began: a cold start, a queue or a retry may lie between.
 *
 * @param age of the request, in milliseconds
 * @param remainingMs of the invocation
 */
export function deadlineOf(properties: Fields, age: number, begun: number, remainingMs: number): number {
  const { ServiceTimeout: waits = DEFAULTS.TimeoutSeconds, TimeoutSeconds: runs = waits } = TIMES.read(properties);
  if (age >= waits * 1000) {
    throw new Explained(
      `the request is ${Math.round(age / 1000)} seconds old, and CloudFormation waits ${waits}: nothing was touched; run the same command again`,
    );
  }
  return begun + Math.min(runs * 1000, Math.min(remainingMs, waits * 1000 - age) - AFTER_DEADLINE_MS.response);
}

/**
 * How long ago CloudFormation asked, in milliseconds: it presigned the URL then. 0 where that cannot be told.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function ageOf(url: URL): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(url.searchParams.get('X-Amz-Date') ?? '') ?? [];
  const asked = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return Math.max(0, Date.now() - asked) || 0;
}
