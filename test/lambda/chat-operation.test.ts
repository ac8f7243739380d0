import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handler } from '../../lambda/chat';
import { InProcess } from '../support/in-process';
import { storeSecret } from '../support/secret';

let cloud: InProcess;
beforeAll(async () => {
  cloud = await InProcess.start({ quotas: { connect: { CreateParticipantConnection: { rate: 1, burst: 2 } } } });
});
afterAll(() => cloud.stop());

test('exchanges that are throttled slow exchanges down, and no participant is disconnected twice or lost', async () => {
  const tokens = Array.from({ length: 4 }, () => cloud.aws.connect.startChat().participantToken);
  const SecretArn = storeSecret(cloud.aws, 'tokens', JSON.stringify(tokens));
  expect(await cloud.deploy(handler, { Source: 'secret', SecretArn }, { TokenKind: 'PARTICIPANT' }))
    .toMatchObject({ Target: 4, Ended: 4, AlreadyGone: 0, Failed: 0, reason: undefined });
  const calls = (of: string) => cloud.aws.calls.filter(({ path }) => path === `/participant/${of}`);
  expect(calls('connection').filter(({ status }) => status === 429).length).toBeGreaterThan(0);
  expect(calls('disconnect').map(({ status }) => status)).toEqual([200, 200, 200, 200]);
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
    expect(reason).toMatch(/participant [0-9a-f]{8}: \(its connection token\) of participant [0-9a-f]{8} is bad/);
    expect(reason).not.toMatch(/connection-secret|participant-secret/);
  } finally {
    delete process.env.AWS_ENDPOINT_URL_CONNECTPARTICIPANT;
    server.closeAllConnections();
    server.close();
  }
});
