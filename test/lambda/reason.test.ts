import { publishMetrics } from '../../lambda/run/metrics';
import { reasonOf, WHY_RECONNECTED } from '../../lambda/run/reason';
import type { Service } from '../../lambda/run/service';
import { Tally } from '../../lambda/run/tally';

/* What a person is told of a run: the sentence that CloudFormation shows, and the figures in the log. */

const SERVICE = { targetName: 'MQTT clients', endedName: 'disconnected' } as Service;

function tallyOf({ ended = 0, failed = 0, reconnected = 0, left = 0, message = 'no' }): Tally {
  const tally = new Tally();
  for (let n = 0; n < ended; n += 1) tally.add('ended', `ended-${n}`);
  for (let n = 0; n < failed; n += 1) tally.fail(`failed-${n}`, { name: n === 0 ? 'AccessDeniedException' : 'Error', message });
  for (let n = 0; n < reconnected; n += 1) tally.add('reconnected', `back-${n}`);
  tally.left = left;
  return tally;
}

const reason = (tally: Tally, canBeRepeated = true) => reasonOf(tally, { service: SERVICE, details: 'log stream log-stream', canBeRepeated, also: [] });

test('where nothing failed there is no reason', () => {
  expect(reason(tallyOf({ ended: 3 }))).toBeUndefined();
});

test('each kind of failure is counted of all targets', () => {
  expect(reason(tallyOf({ ended: 1, failed: 3, reconnected: 1, left: 2 }))).toBe(
    '3 of 7 MQTT clients could not be disconnected (1 AccessDeniedException, 2 Error), for example failed-0: no; failed-1: no; failed-2: no, ' +
      'and 1 of 7 MQTT clients connected again (back-0): ' +
      WHY_RECONNECTED +
      ', ' +
      'and 2 of 7 MQTT clients were not reached before the timeout, or gave no answer in time. 1 of 7 MQTT clients were disconnected. Details are in log stream log-stream. ' +
      'Mend the cause and run the same command again: MQTT clients that are already disconnected are no obstacle.',
  );
});

test('of many a few are named, and where there are more it shows', () => {
  const text = reason(tallyOf({ failed: 8, reconnected: 8 }))!;
  expect(text.match(/failed-\d/g)).toEqual(['failed-0', 'failed-1', 'failed-2', 'failed-3', 'failed-4']);
  expect(text).toContain('connected again (back-0, back-1, back-2, back-3, back-4, …): ');
  expect(reason(tallyOf({ reconnected: 5 }))).toContain('(back-0, back-1, back-2, back-3, back-4): ');
});

test('a long message does not take the room of the others', () => {
  expect(reason(tallyOf({ failed: 1, message: 'x'.repeat(5_000) }))!.length).toBeLessThan(800);
});

test('however much there is to tell, the log stream and what to do are told as well', () => {
  const tally = tallyOf({ ended: 3, reconnected: 5, left: 2 });
  for (let n = 0; n < 5; n += 1) tally.fail(`${n}${'ü'.repeat(63)}`, { name: `VeryLongNameOfAnException${n}`, message: `"${'ü'.repeat(1_000)}"` });
  const text = reason(tally)!;
  expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThanOrEqual(1_700);
  expect(text).toMatch(/Details are in log stream log-stream\. Mend the cause and run the same command again: .*no obstacle\.$/);
  expect(text).toContain('VeryLongNameOfAnException4');
});

test('what cannot be repeated is not advised', () => {
  const text = reason(tallyOf({ left: 1 }), false);
  expect(text).toContain('The construct has left the stack, so nothing tries again: end by hand what is still there.');
  expect(text).not.toContain('run the same command again');
});

describe('the figure to be alarmed of', () => {
  function figures(tally: Tally, succeeded: boolean) {
    const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const { POWERTOOLS_METRICS_DISABLED } = process.env;
    process.env.POWERTOOLS_METRICS_DISABLED = 'false';
    try {
      publishMetrics('Stack/Kiosks', tally, 32, succeeded);
      return JSON.parse(String(written.mock.calls[0][0]));
    } finally {
      process.env.POWERTOOLS_METRICS_DISABLED = POWERTOOLS_METRICS_DISABLED;
      written.mockRestore();
    }
  }

  test('counts what failed, what connected again and what was not reached', () => {
    const tally = tallyOf({ ended: 1, failed: 2, reconnected: 4, left: 8 });
    tally.throttled = 16;
    expect(figures(tally, false)).toMatchObject({ Construct: 'Stack/Kiosks', Targets: 15, Ended: 1, AlreadyGone: 0, Failed: 14, Throttled: 16, Duration: 32 });
  });

  test('is at least 1 for a run that failed, and 0 for one that did not', () => {
    expect(figures(new Tally(), false)).toMatchObject({ Targets: 0, Failed: 1 });
    expect(figures(tallyOf({ ended: 3 }), true)).toMatchObject({ Targets: 3, Failed: 0 });
  });
});
