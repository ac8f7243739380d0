import type { LocalAws } from '../../local-aws/local-aws';
import { awsError, lieTo, lookedAt, StandingClock, type Scenery } from '../support/account-check';

/* Each row with AWS as it is taken to be, and otherwise: the report tells the difference. */

const MINUTE = 60_000;
const given = ({ connect }: LocalAws) => ({ connectInstanceArn: connect.instanceArn, connectFlowId: 'flow' });

function inTime(connect: NonNullable<Scenery['options']>['connect'] = {}, lie?: Scenery['lie']): Scenery {
  const clock = new StandingClock();
  return { given, clock, lie, options: { connect: { ...connect, now: clock.now } } };
}

test.each<[row: string, how: string, expected: RegExp, scenery: () => Scenery]>([
  ['unsigned', 'is enough', /^as taken: with the token alone: success$/, inTime],
  [
    'unsigned',
    'is refused',
    /^otherwise: with the token alone: 403 AccessDeniedException: No$/,
    () => inTime({}, ({ participant }) => lieTo(participant, 'DisconnectParticipant', () => Promise.reject(awsError(403, 'AccessDeniedException')))),
  ],
  [
    'denied-token',
    'always',
    /^as taken: with one letter changed: 403 \w+: Access denied; the second time: 403 \w+: Access denied; after StopContact: 403 \w+: Access denied$/,
    inTime,
  ],
  [
    'denied-token',
    'not of a chat that has ended',
    /^otherwise: .* after StopContact: success$/,
    () =>
      inTime({}, ({ participant }) => {
        let calls = 0;
        lieTo(participant, 'DisconnectParticipant', async (honest) => (++calls === 4 ? {} : honest()));
      }),
  ],
  ['late-exchange', 'is allowed', /^as taken: six minutes into the chat, the exchange: success; .*: success$/, inTime],
  [
    'late-exchange',
    'is denied',
    /^otherwise: .*, the exchange: 403 AccessDeniedException: No; .*: not tried$/,
    () =>
      inTime({}, ({ participant }) => {
        lieTo(participant, 'CreateParticipantConnection', (honest, { Type }) =>
          Type.length > 1 ? honest() : Promise.reject(awsError(403, 'AccessDeniedException')),
        );
      }),
  ],
  ['ended-contact', 'not found', /^as taken: the second time: 410 ContactNotFoundException: /, () => inTime({ endedContact: 'ContactNotFoundException' })],
  ['ended-contact', 'invalid', /^as taken: the second time: 400 InvalidRequestException: /, () => inTime({ endedContact: 'InvalidRequestException' })],
  ['ended-contact', 'accepted', /^as taken: the second time: success$/, () => inTime({ endedContact: 'OK' })],
  [
    'ended-contact',
    'denied',
    /^otherwise: the second time: 403 AccessDeniedException: No$/,
    () =>
      inTime({}, ({ connect }) => {
        let calls = 0;
        lieTo(connect, 'StopContact', (honest) => (++calls === 2 ? Promise.reject(awsError(403, 'AccessDeniedException')) : honest()));
      }),
  ],
  ['disconnect-time', 'at once', /^as taken: .* after 0\.0 s$/, inTime],
  ['disconnect-time', 'after five minutes', /^otherwise: .* after 30\d\.\d s$/, () => inTime({ describeDelayMs: 5 * MINUTE })],
  ['search-lag', 'none', /^as taken: SearchContacts found the chat after 0\.0 s$/, inTime],
  ['search-lag', 'some seconds', /^as taken: SearchContacts found the chat after 10\.0 s$/, () => inTime({ searchDelayMs: 10_000 })],
  ['search-lag', 'five minutes', /^otherwise: SearchContacts found the chat after 300\.0 s$/, () => inTime({ searchDelayMs: 5 * MINUTE })],
])('%s: %s', async (row, _how, expected, scenery) => {
  expect(await lookedAt(row, scenery())).toMatch(expected);
});

test('without an instance, it is said what to give', async () => {
  expect(await lookedAt('denied-token')).toMatch(/^could not be looked at: give --connect-instance-arn .* --connect-flow-id/);
});
