import fc from 'fast-check';
import { handler } from '../../lambda/iot-policies';
import { AwsError } from '../../local-aws/service';
import { InProcess } from '../support/in-process';

/*
 * Random lives of an IoT policy while it is detached: what it is attached to, who attaches it meanwhile, and what is answered. Time passes in
 * pauses alone.
 */

const { PROPERTY_RUNS = '20', PROPERTY_SEED = '20261126', PROPERTY_PATH } = process.env;
const LETTERS = ['a', 'b', 'c', 'd', 'e'];

interface Life {
  readonly attached: readonly string[];
  /** After so many calls of DetachPolicy, to what somebody attaches it, and whether it cannot be detached from that any more. */
  readonly attaches: ReadonlyArray<{ readonly after: number; readonly letter: string; readonly isLast: boolean }>;
  /** Of these calls nothing comes but an error that may pass. */
  readonly faults: readonly number[];
  readonly maxTargets: number;
}

const life: fc.Arbitrary<Life> = fc.record({
  attached: fc.subarray(LETTERS),
  attaches: fc.array(fc.record({ after: fc.integer({ min: 1, max: 8 }), letter: fc.constantFrom(...LETTERS), isLast: fc.boolean() }), { maxLength: 5 }),
  faults: fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { maxLength: 3 }),
  maxTargets: fc.oneof({ weight: 3, arbitrary: fc.constant(100) }, fc.integer({ min: 1, max: 5 })),
});

let cloud: InProcess;
let policies: any;
let detach: (name: string, target: string) => void;
let worlds = 0;

beforeAll(async () => {
  cloud = await InProcess.start({ quotas: { iot: 'none' } });
  ({ policies } = cloud.aws.iot as any);
  detach = policies.detach.bind(policies);
  let passed = 0;
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + passed);
  jest.spyOn(jest.requireActual('node:timers/promises'), 'setTimeout').mockImplementation((async (pause: number) => void (passed += pause)) as any);
});
afterAll(async () => {
  jest.restoreAllMocks();
  await cloud.stop();
});

const principal = (letter: string) => cloud.aws.iot.principal(letter.repeat(64));

/** Returns what was answered, what DetachPolicy was called for, and what is attached in the end. */
async function live({ attached, attaches, faults, maxTargets }: Life) {
  const PolicyName = `policy-${(worlds += 1)}`;
  cloud.aws.iot.createPolicy(PolicyName, { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] });
  for (const letter of attached) cloud.aws.iot.attachPolicy(PolicyName, principal(letter));
  const called: string[] = [];
  const outcomes = new Map<string, 'ended' | 'refused'>();
  policies.detach = (name: string, target: string) => {
    called.push(target);
    const n = called.length;
    if (faults.includes(n)) throw new AwsError('ServiceUnavailableException', 'scripted', 503);
    const isRefused = attaches.some(({ after, letter, isLast }) => isLast && n > after && target === principal(letter));
    outcomes.set(target, isRefused ? 'refused' : 'ended');
    if (isRefused) throw new AwsError('InvalidRequestException', 'scripted');
    detach(name, target);
    for (const { after, letter } of attaches) if (after === n) cloud.aws.iot.attachPolicy(name, principal(letter));
  };
  const answer: any = await cloud.destroy(handler, { Source: 'policyTargets', PolicyName }, { PolicyName }, 900, {
    MaxTargets: String(maxTargets),
    RequestsPerSecond: '1000',
  });
  return { answer, called, outcomes: [...outcomes.values()], left: cloud.aws.iot.policyTargets(PolicyName) };
}

/** It comes back, and cannot be detached again. */
const RETURNED: Life = {
  attached: ['a', 'b'],
  attaches: ['a', 'b'].map((letter) => ({ after: 2, letter, isLast: letter === 'a' })),
  faults: [],
  maxTargets: 100,
};

test('it is detached from all, whoever attaches it meanwhile, or the run says from what it is not', async () => {
  await fc.assert(
    fc.asyncProperty(life, async (given) => {
      const { answer, called, outcomes, left } = await live(given);
      const distinct = new Set(called);
      if (given.attached.length > given.maxTargets) {
        expect([called, answer.reason]).toEqual([[], expect.stringContaining('nothing was touched')]);
        return;
      }
      // Nobody is detached who was never attached, nor more than were allowed.
      const known = new Set([...given.attached, ...given.attaches.map(({ letter }) => letter)].map(principal));
      expect([...distinct].filter((target) => !known.has(target))).toEqual([]);
      expect(distinct.size).toBeLessThanOrEqual(given.maxTargets);
      // Each counts once, as what it was last, however often it came back.
      const failed = outcomes.filter((outcome) => outcome === 'refused').length;
      const uncalled = Number(/(\d+) InvalidTarget/.exec(answer.reason ?? '')?.[1] ?? 0);
      expect([answer.Ended, answer.AlreadyGone, answer.Failed]).toEqual([distinct.size - failed, 0, failed + uncalled]);
      if (answer.reason === undefined) expect([left, answer.Failed]).toEqual([[], 0]);
      else expect([answer.reason, answer.Failed > 0]).toEqual([expect.stringMatching(/InvalidRequestException|came when maxTargets had been reached/), true]);
    }),
    { numRuns: Number(PROPERTY_RUNS), examples: [[RETURNED]], seed: Number(PROPERTY_SEED), path: PROPERTY_PATH, endOnFailure: PROPERTY_PATH !== undefined },
  );
}, 3_600_000);
