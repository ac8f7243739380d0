import { setTimeout as sleep } from 'node:timers/promises';
import { failureOf, isRetryable, isThrottling, type Failure } from './failure';
import { IdSet } from './id-set';
import { Pace } from './pace';
import type { Operation } from './service';
import { Tally } from './tally';

const MAX_ATTEMPTS = 6;
/** Above AWS IoT's one request a second for a client id. */
const SHORTEST_WAIT_MS = 1_100;
const LONGEST_WAIT_MS = 20_000;

export interface DrainOptions {
  readonly operation: Operation;
  /** How many targets there are. */
  readonly count: number;
  readonly requestsPerSecond: number;
  /** In the time of `performance.now()`; nothing begins after it. */
  readonly deadline: number;
  label(target: string): string;
  problemOf?(target: string): string | undefined;
  onFailure(target: string, failure: Failure): void;
}

/** Ends every target once, at a steady pace, whatever happens to its neighbours. */
export async function drain(targets: AsyncIterable<string>, options: DrainOptions): Promise<Tally> {
  const tally = new Tally();
  const pace = new Pace(options.requestsPerSecond);
  const running = new Set<Promise<void>>();
  const seen = new IdSet();
  for await (const target of targets) {
    if (!seen.add(target)) continue;
    const problem = options.problemOf?.(target);
    if (problem) {
      fail(target, { name: 'InvalidTarget', message: problem }, options, tally);
    } else if (await pace.turn(options.deadline)) {
      const one = settle(target, options, pace, tally).finally(() => running.delete(one));
      running.add(one);
    } else {
      break;
    }
  }
  await Promise.all(running);
  tally.left = Math.max(0, options.count - tally.targets);
  return tally;
}

async function settle(target: string, options: DrainOptions, pace: Pace, tally: Tally): Promise<void> {
  for (let attempt = 1; ;) {
    try {
      tally.add(await options.operation.end(target));
      return;
    } catch (error) {
      const throttled = isThrottling(error);
      if (throttled) pace.slowDown();
      else attempt += 1;
      const wait = SHORTEST_WAIT_MS + Math.random() * Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** attempt);
      // Throttling says nothing about the target, so it may be tried for as long as there is time.
      const again = throttled || (isRetryable(error) && attempt <= MAX_ATTEMPTS);
      if (!again || performance.now() + wait >= options.deadline) return fail(target, failureOf(error), options, tally);
      await sleep(wait);
      if (!await pace.turn(options.deadline)) return fail(target, failureOf(error), options, tally);
    }
  }
}

function fail(target: string, { name, message }: Failure, options: DrainOptions, tally: Tally): void {
  const label = options.label(target);
  // A service may repeat what it was sent, and a target may be a secret.
  const failure = { name, message: target === '' ? message : message.replaceAll(target, label) };
  tally.fail(label, failure);
  options.onFailure(label, failure);
}
