import { handler } from '../../lambda/contacts';
import { InProcess } from '../support/in-process';
import { virtualTime } from '../support/virtual-time';
import type { LocalAwsOptions } from '../../local-aws/local-aws';

/* What becomes of contacts: https://docs.aws.amazon.com/connect/latest/APIReference/API_StopContact.html */

const time = virtualTime();
let cloud: InProcess;
afterEach(() => cloud.stop());

async function start(connect: LocalAwsOptions['connect'] = {}): Promise<void> {
  cloud = await time.until(InProcess.start({ quotas: { connect: 'none' }, connect }));
}

function stop(ids: readonly string[], seconds?: number, { InstanceArn = cloud.aws.connect.instanceArn } = {}) {
  return time.until(cloud.deploy(handler, ids, { InstanceArn }, seconds));
}
const ENDED = { Target: 1, Ended: 1, AlreadyGone: 0, Failed: 0, reason: undefined };
const GONE = { Target: 1, Ended: 0, AlreadyGone: 1, Failed: 0, reason: undefined };
const paths = () => cloud.aws.calls.map(({ path }) => path).filter((path) => path.startsWith('/contact'));

test('a chat ends for its customer, and the run waits until it has a disconnect time', async () => {
  await start({ describeDelayMs: 1_500 });
  const { contactId } = cloud.aws.connect.startChat();
  expect(await stop([contactId])).toMatchObject(ENDED);
  expect(cloud.aws.connect.participants).toMatchObject([{ state: 'DISCONNECTED' }]);
  const look = `/contacts/${cloud.aws.connect.instanceId}/${contactId}`;
  expect(paths()).toEqual(['/contact/stop', look, look]);
});

test('a task ends in any state', async () => {
  await start();
  const { id } = cloud.aws.connect.startContact({ channel: 'TASK', initiationMethod: 'TRANSFER', queueId: 'q' });
  expect(await stop([id])).toMatchObject(ENDED);
  expect(cloud.aws.connect.endOf(id)).toBeDefined();
});

// What AWS answers about one that has ended is not documented.
test.each(['ContactNotFoundException', 'InvalidRequestException', 'OK'] as const)(
  'one that has ended is gone, though Amazon Connect says %s',
  async (endedContact) => {
    await start({ endedContact });
    const { id } = cloud.aws.connect.startContact({ channel: 'TASK' });
    cloud.aws.connect.endContact(id);
    jest.advanceTimersByTime(1_100);
    expect(await stop([id])).toMatchObject(GONE);
  },
);

test('one that Amazon Connect does not know is gone, as it says', async () => {
  await start();
  expect(await stop(['0cc2f3f4-0000-4000-8000-000000000000'])).toMatchObject(GONE);
});

test('a call that cannot be stopped fails, and says why', async () => {
  await start();
  const { id } = cloud.aws.connect.startContact({ channel: 'VOICE', initiationMethod: 'TRANSFER' });
  expect(await stop([id])).toMatchObject({
    Failed: 1,
    reason: expect.stringContaining(`(1 VoiceContact), for example ${id}: is a voice contact that was initiated by TRANSFER, and Amazon Connect stops chats`),
  });
});

test('one that still has no disconnect time when the time is up fails', async () => {
  await start({ describeDelayMs: 60_000 });
  const { id } = cloud.aws.connect.startContact({ channel: 'TASK' });
  expect(await stop([id], 3)).toMatchObject({
    Failed: 1,
    reason: expect.stringContaining(`(1 StillThere), for example ${id}: is still there: Amazon Connect accepted to stop it`),
  });
});

test('of another instance, nothing is taken for gone', async () => {
  await start();
  const { id } = cloud.aws.connect.startContact({ channel: 'TASK' });
  const InstanceArn = 'arn:aws:connect:ca-central-1:123456789012:instance/other';
  expect(await stop([id], undefined, { InstanceArn })).toMatchObject({
    AlreadyGone: 0,
    Failed: 1,
    reason: expect.stringContaining(`(1 UnknownContact), for example ${id}: is not known to the instance other: see that both ids are right`),
  });
});

test('what is no id is not called for', async () => {
  await start();
  const arn = `${cloud.aws.connect.instanceArn}/contact/c`;
  expect(await stop([arn])).toMatchObject({ Failed: 1, reason: expect.stringContaining(`(1 InvalidTarget), for example ${arn}: is not a contact id`) });
  expect(paths()).toEqual([]);
});
