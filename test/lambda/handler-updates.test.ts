import { handler } from '../../lambda/mqtt';
import { handledEvents } from '../support/handled-events';

/* The handler in this process: updates that act on a part of the list, and deploys that only look at it. */

const on = handledEvents();

describe('an update of the list', () => {
  function update(before: string[], now: string[], properties: object = {}) {
    const common = { RunOn: ['DEPLOY', 'REMOVAL'], ...properties };
    const [old, current] = [before, now].map((Ids) => on.event({ ...common, Targets: { Source: 'ids', Ids } }).ResourceProperties);
    return on.event({}, { RequestType: 'Update', PhysicalResourceId: 'cdk-teardown/request-0', ResourceProperties: current, OldResourceProperties: old });
  }

  test('that acts on what left and on what came counts both', async () => {
    expect(await on.answerTo(update(['stays', 'leaves-1', 'leaves-2'], ['stays', 'comes']))).toMatchObject({
      Status: 'SUCCESS',
      Data: { TargetCount: '2', AlreadyGoneCount: '3' },
    });
  });

  test('ends what left, whatever is wrong with what stays, if failures are not to matter', async () => {
    const after = update(['stays', 'leaves'], ['stays', 'comes', 'comes-too'], { MaxTargets: '2', OnFailure: 'CONTINUE' });
    expect(await on.answerTo(after)).toMatchObject({ Status: 'SUCCESS', Data: { TargetCount: '0', AlreadyGoneCount: '1' } });
    // Otherwise the update fails, and is undone.
    expect(await on.answerTo(update(['stays', 'leaves'], ['stays', 'comes', 'comes-too'], { MaxTargets: '2' }))).toMatchObject({
      Status: 'FAILED',
      Data: { AlreadyGoneCount: '0' },
    });
  });

  test('looks at what stays, if it is to, also where it only acts on what left', async () => {
    const broken = (more: object) => update(['stays', '$bad', 'leaves'], ['stays', '$bad'], { RunOn: ['REMOVAL'], ...more });
    expect(await on.answerTo(broken({}))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('1 of 2 MQTT clients cannot be disconnected'),
      Data: { AlreadyGoneCount: '0' },
    });
    expect(await on.answerTo(broken({ Preflight: 'false' }))).toMatchObject({ Status: 'SUCCESS', Data: { AlreadyGoneCount: '1' } });
  });

  test('leaves in time only what it was to act on', async () => {
    // A second and a half before the answer must be on its way.
    on.statusFor({ RequestType: 'Update' });
    await handler(update(['stays'], ['stays', 'a', 'b', 'c'], { RequestsPerSecond: '0.5' }), { ...on.context, getRemainingTimeInMillis: () => 16_500 });
    const answer = on.answers.received.pop();
    expect(answer).toMatchObject({ Status: 'FAILED', Data: { AlreadyGoneCount: '1' } });
    expect(answer.Reason).toContain('2 of 3 MQTT clients were not reached before the timeout, or gave no answer in time');
  });
});

describe('a deploy that does not act', () => {
  const broken = { RunOn: ['TEARDOWN'], Targets: { Source: 'ids', Ids: 'not a list' } };

  test('looks at its targets, so that what is wrong fails it', async () => {
    expect(await on.answerTo(on.event(broken))).toMatchObject({ Status: 'FAILED' });
  });

  test('fails for targets that would fail later, and says which and how many', async () => {
    const answer = await on.answerTo(on.event({ RunOn: ['TEARDOWN'], Targets: { Source: 'ids', Ids: ['kiosk', '$bad', ' blank', '\ud800'] } }));
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(
        '3 of 4 MQTT clients cannot be disconnected, for example $bad starts with "$": AWS IoT reserves such client ids; correct them where they are kept, or turn preflight off',
      ),
    });
  });

  test('does not look without preflight', async () => {
    expect(await on.answerTo(on.event({ ...broken, Preflight: 'false' }))).toMatchObject({ Status: 'SUCCESS', Data: { TargetCount: '0' } });
  });
});
