import { createHash } from 'node:crypto';
import fc from 'fast-check';

/* What may happen to a run that takes longer than one invocation. Times are milliseconds of virtual time. */

const NEVER = Infinity;
/** Far more than are remembered one by one. */
const LARGE = 2_000;
const LARGE_PER_SECOND = 50;
const LARGE_TURNS = 20;

export interface Plan {
  readonly id: string;
  readonly fate: 'ends' | 'gone' | 'denied' | 'flaky';
  /** Until its first call is answered; after four seconds beyond a deadline nobody waits for that. */
  readonly takes: number;
  /** From when to when it is in the source. */
  readonly comes: number;
  readonly vanishes: number;
  /** How often the source lists it. */
  readonly times: number;
}

export interface Stretch {
  readonly milliseconds: number;
  /** After which shares of it its attempts are killed. */
  readonly kills: readonly number[];
}

export interface History {
  readonly targets: readonly Plan[];
  /** In the template, or else in a source that can change. */
  readonly isListed: boolean;
  /** The source lists no longer what has ended. */
  readonly forgets: boolean;
  readonly readingMs: number;
  readonly perSecond: number;
  /** Seconds that CloudFormation waits. */
  readonly waits: number;
  /** The run may take longer than that. */
  readonly outlasts: boolean;
  readonly onFailure: 'FAIL' | 'CONTINUE';
  readonly stretches: readonly Stretch[];
  readonly reportsTwice: boolean;
  /** Each after the one before has failed, and when each request is delivered once more. */
  readonly destroys: ReadonlyArray<{ readonly after: number; readonly again: readonly number[] }>;
  /** When all executions are stopped that are under way. */
  readonly stop?: number;
  /** When a person makes an end of it otherwise. */
  readonly leaves?: { readonly at: number; readonly stackStatus: string };
  readonly seed: number;
}

export function isStable({ comes, vanishes }: Plan): boolean {
  return comes === 0 && vanishes === NEVER;
}

/** What a source lists, in another order at each reading. */
export function listing({ targets, seed }: History, reading: number): readonly Plan[] {
  return targets
    .flatMap((target) => Array.from({ length: target.times }, (_, time) => ({ target, rank: hash(`${seed} ${reading} ${target.id} ${time}`) })))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1))
    .map(({ target }) => target);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const rarely = <T>(what: fc.Arbitrary<T>, weight = 6) => fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: what });
const time = (most: number) => fc.integer({ min: 1, max: most });

const plan = fc.record({
  fate: fc.oneof({ weight: 8, arbitrary: fc.constant('ends' as const) }, { weight: 2, arbitrary: fc.constantFrom('gone' as const, 'flaky' as const) }),
  takes: fc.oneof({ weight: 8, arbitrary: fc.constantFrom(0, 7, 400) }, fc.constantFrom(2_500, 6_000)),
  comes: rarely(time(100_000), 20),
  vanishes: rarely(time(100_000), 20),
  times: fc.oneof({ weight: 8, arbitrary: fc.constant(1) }, fc.constant(2)),
});

export const history: fc.Arbitrary<History> = fc
  .record({
    plans: fc.array(plan, { maxLength: 60, size: 'max' }),
    isLarge: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
    denied: rarely(fc.array(fc.nat({ max: 59 }), { minLength: 1, maxLength: 5, size: 'max' }), 3),
    isListed: fc.boolean(),
    forgets: fc.boolean(),
    seed: fc.nat(),
    perSecond: fc.constantFrom(0.5, 0.5, 1, 3),
    reading: fc.constantFrom(0, 0, 0.1, 0.5),
    waits: fc.integer({ min: 40, max: 90 }),
    how: fc.constantFrom('outlasts', 'outlasts', 'outlasts', 'FAIL', 'CONTINUE'),
    stretches: fc.array(
      fc.record({
        turns: fc.integer({ min: 4, max: 25 }),
        kills: fc.oneof(
          { weight: 4, arbitrary: fc.constant<number[]>([]) },
          fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 4, size: 'max' }),
        ),
      }),
      { minLength: 1, maxLength: 5, size: 'max' },
    ),
    reportsTwice: fc.boolean(),
    destroys: fc.array(
      fc.record({ after: time(20_000), again: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(time(100_000), { minLength: 1, maxLength: 2 })) }),
      { minLength: 1, maxLength: 4, size: 'max' },
    ),
    stop: rarely(time(60_000), 2),
    leaves: rarely(fc.record({ at: time(150_000), stackStatus: fc.constantFrom('DELETE_COMPLETE', 'UPDATE_IN_PROGRESS') })),
  })
  .map(({ isLarge, plans, denied = [], reading, how, stretches, isListed, seed, ...rest }) => {
    const perSecond = isLarge ? LARGE_PER_SECOND : rest.perSecond;
    const targets = Array.from({ length: isLarge && plans.length > 0 ? LARGE : plans.length }, (_, n) => plans[n % plans.length]).map(
      ({ comes = 0, vanishes = NEVER, fate, times, ...one }, n) => ({
        ...one,
        id: `kiosk-${n}`,
        fate: denied.includes(n) ? ('denied' as const) : fate,
        comes: isListed ? 0 : comes,
        vanishes: isListed ? NEVER : vanishes,
        times: isListed ? 1 : times,
      }),
    );
    const mostTurns = Math.max(...stretches.map(({ turns }) => turns)) * (isLarge ? LARGE_TURNS : 1);
    const longest = mostTurns * (1000 / perSecond);
    const entries = targets.reduce((sum, { times }) => sum + times, 0);
    return {
      ...rest,
      seed,
      targets,
      isListed,
      forgets: !isListed && rest.forgets,
      perSecond,
      // One stretch at least is long enough for all to be read; of many all are, as what has ended is not remembered until they are.
      readingMs: Math.floor((reading * longest) / Math.max(1, entries)),
      outlasts: how === 'outlasts',
      onFailure: how === 'CONTINUE' ? ('CONTINUE' as const) : ('FAIL' as const),
      stretches: stretches.map(({ turns, kills }) => ({
        milliseconds: isLarge ? longest : (turns * 1000) / perSecond,
        kills: kills.map((share) => share / 100),
      })),
    };
  });
