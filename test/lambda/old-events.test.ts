import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnWaitConditionHandle } from 'aws-cdk-lib';
import { service as chat } from '../../lambda/chat';
import { service as policies } from '../../lambda/iot-policies';
import { service as contacts } from '../../lambda/contacts';
import { longRuns } from '../../lambda/long/long-runs';
import { service as mqtt } from '../../lambda/mqtt';
import { teardownHandler } from '../../lambda/run/main';
import { service as things } from '../../lambda/things';
import { LocalAws } from '../../local-aws/local-aws';
import { Answers } from '../support/answers';
import { storeSecret } from '../support/secret';
import { TestStack } from '../../local-aws/test/support/test-stack';

/*
 * Events of templates that earlier versions deployed, as recorded then: whatever the properties look like later, what was deployed by an
 * earlier version can be updated and destroyed by this one. A version that changes the properties adds its folder; none is ever changed.
 */

const FIXTURES = join(__dirname, 'fixtures');
const SERVICES: Record<string, typeof mqtt> = { chats: chat, contacts, kiosks: mqtt, policies, things };
/** Of what was recorded: in another, nobody knows of its contacts. */
const RECORDED_INSTANCE = '25e68f8b-a1a8-4b62-9e25-152af9bb4b70';
const STATUS: Record<string, string> = { Create: 'CREATE_IN_PROGRESS', Update: 'UPDATE_IN_PROGRESS', Delete: 'DELETE_IN_PROGRESS' };

let aws: LocalAws;
const answers = new Answers();
const env = { ...process.env };

beforeAll(async () => {
  aws = await LocalAws.start({ quotas: { iot: 'none', things: 'none', connect: 'none' }, connect: { instanceId: RECORDED_INSTANCE } });
  Object.assign(process.env, aws.env);
  await answers.start();
  await new TestStack(aws, 'Recorded').deploy((scope) => new CfnWaitConditionHandle(scope, 'Anything'));
});
afterAll(async () => {
  process.env = env;
  await answers.stop();
  await aws.stop();
});

const recorded = readdirSync(FIXTURES).flatMap((version) => readdirSync(join(FIXTURES, version)).map((file): [string, string] => [version, file]));

test.each([
  ['0.1.0', ['chats', 'kiosks', 'things']],
  ['0.2.0', ['chats', 'kiosks', 'things']],
  ['0.3.0', ['chats', 'kiosks', 'things']],
  ['0.4.0', ['chats', 'kiosks', 'things']],
  // Of what is new.
  ['0.5.0', ['contacts', 'policies']],
])('of %s there are events of every type: %j', (version, names) => {
  const files = names.flatMap((name) => ['create', 'delete', 'update'].map((type) => `${name}-${type}.json`));
  expect(recorded.filter(([of]) => of === version).map(([, file]) => file)).toEqual(files);
});

test.each(recorded)('%s %s is carried out', async (version, file) => {
  const event = JSON.parse(readFileSync(join(FIXTURES, version, file), 'utf8'));
  const stack = aws.cloudformation.stack('Recorded')!;
  stack.setStatus(STATUS[event.RequestType] as any);
  const targets = event.ResourceProperties.Targets;
  if (targets.SecretArn) targets.SecretArn = storeSecret(aws, 'tokens', '["denied-token"]');
  const context = { logStreamName: 'log-stream', getRemainingTimeInMillis: () => 60_000 };
  const handler = teardownHandler(SERVICES[file.split('-')[0]], async () => longRuns);
  await handler({ ...event, StackId: stack.id, ResponseURL: answers.url }, context);
  // Where just the list changed, only the one that is new.
  const listed = event.RequestType === 'Delete' ? (targets.Ids?.length ?? 1) : 1;
  // Nothing is attached here.
  const count = targets.Source === 'policyTargets' ? 0 : listed;
  expect(answers.received.pop()).toMatchObject({
    Status: 'SUCCESS',
    Data: { AlreadyGoneCount: String(count), FailedCount: '0' },
    ...(event.PhysicalResourceId && { PhysicalResourceId: event.PhysicalResourceId }),
  });
});
