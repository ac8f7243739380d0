import { setTimeout as sleep } from 'node:timers/promises';
import { longRunRoom, RESERVED_MS, some } from '../support/long-run-room';
import { contextOf } from '../support/state-machine';

/* That a run which goes on ends with one true answer whatever happens to it: late, killed, failed, stopped, not asked for any more. */

const room = longRunRoom();

test('a call that is answered late does not keep the run from going on', () =>
  room.live(async () => {
    const { calls, handler, request } = room.scene({
      ids: some(80),
      async end(_, tries) {
        if (calls.length === 30 && tries === 1) await sleep(3_700);
      },
    });
    await handler(request('r1'), contextOf(RESERVED_MS + 400));
    expect(room.answers).toEqual([]);
    await room.toTheEnd(room.machine.executions[0].name, handler);
    expect(room.answers).toMatchObject([{ Status: 'SUCCESS', Data: { EndedCount: '80' } }]);
  }));

describe('where the state machine cannot be asked to go on', () => {
  test('the run says so, and how far it is', () =>
    room.live(async () => {
      room.machine.refuses('StartExecution');
      const { handler, request } = room.scene({ ids: some(100) });
      await handler(request('r1'), contextOf(RESERVED_MS + 300));
      expect(room.answers).toMatchObject([
        {
          Status: 'FAILED',
          Reason: expect.stringMatching(/^no other invocation could be asked to go on \(.*StartExecution.*\), and \d+ of 100 MQTT clients were not reached/),
        },
      ]);
    }));

  test('a destroy that is to go on goes on', () =>
    room.live(async () => {
      room.machine.refuses('StartExecution');
      const { handler, request } = room.scene({ ids: some(100), properties: { OnFailure: 'CONTINUE' } });
      await handler(request('r1'), contextOf(RESERVED_MS + 300));
      expect(room.answers).toMatchObject([{ Status: 'SUCCESS', Data: { TargetCount: '100' } }]);
    }));

  test('a deploy that does not act fails, when that can still be mended; with CONTINUE a destroy does what one invocation can', () =>
    room.live(async () => {
      room.stackStatus = 'CREATE_IN_PROGRESS';
      room.machine.refuses('DescribeExecution', 'InvalidArn');
      const { calls, handler, request } = room.scene({ ids: some(5), properties: { OnFailure: 'CONTINUE' } });
      await handler(request('r1', { RequestType: 'Create', PhysicalResourceId: undefined }), contextOf(60_000));
      expect(room.answers.pop()).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('DescribeExecution') });
      room.stackStatus = 'DELETE_IN_PROGRESS';
      await handler(request('r2'), contextOf(60_000));
      expect(room.answers).toMatchObject([{ Status: 'SUCCESS', Data: { EndedCount: '5' } }]);
      expect(calls).toHaveLength(5);
    }));
});

test('a source that takes longer to read than an invocation has breaks the run, instead of calling the same targets for ever', () =>
  room.live(async () => {
    const { calls, handler, request } = room.scene({ ids: some(200), perSecond: 1_000, readingMs: () => 20 });
    await handler(request('r1'), contextOf(RESERVED_MS + 5_000));
    expect(await room.toTheEnd(room.machine.executions[0].name, handler, 1_000)).toBe(3);
    expect(calls.length).toBeGreaterThan(0);
    expect(room.answers).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringMatching(/^the targets cannot be read within the 13 minutes of an invocation/) },
    ]);
  }));

test.each([
  ['FAIL', { Status: 'FAILED', Reason: expect.stringMatching(/^\d+ of 100 MQTT clients were not reached before the timeout/) }],
  ['CONTINUE', { Status: 'SUCCESS' }],
])('a run that may not outlast its answer is not said to go on, however late it is (%s)', (OnFailure, answer) =>
  room.live(async () => {
    const { calls, handler, request } = room.scene({
      ids: some(100),
      // It must be over after a second, of which 15 are kept for the answer.
      properties: { TimeoutSeconds: '16', ServiceTimeout: '16', OnFailure },
      async end() {
        if (calls.length === 20) await sleep(1_500);
      },
    });
    await handler(request('r1'), contextOf(RESERVED_MS + 400));
    await room.toTheEnd(room.machine.executions[0].name, handler);
    expect(room.answers).toMatchObject([answer]);
  }),
);

test('an invocation that is killed is made again: what it had ended is called again, nothing is left out', () =>
  room.live(async () => {
    const { calls, handler, request } = room.scene({ ids: some(120) });
    await handler(request('r1'), contextOf(RESERVED_MS + 400));
    const [{ name }] = room.machine.executions;
    await room.machine.step(name, handler, RESERVED_MS + 400);
    const before = room.machine.stateOf(name);
    // What it comes to is lost.
    await handler({ Task: 'WORK', State: before }, contextOf(RESERVED_MS + 200));
    const lost = calls.length;
    await room.toTheEnd(name, handler);
    expect(new Set(calls).size).toBe(120);
    expect(calls.length - 120).toBeLessThanOrEqual(lost);
    expect(room.answers).toMatchObject([{ Status: 'SUCCESS', Data: { TargetCount: '120', EndedCount: '120' } }]);
  }));

test('a function that fails to the last is answered with how far the run was', () =>
  room.live(async () => {
    const { handler, request } = room.scene({ ids: some(120) });
    await handler(request('r1'), contextOf(RESERVED_MS + 400));
    const [{ name }] = room.machine.executions;
    room.machine.fail(name, 'Sandbox.Timedout');
    await room.toTheEnd(name, handler);
    expect(room.answers).toHaveLength(1);
    expect(room.answers[0].Reason).toMatch(
      /^the function that ends them failed to the last \(Sandbox\.Timedout\), and \d+ of 120 MQTT clients were not reached .* Mend the cause and run the same command again/,
    );
  }));

describe('a run that is stopped', () => {
  async function stopped(properties: object, after = 0) {
    const { handler, request } = room.scene({ ids: some(100), properties });
    await handler(request('r1'), contextOf(RESERVED_MS + 300));
    const [{ name, executionArn: Execution }] = room.machine.executions;
    for (let n = 0; n < after; n += 1) await room.machine.step(name, handler, RESERVED_MS + 300);
    room.machine.stopExecution(name);
    return handler({ Task: 'REPORT', State: { Next: 'REPORT', Stopped: { Execution, Status: 'ABORTED' } } }, contextOf(60_000));
  }

  test('is answered by the rule', () =>
    room.live(async () => {
      expect(await stopped({})).toEqual({ Next: 'END' });
      expect(room.answers).toMatchObject([
        { Status: 'FAILED', RequestId: 'r1', Reason: expect.stringMatching(/^The run was stopped \(ABORTED\) .* run the same command again: /) },
      ]);
    }));

  test('does not hold up a destroy that is to go on', () =>
    room.live(async () => {
      await stopped({ OnFailure: 'CONTINUE' });
      expect(room.answers).toMatchObject([{ Status: 'SUCCESS' }]);
    }));
});

test.each(['DELETE_COMPLETE', 'ROLLBACK_IN_PROGRESS'] as const)('a run whose stack is %s meanwhile goes on no more', (status) =>
  room.live(async () => {
    const { calls, handler, request } = room.scene({ ids: some(100) });
    await handler(request('r1'), contextOf(RESERVED_MS + 300));
    const made = calls.length;
    room.stackStatus = status;
    await room.toTheEnd(room.machine.executions[0].name, handler);
    expect(calls.length).toBe(made);
    expect(room.answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringContaining(`the run was stopped, because the stack is ${status}`) }]);
  }),
);
