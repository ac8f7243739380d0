import { stopContact } from '../../lambda/contacts/operation';
import { deleteConnection } from '../../lambda/mqtt/operation';
import { Drain } from '../../lambda/run/drain';
import { Refusal } from '../../lambda/calls/failure';
import { Pace } from '../../lambda/calls/pace';
import { Tally, type Ending } from '../../lambda/run/tally';
import type { Target } from '../../lambda/targets/target';
import { NO_RUN, runOperation } from '../support/drain-run';
import { reads } from '../support/reads';
import { scripted, type Script } from '../support/scripted';

/* Each target has one outcome, the last, however often it was called, was back, or is given out again. */

const FAILS = new Refusal('InvalidRequestException', 'scripted');

/** Gives out each target, and `again` so often that it comes to all its outcomes; each waits for the one before, as a pass does. */
async function outcomesOf(scripts: Record<string, readonly (Ending | Refusal)[]>) {
  const total = new Tally();
  const said = new Map<string, number>();
  const drain: Drain = new Drain({
    ...NO_RUN,
    tally: new Tally(total),
    operation: {
      async end({ id }, calls) {
        const nth = said.get(id) ?? 0;
        said.set(id, nth + 1);
        const outcome = await calls.make(async () => scripts[id][nth]);
        if (outcome instanceof Refusal) throw outcome;
        return outcome;
      },
      close: () => undefined,
    },
    count: Object.keys(scripts).length,
    maxTargets: 100,
    pace: new Pace({ perSecond: 1_000, burst: 1 }),
    deadline: performance.now() + 60_000,
    repeats: true,
  });
  async function* passes(): AsyncGenerator<Target> {
    for (let pass = 0; pass < Math.max(...Object.values(scripts).map(({ length }) => length)); pass += 1) {
      const ids = Object.keys(scripts).filter((id) => pass < scripts[id].length);
      for (const id of ids) yield pass === 0 ? { id } : { id, again: true };
      await Promise.all(ids.map((id) => drain.ended(id)));
    }
  }
  await drain.run(passes());
  const { ended, alreadyGone, failed, left } = total.counts;
  return { ended, alreadyGone, failed, left, errors: [...total.errors], samples: total.samples.map(({ target }) => target) };
}

const ONE_FAILED = { ended: 0, alreadyGone: 0, failed: 1, errors: [['InvalidRequestException', 1]], samples: ['a'] };
const NONE_FAILED = { failed: 0, errors: [], samples: [] };

test.each<[string, readonly (Ending | Refusal)[], object]>([
  ['ended, and ended', ['ended', 'ended'], { ended: 1, alreadyGone: 0, ...NONE_FAILED }],
  ['ended, and failed', ['ended', FAILS], ONE_FAILED],
  ['ended, ended again, and failed', ['ended', 'ended', FAILS], ONE_FAILED],
  ['gone, and failed', ['alreadyGone', FAILS], ONE_FAILED],
  ['failed, and failed', [FAILS, FAILS], ONE_FAILED],
  ['failed, and ended', [FAILS, 'ended'], { ended: 1, alreadyGone: 0, ...NONE_FAILED }],
  ['gone, and ended', ['alreadyGone', 'ended'], { ended: 1, alreadyGone: 0, ...NONE_FAILED }],
  ['gone, and gone', ['alreadyGone', 'alreadyGone'], { ended: 0, alreadyGone: 1, ...NONE_FAILED }],
  // The listing was late.
  ['ended, and gone', ['ended', 'alreadyGone'], { ended: 1, alreadyGone: 0, ...NONE_FAILED }],
])('%s: one outcome, also beside others', async (_, outcomes, expected) => {
  expect(await outcomesOf({ a: outcomes })).toEqual({ left: 0, ...expected });
  const { ended, alreadyGone, failed } = await outcomesOf({ a: outcomes, b: ['ended'], c: ['alreadyGone'] });
  expect(ended + alreadyGone + failed).toBe(3);
});

describe('who was called and fails in the end has failed, and only that:', () => {
  const env = { ...process.env };
  beforeEach(() => Object.assign(process.env, { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }));
  afterEach(() => (process.env = { ...env }));

  async function counts(script: Script, run: (url: string) => ReturnType<typeof runOperation>) {
    const service = await scripted(script);
    try {
      const { ended, alreadyGone, reconnected, failed, left } = await run(service.url);
      return { ended, alreadyGone, reconnected, failed, left };
    } finally {
      await service.stop();
    }
  }
  const FAILED = { ended: 0, alreadyGone: 0, reconnected: 0, failed: 1, left: 0 };

  test('a client that is disconnected, is back, and then may not be disconnected', async () => {
    const isBack = async () => [200, { connected: true, connectedSince: Date.now() + 1_000 }] as const;
    expect(
      await counts({ DELETE: [[200], [403, 'ForbiddenException']], GET: [isBack] }, async (Endpoint) =>
        runOperation(['kiosk'], await deleteConnection({ Endpoint, ConfirmAwaySeconds: '60' }, reads())),
      ),
    ).toEqual(FAILED);
  });

  test('a contact that is stopped, and then may not be looked at', async () => {
    expect(
      await counts({ POST: [[200]], GET: [[403, 'AccessDeniedException']] }, (url) => {
        process.env.AWS_ENDPOINT_URL_CONNECT = url;
        const InstanceArn = 'arn:aws:connect:eu-west-1:123456789012:instance/i';
        return runOperation(['contact'], stopContact({ InstanceArn }, reads()));
      }),
    ).toEqual(FAILED);
  });
});
