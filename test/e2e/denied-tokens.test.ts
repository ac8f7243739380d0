import { Moment } from '../../lib';
import { Answers } from '../support/answers';
import { chatScene } from '../support/chat-scene';
import { storeSecret } from '../support/secret';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ChatParticipants, DeniedToken, type ChatDisconnectionProps } from '../../lib';

/* What a run shows in which Amazon Connect denies every token: it says the same of chats that have ended and of tokens that are wrong. */

const scene = chatScene('Denied');

const NONE = /Amazon Connect denied the tokens of all 2 chat participants and none was disconnected, as it does for tokens that are wrong or expired/;

async function deploy(props: Partial<ChatDisconnectionProps> = {}): Promise<void> {
  const name = `denied-${scene.id}`;
  storeSecret(scene.aws, name, '[]');
  const participants = scene.disconnect((scope) => ChatParticipants.fromSecret(Secret.fromSecretNameV2(scope, 'Tokens', name)), {
    runOn: [Moment.TEARDOWN],
    ...props,
  });
  await scene.stack.deploy(participants);
}

const store = (tokens: readonly string[]) => storeSecret(scene.aws, `denied-${scene.id}`, JSON.stringify(tokens));

const endChats = () => scene.aws.connect.participants.forEach(({ contactId }) => scene.aws.connect.endContact(contactId));

test('tokens that are all wrong fail the destroy, however often it is tried, until they are taken out of the store', async () => {
  await deploy();
  store(['wrong-1', 'wrong-2']);
  await expect(scene.stack.destroy()).rejects.toThrow(NONE);
  await expect(scene.stack.destroy()).rejects.toThrow(NONE);
  store([]);
  await scene.stack.destroy();
});

test('chats that a destroy ended before it failed for another reason are no obstacle to the next', async () => {
  await deploy();
  store([...scene.connectionTokens, 'not a token']);
  await expect(scene.stack.destroy()).rejects.toThrow('2 of 3 chat participants were disconnected.');
  store(scene.connectionTokens);
  await scene.stack.destroy();
});

test('nor are those that a destroy ended which never answered', async () => {
  await deploy();
  store(scene.connectionTokens);
  endChats();
  const destroy = scene.stack.destroy();
  await expect(destroy).rejects.toThrow(NONE);
  const stack = scene.aws.cloudformation.stack(scene.stack.name)!;
  const failed = stack.events.filter(({ ResourceStatus, ResourceType }) => ResourceStatus === 'DELETE_FAILED' && ResourceType === 'Custom::ChatDisconnection');
  Object.assign(failed.at(-1)!, {
    ResourceStatusReason: 'CloudFormation did not receive a response from your custom resource. Please check your logs for requestId [1].',
  });
  await scene.stack.destroy();
});

test('a request that Lambda delivers again, a minute later, goes on where the first left off', async () => {
  await deploy();
  store(scene.connectionTokens);
  endChats();
  const exchanges = scene.aws.cloudformation.exchanges.length;
  await expect(scene.stack.destroy()).rejects.toThrow(NONE);
  const { request } = scene.aws.cloudformation.exchanges
    .slice(exchanges)
    .find(({ request: { ResourceType } }) => ResourceType === 'Custom::ChatDisconnection')!;
  const answers = new Answers();
  await answers.start();
  const asked = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
  for (const [secondsAgo, Status] of [
    [20, 'FAILED'],
    [70, 'SUCCESS'],
  ] as const) {
    scene.aws.cloudformation.stack(scene.stack.name)!.setStatus('DELETE_IN_PROGRESS');
    scene.aws.lambda.invokeAsync(request.ServiceToken, { ...request, ResponseURL: `${answers.url}?X-Amz-Date=${asked(secondsAgo)}` });
    await scene.aws.lambda.idle();
    expect(answers.received.pop()).toMatchObject({ Status });
  }
  await answers.stop();
});

test('one chat that is disconnected shows that the tokens are not all wrong', async () => {
  await deploy();
  store(['wrong-1', scene.connectionTokens[0]]);
  await scene.stack.destroy();
});

test('who says that denied is gone is believed', async () => {
  await deploy({ deniedToken: DeniedToken.TREAT_AS_GONE });
  store(['wrong-1', 'wrong-2']);
  await scene.stack.destroy();
});

test('without the permission to read the events, doubt stays doubt', async () => {
  await deploy();
  store([...scene.connectionTokens, 'not a token']);
  await expect(scene.stack.destroy()).rejects.toThrow('2 of 3 chat participants were disconnected.');
  for (const { inline } of scene.aws.iam.roles.values()) {
    for (const [name, document] of inline)
      inline.set(name, JSON.parse(JSON.stringify(document).replaceAll('cloudformation:DescribeStackEvents', 'iam:Nothing')));
  }
  store(scene.connectionTokens);
  await expect(scene.stack.destroy()).rejects.toThrow(NONE);
});
