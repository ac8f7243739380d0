import { setTimeout as sleep } from 'node:timers/promises';
import { longRuns } from '../../lambda/long/long-runs';
import { teardownHandler } from '../../lambda/run/main';
import type { Service } from '../../lambda/run/service';
import { handledEvents } from '../support/handled-events';
import { virtualTime } from '../support/virtual-time';

/* The handler in this process: from when and to when its time is counted, and what no longer runs when that is over. */

const on = handledEvents();

/** Of a service whose targets end by themselves. */
function handlerOf(sources: Service['sources'], operation: Service['operation'] = () => ({ end: async () => 'ended', close: () => undefined })) {
  const service = { resourceType: 'Custom::MqttDisconnection', targetName: 'targets', endedName: 'ended', label: String, sources, operation };
  return teardownHandler({ ...service, rate: { perSecond: 100, burst: 1 } }, async () => longRuns);
}

test('the time of a run is counted from when the function began, not from when it had read the request', async () => {
  const { now } = performance;
  const { now: date } = Date;
  let passed = 0;
  const clocks = [
    jest.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + passed),
    jest.spyOn(Date, 'now').mockImplementation(() => date() + passed),
  ];
  const request = on.event({ TimeoutSeconds: '5', ServiceTimeout: '305' });
  Object.defineProperty(request, 'RequestType', {
    enumerable: true,
    get() {
      passed = 10_000;
      return 'Create';
    },
  });
  try {
    expect(await on.answerTo(request, 'CREATE_IN_PROGRESS')).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('no answer came in time): nothing was touched'),
    });
  } finally {
    clocks.forEach((clock) => clock.mockRestore());
  }
});

test.each(['SUCCESS', 'FAILED'])('progress is not reported after a run that is answered with %s', async (Status) => {
  let walked = 0;
  const listing = handlerOf({
    async *vanishing() {
      yield { id: 'target' };
      // Counted first, and then walked to end them.
      if ((walked += 1) === 2 && Status === 'FAILED') throw new Error('the list has gone');
    },
  });
  const [begun, ended] = [jest.spyOn(globalThis, 'setInterval'), jest.spyOn(globalThis, 'clearInterval')];
  try {
    on.statusFor(on.event());
    await listing(on.event({ Targets: { Source: 'vanishing' } }), on.context);
    expect(on.answers.received.pop()).toMatchObject({ Status });
    const timers = begun.mock.results.filter((_, n) => begun.mock.calls[n][1] === 10_000).map(({ value }) => value);
    expect(timers.length).toBeGreaterThan(0);
    for (const timer of timers) expect(ended.mock.calls.some(([of]) => of === timer)).toBe(true);
  } finally {
    begun.mockRestore();
    ended.mockRestore();
  }
});

describe('when finding the targets takes all of the time there is, nothing is touched', () => {
  const time = virtualTime();

  test.each([
    ["the function's", {}, 16_000],
    ["CloudFormation's", { ServiceTimeout: '16', TimeoutSeconds: '60' }, 60_000],
    ["the construct's", { ServiceTimeout: '60', TimeoutSeconds: '1' }, 60_000],
    ["an older template's", { ServiceTimeout: '16' }, 60_000],
  ])('%s', async (_, properties, remaining) => {
    const endless = handlerOf({
      async *endless() {
        yield { id: 'a' };
        await sleep(30_000);
      },
    });
    on.statusFor(on.event());
    await time.until(endless(on.event({ Targets: { Source: 'endless' }, ...properties }), { ...on.context, getRemainingTimeInMillis: () => remaining }));
    const answer = on.answers.received.pop();
    expect(answer.Reason).toBe('the time was up before all targets were found, 1 so far: nothing was touched; narrow the targets or raise the timeout');
  });
});
