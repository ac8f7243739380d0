import { createHash } from 'node:crypto';
import { disconnectParticipant } from './operation';
import { DISCONNECT_PARTICIPANT } from './rates';
import { teardownHandler } from '../run/main';
import { lazily } from '../sources/lazily';
import { secret } from '../sources/secret';

export const handler = teardownHandler({
  targetName: 'chat participants',
  endedName: 'disconnected',
  sources: {
    secret,
    parameter: lazily(async () => (await import('../sources/parameter.js')).parameter),
    table: lazily(async () => (await import('../sources/table.js')).table),
  },
  operation: disconnectParticipant,
  rate: DISCONNECT_PARTICIPANT,
  label: (token) => `participant ${createHash('sha256').update(token).digest('hex').slice(0, 8)}`,
  problemOf: (token) => (token.length > 1000 ? 'is longer than a token of Amazon Connect: 1000 characters at most' : undefined),
});
