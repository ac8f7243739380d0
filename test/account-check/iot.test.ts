import { awsError, lieTo, lookedAt, StandingClock, type Scenery } from '../support/account-check';

/* Each row with AWS as it is taken to be, and otherwise: the report tells the difference. */

const MINUTE = 60_000;
const IDENTITY = 'ca-central-1:01234567-89ab-cdef-0123-456789abcdef';

function inTime(iot: NonNullable<Scenery['options']>['iot'] = {}, aheadMs = 0, more: Scenery = {}): Scenery {
  const clock = new StandingClock();
  return { clock, options: { iot, fleetIndex: { now: () => clock.now() + aheadMs } }, ...more };
}

test.each<[row: string, how: string, expected: RegExp, scenery: () => Scenery]>([
  ['offline-session', 'ended', /^as taken: DeleteConnection: success; after it the session is gone$/, () => inTime({ offlineSession: 'ENDED' })],
  [
    'offline-session',
    'not found',
    /^otherwise: DeleteConnection: 404 ResourceNotFoundException: .*; after it the session is still there$/,
    () => inTime({ offlineSession: 'NOT_FOUND' }),
  ],
  ['get-connection-lag', 'none', /^as taken: of 10 clients, GetConnection told of all within 1\.0 s$/, () => inTime()],
  [
    'get-connection-lag',
    'eight looks',
    /^otherwise: of 10 clients, GetConnection told of all within 8\.7 s$/,
    () =>
      inTime({}, 0, {
        lie({ data }) {
          let looks = 0;
          lieTo(data, 'GetConnection', async (honest) => {
            const { connected } = await honest();
            looks = connected ? 0 : looks + 1;
            return { connected: connected || looks % 8 !== 0 };
          });
        },
      }),
  ],
  ['clocks', 'that agree', /^as taken: .* by up to 0 ms$/, () => inTime()],
  ['clocks', 'of which AWS’s is ahead', /^otherwise: .* by up to 2000 ms$/, () => inTime({}, 2_000)],
  ['clocks', 'of which AWS’s is behind', /^otherwise: .* by up to -2000 ms$/, () => inTime({}, -2_000)],
  ['policy-in-force', 'after seven minutes', /^as taken: .* the last time 4\d\d\.0 s after$/, () => inTime({ policyDelayMs: 7 * MINUTE })],
  ['policy-in-force', 'after nine minutes', /^otherwise: .* the last time 53\d\.0 s after$/, () => inTime({ policyDelayMs: 9 * MINUTE })],
  ['policy-in-force', 'never', /^otherwise: the client was still let in 780\.0 s after$/, () => inTime({ policyDelayMs: 60 * MINUTE })],
  ['policy-deletion', 'at once', /^as taken: the stack is DELETE_COMPLETE/, () => inTime()],
  [
    'policy-deletion',
    'after five minutes',
    /^otherwise: the stack is DELETE_FAILED after .*: The policy cannot be deleted/,
    () => inTime({ policyDeletionDelayMs: 5 * MINUTE }),
  ],
  ['detach-twice', 'succeeds', /^as taken: the second time: success; of a certificate that was deleted: success$/, () => ({})],
  [
    'detach-twice',
    'is refused',
    /^otherwise: the second time: 400 InvalidRequestException: No; /,
    () => ({
      lie({ iot }) {
        let calls = 0;
        lieTo(iot, 'DetachPolicy', async (honest) => {
          calls += 1;
          if (calls === 3) throw awsError(400, 'InvalidRequestException');
          return honest();
        });
      },
    }),
  ],
  [
    'target-form',
    'with an identity',
    /^as taken: 3 attached, 3 listed as .*cert\/….*; detached as listed, none is left$/,
    () => ({ given: { cognitoIdentity: IDENTITY } }),
  ],
  ['target-form', 'without one', /^could not be looked at: 2 attached, 2 listed .* give --cognito-identity$/, () => ({})],
  [
    'target-form',
    'of another form',
    /^otherwise: .*; DetachPolicy of what was listed: 501 /,
    () => ({
      given: { cognitoIdentity: IDENTITY },
      clock: new StandingClock(),
      lie: ({ iot }) =>
        lieTo(iot, 'ListTargetsForPolicy', async (honest) => {
          const { targets, ...page } = await honest();
          return {
            ...page,
            targets: targets.map((target: string) => (target === IDENTITY ? `arn:aws:cognito-identity:ca-central-1:1:identity/${target}` : target)),
          };
        }),
    }),
  ],
  [
    'listing-lag',
    'none',
    /^as taken: of 20 attachments, none not by the first call after it; detached, they were listed no longer than 0\.0 s$/,
    () => inTime(),
  ],
  [
    'listing-lag',
    'a second',
    /^otherwise: of 20 attachments, 1 not by the first call after it; /,
    () => ({
      clock: new StandingClock(),
      lie({ iot }) {
        let calls = 0;
        lieTo(iot, 'ListTargetsForPolicy', async (honest) => {
          calls += 1;
          return calls === 4 ? { targets: [] } : honest();
        });
      },
    }),
  ],
])('%s: %s', async (row, _how, expected, scenery) => {
  expect(await lookedAt(row, scenery())).toMatch(expected);
});
