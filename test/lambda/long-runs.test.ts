import { setTimeout as sleep } from 'node:timers/promises';
import { longRunRoom, RESERVED_MS, some } from '../support/long-run-room';
import { contextOf } from '../support/state-machine';

/* That a run goes on over as many invocations as it takes: each target once, CloudFormation answered once, nothing of a target in a state. */

const room = longRunRoom();

test('what fits into the first invocation starts no execution', () =>
  room.live(async () => {
    const { handler, request } = room.scene({ ids: some(5) });
    await handler(request('r1'), contextOf(60_000));
    expect(room.machine.executions).toEqual([]);
    expect(room.answers).toMatchObject([{ Status: 'SUCCESS', Data: { EndedCount: '5' } }]);
  }));

test('what does not fit into one invocation goes on in others, and each target is called once', () =>
  room.live(async () => {
    const { calls, handler, request } = room.scene({ ids: some(150) });
    await handler(request('r1'), contextOf(RESERVED_MS + 400));
    expect(room.answers).toEqual([]);
    const [{ name }] = room.machine.executions;
    expect(name).toMatch(/^run-[0-9a-f]{16}-r1$/);
    expect(await room.toTheEnd(name, handler)).toBeGreaterThan(3);
    expect([...calls].sort()).toEqual(some(150).sort());
    expect(room.answers).toHaveLength(1);
    expect(room.answers[0]).toMatchObject({ Status: 'SUCCESS', RequestId: 'r1', Data: { TargetCount: '150', EndedCount: '150' } });
  }));

test('no state names a target, and none is larger than ten kilobytes besides the request', () =>
  room.live(async () => {
    const error = Object.assign(new Error('kiosk-1 is busy'), { name: 'ServiceUnavailableException', $metadata: { httpStatusCode: 503 } });
    const { handler, request } = room.scene({
      ids: some(3_000),
      perSecond: 3_000,
      end(_, tries) {
        if (tries === 1) throw error;
      },
    });
    await handler(request('r1'), contextOf(RESERVED_MS + 400));
    await room.toTheEnd(room.machine.executions[0].name, handler);
    expect(room.machine.seen.length).toBeGreaterThan(2);
    for (const state of room.machine.seen) {
      expect(state).not.toContain('kiosk-');
      const { Event: _event, ...rest } = JSON.parse(state);
      expect(JSON.stringify(rest).length).toBeLessThan(10_000);
    }
  }));

test('a failure is counted once over all invocations, and answered without its target, which the log names', () =>
  room.live(async () => {
    const { handler, request } = room.scene({
      ids: some(100),
      end({ id }) {
        if (id === 'kiosk-7') throw Object.assign(new Error('no'), { name: 'ForbiddenException' });
      },
    });
    await handler(request('r1'), contextOf(RESERVED_MS + 300));
    await room.toTheEnd(room.machine.executions[0].name, handler);
    expect(room.answers).toMatchObject([{ Status: 'FAILED', Data: { EndedCount: '99', FailedCount: '1' } }]);
    expect(room.answers[0].Reason).toBe(
      '1 of 100 MQTT clients could not be disconnected (1 ForbiddenException). 99 of 100 MQTT clients were disconnected. ' +
        'Details are in log group /aws/lambda/it. Mend the cause and run the same command again: MQTT clients that are already disconnected are no obstacle.',
    );
  }));

test('an invocation that begins when the time is up calls nobody and says what was not reached', () =>
  room.live(async () => {
    const { calls, handler, request } = room.scene({ ids: some(250), properties: { TimeoutSeconds: '1' } });
    await handler(request('r1'), contextOf(RESERVED_MS + 400));
    const { length } = calls;
    await sleep(4_000);
    await room.toTheEnd(room.machine.executions[0].name, handler);
    expect(calls).toHaveLength(length);
    expect(room.answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(/^\d+ of 250 MQTT clients were not reached before the timeout/) }]);
  }));

describe('where reading the source takes long', () => {
  const SLOWLY = { ids: some(6_000), perSecond: 20, readingMs: () => 15 };
  const READING_MS = 90_000;

  test('each target is called once all the same, and the pace is kept while it is read', () =>
    room.live(async () => {
      const { calls, handler, request } = room.scene(SLOWLY);
      await handler(request('r1'), contextOf(RESERVED_MS + 2 * READING_MS + 20_000));
      const [{ name }] = room.machine.executions;
      const before = calls.length;
      await room.machine.step(name, handler, RESERVED_MS + 1.1 * READING_MS);
      expect(calls.length - before).toBeGreaterThan((0.9 * 20 * 1.1 * READING_MS) / 1000);
      await room.toTheEnd(name, handler, 1.1 * READING_MS);
      expect([calls.length, new Set(calls).size]).toEqual([6_000, 6_000]);
      expect(room.answers).toMatchObject([{ Status: 'SUCCESS', Data: { EndedCount: '6000' } }]);
    }));

  test('where it stops for a while, nobody is called whose turn comes in another invocation only', () =>
    room.live(async () => {
      const { calls, handler, request } = room.scene({ ...SLOWLY, readingMs: (n) => (n === 500 ? READING_MS / 3 : 1) });
      await handler(request('r1'), contextOf(RESERVED_MS + 3 * READING_MS));
      await room.toTheEnd(room.machine.executions[0].name, handler, 1.5 * READING_MS);
      expect([calls.length, new Set(calls).size]).toEqual([6_000, 6_000]);
    }));

  test('what an invocation ended that did not come to the end of the source is called again, and counted once', () =>
    room.live(async () => {
      const { calls, handler, request } = room.scene(SLOWLY);
      await handler(request('r1'), contextOf(RESERVED_MS + 2 * READING_MS));
      const [{ name }] = room.machine.executions;
      await room.machine.step(name, handler, RESERVED_MS + 0.9 * READING_MS);
      await room.toTheEnd(name, handler, 3 * READING_MS);
      expect(calls.length).toBeGreaterThan(6_000);
      expect(room.answers).toMatchObject([{ Status: 'SUCCESS', Data: { EndedCount: '6000' } }]);
    }));
});
