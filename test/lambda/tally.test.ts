import fc from 'fast-check';
import { deleteConnection } from '../../lambda/mqtt/operation';
import { Drain } from '../../lambda/run/drain';
import { Pace } from '../../lambda/calls/pace';
import { Tally } from '../../lambda/run/tally';
import { manifest } from '../../lambda/sources/manifest';
import type { Target } from '../../lambda/targets/target';
import { clientIdProblem } from '../../contract/mqtt';
import { LocalAws } from '../../local-aws/local-aws';
import { NO_RUN } from '../support/drain-run';
import { reads } from '../support/reads';

/* Any mix of duplicates, vanished and invalid targets, from a real manifest to real calls. */

let aws: LocalAws;
const env = { ...process.env };

beforeAll(async () => {
  aws = await LocalAws.start({ quotas: { iot: 'none' } });
  Object.assign(process.env, aws.env);
  aws.s3.buckets.set('fleet', { objects: new Map(), sseAlgorithm: 'AES256' });
});
afterAll(async () => {
  process.env = env;
  await aws.stop();
});

async function* twice(list: () => AsyncIterable<Target>) {
  yield* list();
  yield* list();
}

const target = fc.oneof(
  fc.integer({ min: 0, max: 9 }).map((n) => `vanished-${n}`),
  fc.integer({ min: 0, max: 4 }).map((n) => `$invalid-${n}`),
  fc.constantFrom('.', '..', 'ü'.repeat(65), 'a/b', 'ü b', 'x'.repeat(128)),
);

test('the tally adds up to the number of distinct targets, and each valid one is called exactly once, however often the list is walked', async () => {
  const operation = await deleteConnection({}, reads());
  await fc.assert(
    fc.asyncProperty(fc.array(target, { minLength: 1, maxLength: 25 }), fc.boolean(), async (targets, again) => {
      aws.s3.put('fleet', 'targets.jsonl', Buffer.from(targets.map((id) => JSON.stringify({ id })).join('\n')));
      const list = () => manifest({ Bucket: 'fleet', Key: 'targets.jsonl', Format: 'JSON_LINES', Field: 'id' }, reads());
      const before = aws.calls.length;
      const failed: string[] = [];
      const distinct = new Set(targets);
      const tally = new Tally();
      const options = {
        operation,
        tally,
        count: distinct.size,
        maxTargets: 100,
        pace: new Pace({ perSecond: 100_000, burst: 100 }),
        deadline: performance.now() + 60_000,
        ...NO_RUN,
        problemOf: clientIdProblem,
        onFailure: (id: string) => void failed.push(id),
      };
      await new Drain(options).run(again ? twice(list) : list());
      const valid = [...distinct].filter((id) => clientIdProblem(id) === undefined);
      const called = aws.calls
        .slice(before)
        .filter(({ method }) => method === 'DELETE')
        .map(({ path }) => decodeURIComponent(path.slice('/connections/'.length)));
      expect(called.sort()).toEqual(valid.sort());
      expect(failed.sort()).toEqual([...distinct].filter((id) => clientIdProblem(id) !== undefined).sort());
      expect(tally).toMatchObject({ targets: distinct.size, ended: 0, alreadyGone: valid.length, failed: distinct.size - valid.length, left: 0 });
    }),
    { numRuns: 60 },
  );
});

test('without some of its outcomes a tally is what it was before they were counted, whatever they are', () => {
  const tally = new Tally();
  const count = () => {
    for (const ending of ['ended', 'alreadyGone', 'denied', 'reconnected'] as const) tally.add(ending, 'kiosk');
    tally.fail('kiosk', { name: 'ForbiddenException', message: 'no' });
  };
  count();
  const before = tally.figures;
  count();
  tally.fail('kiosk', { name: 'OutOfTime', message: 'late' });
  const endings = (['ended', 'alreadyGone', 'denied', 'reconnected'] as const).map((ending) => ({ ending }));
  expect(tally.without([...endings, { error: 'ForbiddenException' }, { error: 'OutOfTime' }])).toEqual(before);
});
