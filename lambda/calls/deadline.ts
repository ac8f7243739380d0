import { Explained } from '../../contract/explained-error';
import type { Fields } from '../../contract/fields';
import { DEFAULTS, LONGEST_ANSWERED_SECONDS, TIMES } from '../../contract/settings';

/** What is still waited for after a deadline, when nothing begins any more: each leaves time for what waits for it. */
export const AFTER_DEADLINE_MS = {
  /** For the answer of a call that finds something out. */
  lastRead: 3_000,
  /** For the answers of calls that end targets. */
  lastCalls: 4_000,
  /** For a request's runs. */
  lastRuns: 5_000,
  /** For the answer of whoever is asked for another invocation. */
  lastHandOver: 8_000,
  /** Of a run that goes on, to hand over, or to answer that it could not. */
  handOver: 10_000,
  /** To answer CloudFormation before it, or Lambda, stops waiting. */
  response: 15_000,
} as const;

/** Of Lambda's 15 minutes, for a run that goes on. */
const LONGEST_STRETCH_MS = 13 * 60_000;
/** Of what CloudFormation waits, for a state machine to answer: of an hour, two minutes. */
const SHARE_TO_ANSWER = 1 / 30;

/** When a request was made and its run began, in milliseconds since 1970. */
export interface Since {
  readonly asked: number;
  readonly begun: number;
}

/** Times are milliseconds since 1970. */
export interface Limits {
  /** When this invocation must stop, in the time of `performance.now()`. */
  readonly deadline: number;
  /** When CloudFormation must have its answer. */
  readonly answerAt: number;
  /** When the run must stop. */
  readonly endsAt: number;
  /** Whether that is after the deadline. */
  readonly goesOn: boolean;
}

/**
 * CloudFormation's clock runs from when it asked, the run's own from when the function began: a cold start, a queue or a retry may lie
 * between.
 *
 * @param remainingMs of the invocation
 */
export function limitsOf(properties: Fields, { asked, begun }: Since, remainingMs: number): Limits {
  const now = Date.now();
  const { ServiceTimeout: waits = DEFAULTS.TimeoutSeconds, TimeoutSeconds: runs = waits, StateMachineArn } = TIMES.read(properties);
  const goesOn = StateMachineArn !== undefined;
  const answerAt = asked + waits * 1000 - Math.max(AFTER_DEADLINE_MS.response, goesOn ? waits * 1000 * SHARE_TO_ANSWER : 0);
  const endsAt = goesOn && outlastsAnswer(properties) ? begun + runs * 1000 : Math.min(begun + runs * 1000, answerAt);
  const stretchEnds = goesOn
    ? Math.min(now + LONGEST_STRETCH_MS, now + remainingMs - AFTER_DEADLINE_MS.handOver)
    : now + remainingMs - AFTER_DEADLINE_MS.response;
  const stopsAt = Math.min(endsAt, stretchEnds, now < answerAt ? answerAt : Infinity);
  return { deadline: performance.now() + stopsAt - now, answerAt, endsAt, goesOn: goesOn && stopsAt < endsAt };
}

/** Whether a run may take longer than CloudFormation waits. */
export function outlastsAnswer(properties: Fields): boolean {
  const { TimeoutSeconds: runs = 0, StateMachineArn } = TIMES.read(properties);
  return StateMachineArn !== undefined && runs > LONGEST_ANSWERED_SECONDS;
}

/** @param age of the request, in milliseconds */
export function refuseIfTooOld(properties: Fields, age: number): void {
  const { ServiceTimeout: waits = DEFAULTS.TimeoutSeconds } = TIMES.read(properties);
  if (age < waits * 1000) return;
  throw new Explained(
    `the request is ${Math.round(age / 1000)} seconds old, and CloudFormation waits ${waits}: nothing was touched; run the same command again`,
  );
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
