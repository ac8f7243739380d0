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
