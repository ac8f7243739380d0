import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handler } from '../../lambda/chat';
import { disconnectParticipant } from '../../lambda/chat/operation';
import { Pace } from '../../lambda/calls/pace';
import { Hasty } from '../support/calls';
import { InProcess } from '../support/in-process';
import { reads } from '../support/reads';
import { scripted, type Line } from '../support/scripted';
import { storeSecret } from '../support/secret';

let cloud: InProcess;
beforeAll(async () => {
  cloud = await InProcess.start({ quotas: { connect: { CreateParticipantConnection: { rate: 1, burst: 2 } } } });
});
afterAll(() => cloud.stop());

test('exchanges that are throttled slow exchanges down, and no participant is disconnected twice or lost', async () => {
  const tokens = Array.from({ length: 4 }, () => cloud.aws.connect.startChat().participantToken);
  const SecretArn = storeSecret(cloud.aws, 'tokens', JSON.stringify(tokens));
  expect(await cloud.deploy(handler, { Source: 'secret', SecretArn }, { TokenKind: 'PARTICIPANT' })).toMatchObject({
    Target: 4,
    Ended: 4,
    AlreadyGone: 0,
    Failed: 0,
    reason: undefined,
  });
  const calls = (of: string) => cloud.aws.calls.filter(({ path }) => path === `/participant/${of}`);
  expect(calls('connection').filter(({ status }) => status === 429).length).toBeGreaterThan(0);
  expect(calls('disconnect').map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  // The token alone authorizes.
  expect([...calls('connection'), ...calls('disconnect')].every(({ service }) => service === 'unsigned')).toBe(true);
});

describe('a participant', () => {
  const EXCHANGED: Line = [200, { ConnectionCredentials: { ConnectionToken: 'connection-token' } }];
  const DENIED: Line = [403, 'AccessDeniedException'];

  async function end(answers: readonly Line[], how: object = { TokenKind: 'PARTICIPANT' }) {
    const service = await scripted({ POST: answers });
    const { AWS_ENDPOINT_URL } = process.env;
    process.env.AWS_ENDPOINT_URL = service.url;
    const pace = new Pace({ perSecond: 1_000, burst: 1 });
    const turn = jest.spyOn(pace, 'turn');
    const calls = new Hasty({ pace });
    try {
      const outcome = await disconnectParticipant({ ...how }, reads())
        .end({ id: 'token' }, calls)
        .catch(({ name, message }) => `${name}: ${message}`);
      return {
        outcome,
        calls: service.calls.map((call) => call.replace('POST /participant/', '')),
        pauses: calls.pauses.length,
        turns: turn.mock.calls.length,
      };
    } finally {
      process.env.AWS_ENDPOINT_URL = AWS_ENDPOINT_URL;
      await service.stop();
    }
  }

  test('whose token is exchanged costs one turn of each call', async () => {
    expect(await end([EXCHANGED, [200]])).toEqual({ outcome: 'ended', calls: ['connection', 'disconnect'], pauses: 0, turns: 1 });
  });

  test('whose token is exchanged for none fails with that', async () => {
    expect(await end([[200, {}]])).toMatchObject({
      outcome: 'Error: Amazon Connect gave no connection token for the participant token',
      calls: ['connection'],
    });
  });

  test("is called for again after a fault, in the run's own time and not by the SDK", async () => {
    const fault: Line = [500, 'InternalServerException'];
    expect(await end([fault, EXCHANGED, fault, [200]])).toMatchObject({
      outcome: 'ended',
      calls: ['connection', 'connection', 'disconnect', 'disconnect'],
      pauses: 2,
    });
  });

  test.each<[string, object, string]>([
    ['has gone as far as can be told, unless told otherwise', {}, 'denied'],
    ['fails, if told so', { DeniedToken: 'FAIL' }, 'AccessDeniedException: scripted'],
  ])('whose token is denied, by whichever call, %s', async (_, how, outcome) => {
    expect(await end([DENIED], how)).toMatchObject({ outcome, calls: ['disconnect'] });
    expect(await end([DENIED], { TokenKind: 'PARTICIPANT', ...how })).toMatchObject({ outcome, calls: ['connection'] });
    expect(await end([EXCHANGED, DENIED], { TokenKind: 'PARTICIPANT', ...how })).toMatchObject({ outcome, calls: ['connection', 'disconnect'] });
  });
});

test('a connection token that Amazon Connect repeats stays secret', async () => {
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === '/participant/connection') {
      response.end(JSON.stringify({ ConnectionCredentials: { ConnectionToken: 'connection-secret' } }));
    } else {
      response.writeHead(400, { 'x-amzn-errortype': 'ValidationException' }).end(JSON.stringify({ message: 'connection-secret of participant-secret is bad' }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.AWS_ENDPOINT_URL_CONNECTPARTICIPANT = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const SecretArn = storeSecret(cloud.aws, 'tokens', '"participant-secret"');
    const { reason } = await cloud.deploy(handler, { Source: 'secret', SecretArn }, { TokenKind: 'PARTICIPANT' });
    expect(reason).toMatch(/participant [0-9a-f]{8}: HTTP status 400/);
    expect(reason).not.toMatch(/connection-secret|participant-secret/);
  } finally {
    delete process.env.AWS_ENDPOINT_URL_CONNECTPARTICIPANT;
    server.closeAllConnections();
    server.close();
  }
});
