import { readFileSync } from 'node:fs';
import { DISCONNECT_PARTICIPANT } from '../lambda/chat/rates';
import { STOP_CONTACT } from '../lambda/contacts/rates';
import { DETACH_POLICY } from '../lambda/iot-policies/rates';
import { DATA_PLANE } from '../lambda/mqtt/rates';
import { MANAGED_INTEGRATIONS } from '../lambda/things/rates';
import { table } from './support/page';

/* That docs/operations.md has the log's lines and the paces as they are. Which figures of constructs fit one role, test/lib/role-room holds. */

test('each message that the log may have is in the table, and no other', () => {
  const messages = Array.from(readFileSync('lambda/run/log.ts', 'utf8').matchAll(/\.logger\.(?:debug|info|warn|error|critical)\((.*)/g), ([, args]) => args);
  const told = table('docs/operations.md', 'message').flatMap(([cell]) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, message]) => message));
  expect(told.sort()).toEqual([...new Set(messages.map((args) => /^'([^']+)'/.exec(args)?.[1]))].sort());
});

describe('quotas', () => {
  const PACES: Record<string, number> = {
    DeleteConnection: DATA_PLANE.perSecond,
    DetachPolicy: DETACH_POLICY.perSecond,
    DisconnectParticipant: DISCONNECT_PARTICIPANT.perSecond,
    StopContact: STOP_CONTACT.perSecond,
    DeleteManagedThing: MANAGED_INTEGRATIONS.perSecond,
  };
  const number = (cell: string) => parseFloat(cell.replace(/,/g, ''));
  const rows = table('docs/operations.md', '', "AWS's default").map(([call, quota, pace, total]) => ({
    call: /^\[(\w+)\]/.exec(call)![1],
    quota: number(quota),
    pace: number(pace),
    total: number(total),
  }));

  test('are those of every operation', () => {
    expect(rows.map(({ call }) => call)).toEqual(Object.keys(PACES));
  });

  test.each(rows)('$call: a run ends $pace a second, nine tenths of $quota, and so many in 14 minutes, some seconds of which are not for that', (row) => {
    expect(row.pace).toBe(PACES[row.call]);
    expect(row.pace).toBeCloseTo(0.9 * row.quota);
    const most = row.pace * 14 * 60;
    expect(row.total).toBeLessThanOrEqual(most);
    expect(row.total).toBeGreaterThan(0.85 * most);
  });

  test('docs/how-it-works.md says the same of what 14 minutes end', () => {
    const [, clients, participants] = /14 minutes end about ([\d,]+) clients or ([\d,]+) participants/.exec(readFileSync('docs/how-it-works.md', 'utf8'))!;
    const totalOf = (call: string) => rows.find((row) => row.call === call)!.total;
    expect([clients, participants].map(number)).toEqual([totalOf('DeleteConnection'), totalOf('DisconnectParticipant')]);
  });
});
