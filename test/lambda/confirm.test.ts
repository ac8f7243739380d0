import { setTimeout as sleep } from 'node:timers/promises';
import { handler } from '../../lambda/mqtt';
import { deleteConnection } from '../../lambda/mqtt/operation';
import { Pace } from '../../lambda/calls/pace';
import { Hasty } from '../support/calls';
import { InProcess } from '../support/in-process';
import { Fleet } from '../../local-aws/test/support/mqtt-device';
import { reads } from '../support/reads';
import { scripted, type Line, type Script } from '../support/scripted';
import { VirtualTime } from '../support/virtual-time';

/* Whether clients stay away: https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#get-connection-api */

const time = new VirtualTime();
let cloud: InProcess;
let fleet: Fleet;
beforeAll(async () => {
  time.start();
  // With the documented quotas, one call a second for each client id among them.
  cloud = await time.until(InProcess.start({}));
  fleet = new Fleet(cloud.aws);
  time.follows(cloud.aws.iot.brokerUrl);
});
afterEach(() => time.until(fleet.leave()));
afterAll(async () => {
  await time.until(cloud.stop());
  time.stop();
});

function disconnect(ids: string[], awaySeconds?: string, seconds?: number) {
  return time.until(cloud.deploy(handler, ids, { ConfirmAwaySeconds: awaySeconds }, seconds));
}

const disconnectsOf = (id: string) => cloud.aws.calls.filter(({ method, path }) => method === 'DELETE' && path.endsWith(`/${id}`));
const looksAt = (id: string) => cloud.aws.calls.filter(({ method, path }) => method === 'GET' && path.endsWith(`/${id}`)).length;
const throttled = () => cloud.aws.calls.filter(({ status }) => status === 429);

test('nothing is asked without confirm', async () => {
  await fleet.connect('plain', { reconnectPeriod: 1 });
  expect(await disconnect(['plain'])).toMatchObject({ Ended: 1, Reconnected: 0, Failed: 0 });
  expect(looksAt('plain')).toBe(0);
});

test.each([
  ['disconnected', '0', 1, 1],
  ['staysDisconnected', '2', 2, 3],
])('Confirm.%s tells who stays away, who comes back and who was not there', async (name, seconds, looks, disconnects) => {
  const [stays, back, never] = ['stays', 'back', 'never'].map((kind) => `${kind}-${name}`);
  await fleet.connect(stays);
  await fleet.connect(back, { reconnectPeriod: 1 });
  expect(await disconnect([stays, back, never], seconds, 9)).toMatchObject({
    Ended: 1,
    AlreadyGone: 1,
    Reconnected: 1,
    Failed: 0,
    reason: expect.stringMatching(
      new RegExp(`^1 of 3 MQTT clients connected again \\(${back}\\): credentials still allow it: take them away first, with runAfterDeletionOf`),
    ),
  });
  expect([stays, never].map(looksAt)).toEqual([looks, looks]);
  // Again and again while there is time, where that is asked for.
  expect([stays, back, never].map((id) => disconnectsOf(id).length)).toEqual([1, disconnects, 1]);
  expect(Math.min(...disconnectsOf(back).map(({ at }, n, all) => (n === 0 ? Infinity : at - all[n - 1].at)))).toBeGreaterThan(1_000);
});

test('each client that came back has a line in the log, with what to do', async () => {
  await fleet.connect('back-again', { reconnectPeriod: 1 });
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { POWERTOOLS_LOG_LEVEL } = process.env;
  process.env.POWERTOOLS_LOG_LEVEL = 'ERROR';
  try {
    await disconnect(['back-again'], '0');
    const lines = written.mock.calls.map(([line]) => JSON.parse(String(line)));
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        message: 'target connected again',
        target: 'back-again',
        reason: expect.stringContaining('runAfterDeletionOf'),
      }),
    );
  } finally {
    process.env.POWERTOOLS_LOG_LEVEL = POWERTOOLS_LOG_LEVEL;
    written.mockRestore();
  }
});

test('a client that comes back later is seen by staysDisconnected alone', async () => {
  const comesBackLater = async (id: string) => {
    const device = await fleet.connect(id);
    device.once(
      'close',
      () =>
        void sleep(1_500)
          .then(() => fleet.connect(id))
          .catch(() => undefined),
    );
  };
  await Promise.all(['late-1', 'late-2'].map(comesBackLater));
  const [once, stays] = [await disconnect(['late-1'], '0'), await disconnect(['late-2'], '3')];
  expect([once, stays]).toMatchObject([
    { Ended: 1, Reconnected: 0 },
    { Ended: 1, Reconnected: 0 },
  ]);
  expect([looksAt('late-1'), ...['late-1', 'late-2'].map((id) => disconnectsOf(id).length)]).toEqual([1, 1, 2]);
});

