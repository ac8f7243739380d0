import { longRunRoom, RESERVED_MS, some } from '../support/long-run-room';
import { contextOf } from '../support/state-machine';

/* That there is one run however often it is asked for, and that whoever asks has its outcome. */

const room = longRunRoom();

test('a destroy waits for a run of an earlier one that is still under way, also where that was to end before its answer', () =>
  room.live(async () => {
    const { calls, handler, request } = room.scene({ ids: some(150) });
    await handler(request('r1'), contextOf(RESERVED_MS + 400));
    const [{ name }] = room.machine.executions;
    const joined = handler(request('r2'), contextOf(60_000));
    await room.toTheEnd(name, handler);
    await joined;
    expect(calls).toHaveLength(150);
    expect(room.answers).toMatchObject([
      { RequestId: 'r1', Status: 'SUCCESS' },
      { RequestId: 'r2', Status: 'SUCCESS', Data: { EndedCount: '150' } },
    ]);
  }));

test('a second delivery of a request starts nothing and answers nothing, during the run and after it', () =>
  room.live(async () => {
    const { calls, handler, request } = room.scene({ ids: some(100) });
    await handler(request('r1'), contextOf(RESERVED_MS + 300));
    const made = calls.length;
    await handler(request('r1'), contextOf(RESERVED_MS + 300));
    expect([calls.length, room.machine.executions.length]).toEqual([made, 1]);
    await room.toTheEnd(room.machine.executions[0].name, handler);
    await handler(request('r1'), contextOf(RESERVED_MS + 300));
    expect([calls.length, room.machine.executions.length, room.answers.length]).toEqual([100, 1, 1]);
  }));

describe('a run that takes longer than CloudFormation waits', () => {
  /** It must be answered after a second, of which 15 are kept for the answer. */
  const HOUR = { TimeoutSeconds: '7200', ServiceTimeout: '16' };

  test('is answered with how far it is, goes on, and is joined by the next request, which is answered with its outcome', () =>
    room.live(async () => {
      const { calls, handler, request } = room.scene({ ids: some(250), properties: HOUR });
      await handler(request('r1'), contextOf(RESERVED_MS + 600));
      const [{ name }] = room.machine.executions;
      while (room.answers.length === 0) await room.machine.step(name, handler, RESERVED_MS + 600);
      expect(room.answers[0]).toMatchObject({ Status: 'FAILED', RequestId: 'r1' });
      expect(room.answers[0].Reason).toMatch(
        /^\d+ of 250 MQTT clients are disconnected; the run goes on, about 1 min more; run cdk destroy again to wait for the rest\.$/,
      );
      expect(room.machine.stateOf(name).Next).toBe('WORK');
      const joined = handler(request('r2', { ResourceProperties: { ...request('r2').ResourceProperties, ServiceTimeout: '3600' } }), contextOf(60_000));
      await room.toTheEnd(name, handler);
      await joined;
      expect(calls.length).toBe(250);
      expect(room.machine.executions).toHaveLength(1);
      expect(room.answers).toHaveLength(2);
      expect(room.answers[1]).toMatchObject({ Status: 'SUCCESS', RequestId: 'r2', Data: { EndedCount: '250' } });
    }));

  test('is waited for to the last moment by one invocation, not by one after the other', () =>
    room.live(async () => {
      const { handler, request } = room.scene({ ids: some(250), properties: HOUR });
      await handler(request('r1'), contextOf(RESERVED_MS + 300));
      const { ResourceProperties } = request('r2');
      // It must be answered after two seconds, which are fewer than between two looks.
      await handler(request('r2', { ResourceProperties: { ...ResourceProperties, ServiceTimeout: '17' } }), contextOf(RESERVED_MS + 300));
      const [{ name }] = room.machine.executions;
      await room.machine.step(name, handler, RESERVED_MS + 60_000);
      expect(room.machine.stateOf(name).Next).toBe('REPORT');
    }));

  test('is waited for by an execution of its own where the next request does not see its end', () =>
    room.live(async () => {
      const { calls, handler, request } = room.scene({ ids: some(250), properties: HOUR });
      await handler(request('r1'), contextOf(RESERVED_MS + 600));
      const [{ name }] = room.machine.executions;
      while (room.answers.length === 0) await room.machine.step(name, handler, RESERVED_MS + 600);
      const patient = { ResourceProperties: { ...request('r2').ResourceProperties, ServiceTimeout: '3600' } };
      await handler(request('r2', patient), contextOf(RESERVED_MS + 300));
      expect(room.machine.executions[0].name).toMatch(/^join-[0-9a-f]{16}-r2$/);
      await handler(request('r2', patient), contextOf(RESERVED_MS + 300));
      expect(room.machine.executions).toHaveLength(2);
      await room.machine.step(room.machine.executions[0].name, handler, RESERVED_MS + 300);
      await room.toTheEnd(name, handler);
      await room.toTheEnd(room.machine.executions[0].name, handler);
      expect(calls.length).toBe(250);
      expect(room.answers[1]).toMatchObject({ Status: 'SUCCESS', RequestId: 'r2', Data: { EndedCount: '250' } });
    }));

  test('is told of by who waits for it and fails to the last, too', () =>
    room.live(async () => {
      const { handler, request } = room.scene({ ids: some(250), properties: HOUR });
      await handler(request('r1'), contextOf(RESERVED_MS + 600));
      while (room.answers.length === 0) await room.machine.step(room.machine.executions[0].name, handler, RESERVED_MS + 600);
      const patient = { ResourceProperties: { ...request('r2').ResourceProperties, ServiceTimeout: '3600' } };
      await handler(request('r2', patient), contextOf(RESERVED_MS + 300));
      const [{ name }] = room.machine.executions;
      room.machine.fail(name, 'Sandbox.Timedout');
      await room.toTheEnd(name, handler);
      expect(room.answers[1]).toMatchObject({ RequestId: 'r2', Status: 'FAILED', Reason: expect.stringContaining('goes on; run cdk destroy again') });
    }));
});
