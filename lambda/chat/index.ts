import { createHash } from 'node:crypto';
import { doubt } from './doubt';
import { disconnectParticipant } from './operation';
import { DISCONNECT_PARTICIPANT } from './rates';
import { CHAT_RESOURCE_TYPE } from '../../contract/chat';
import { teardownHandler } from '../run/main';
import type { Service } from '../run/service';
import { lazily } from '../targets/lazily';
import { secret } from '../sources/secret';
import { tokensIn } from './tokens';

export const service: Service = {
  resourceType: CHAT_RESOURCE_TYPE,
  targetName: 'chat participants',
  endedName: 'disconnected',
  hasSecrets: true,
  sources: {
    secret: secret(tokensIn),
    parameter: lazily(async () => (await import('../sources/parameter.js')).parameter(tokensIn)),
    table: lazily(async () => (await import('./token-table.js')).tokenTable),
  },
  operation: disconnectParticipant,
  doubt,
  rate: DISCONNECT_PARTICIPANT,
  label: (token) => `participant ${createHash('sha256').update(token).digest('hex').slice(0, 8)}`,
};

export const handler = teardownHandler(service, async () => (await import('../long/long-runs.js')).longRuns);