test('a client that was not asked about in time fails', async () => {
  await fleet.connect('slow');
  expect(await disconnect(['slow'], '30', 3)).toMatchObject({
    Ended: 0,
    Failed: 1,
    reason: expect.stringContaining('(1 OutOfTime), for example slow: was disconnected, but the time was up before that was confirmed'),
  });
});

describe('what AWS IoT may say of a connection after it was told to end it', () => {
  const GONE: Line = [404, 'ResourceNotFoundException'];
  const still: Line = [200, { connected: true, connectedSince: Date.now() - 60_000 }];

  async function told(looks: Script['GET'], ConfirmAwaySeconds = '0', disconnection: Script['DELETE'] = [[200]]) {
    const iot = await scripted({ DELETE: disconnection, GET: looks });
    const pace = new Pace({ perSecond: 1_000, burst: 1 });
    const turn = jest.spyOn(pace, 'turn');
    const calls = new Hasty({ pace });
    try {
      const { end } = await deleteConnection({ Endpoint: iot.url, ConfirmAwaySeconds }, reads());
      const outcome = await time.until(end({ id: 'kiosk' }, calls).catch(({ name, message }) => `${name}: ${message}`));
      return { outcome, looks: iot.calls.length - 1, pauses: calls.pauses, turns: turn.mock.calls.length };
    } finally {
      await iot.stop();
    }
  }

  test('the same connection for a while: it is asked again, slower than once a second for a client id', async () => {
    const { pauses, ...rest } = await told([still, still, still, still, GONE]);
    // At the pace of another call than the one that disconnects.
    expect(rest).toEqual({ outcome: 'ended', looks: 5, turns: 1 });
    expect(Math.min(...pauses)).toBeGreaterThan(1_000);
  });

  test('the same connection to the last: the client fails as still connected', async () => {
    expect(await told([still])).toMatchObject({
      outcome: expect.stringMatching(/^StillConnected: is still connected, since \S+Z, though AWS IoT was told at \S+Z to disconnect it$/),
      looks: 5,
    });
  });

  test.each<[string, object, string]>([
    ['a later connection', { connected: true, connectedSince: Date.now() + 3_600_000 }, 'reconnected'],
    ['a session without a connection', { connected: false, connectedSince: Date.now() + 3_600_000 }, 'ended'],
  ])('%s', async (_, connection, outcome) => {
    expect(await told([[200, connection]])).toMatchObject({ outcome, looks: 1 });
  });

  test('a connection of the same second, by a clock of whole seconds: it is a later one', async () => {
    expect(await told([async () => [200, { connected: true, connectedSince: Math.floor(Date.now() / 1000) * 1000 }]])).toMatchObject({
      outcome: 'reconnected',
      looks: 1,
    });
  });

  test.each<[string, object, string]>([
    ['nothing', {}, 'does not say whether it is connected'],
    ['no time of the connection', { connected: true }, 'lacks since when it is connected'],
  ])('%s: that is no proof', async (_, answer, what) => {
    expect(await told([[200, answer]])).toMatchObject({
      outcome: `Unconfirmed: was disconnected, but the answer to GetConnection ${what}, so that it is not confirmed`,
    });
  });

  test("a fault: the call is made again in the run's own time, not by the SDK", async () => {
    const fault: Line = [500, 'InternalFailureException'];
    const { outcome, pauses } = await told([fault, GONE], '0', [fault, [200]]);
    expect(outcome).toBe('ended');
    // Each again, and the time before the look.
    expect(pauses).toHaveLength(3);
    expect(Math.min(...pauses)).toBeGreaterThan(1_000);
  });

  test('a connection that began before the call was answered is a later one', async () => {
    let calledAt = 0;
    const answersLate = async (): Promise<Line> => {
      calledAt = Date.now();
      jest.advanceTimersByTime(50);
      return [200];
    };
    const since = async (): Promise<Line> => [200, { connected: true, connectedSince: calledAt + 10 }];
    expect(await told([since], '0', [answersLate])).toMatchObject({ outcome: 'reconnected', looks: 1 });
  });

  test('the second look comes when the time is over, and later than a second after the first', async () => {
    const [minute, second] = [await told([GONE], '60'), await told([GONE], '0.5')];
    expect(minute).toMatchObject({ outcome: 'ended', looks: 2 });
    expect(minute.pauses[1]).toBeGreaterThan(50_000);
    expect(minute.pauses[1]).toBeLessThanOrEqual(60_000);
    expect(second).toMatchObject({ outcome: 'ended', looks: 2 });
    expect(second.pauses[1]).toBeGreaterThan(1_000);
  });
});

test('no call was throttled in all this', () => {
  expect(throttled()).toEqual([]);
});
