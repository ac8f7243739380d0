import { DeleteSecretCommand, RestoreSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ChatParticipants, DeniedToken, Moment, OnFailure, TokenKind, type ChatDisconnectionProps, type SecretTokensOptions } from '../../lib';
import { chatScene } from '../support/chat-scene';
import { until } from '../../local-aws/test/support/mqtt-device';
import { storeSecret } from '../support/secret';

const scene = chatScene('Chat');

/** With a secret that exists before the stack does. */
function disconnect(secretString: string, options: SecretTokensOptions = {}, props: Partial<ChatDisconnectionProps> = {}) {
  const arn = storeSecret(scene.aws, `tokens-of-${scene.id}`, secretString);
  return scene.disconnect((scope) => ChatParticipants.fromSecret(Secret.fromSecretCompleteArn(scope, 'Tokens', arn), options), props);
}

describe('tokens', () => {
  test('a secret that is one token', async () => {
    await scene.stack.deploy(disconnect(scene.customers[0].connectionToken));
    await until(() => !scene.customers[0].isConnected());
    expect(scene.customers[1].isConnected()).toBe(true);
    expect(await scene.stack.outputs()).toEqual({ targetCount: '1', endedCount: '1', alreadyGoneCount: '0', failedCount: '0' });
  });

  test('a secret that is an array of tokens, one of them twice', async () => {
    const [one, two] = scene.connectionTokens;
    await scene.stack.deploy(disconnect(JSON.stringify([one, two, one])));
    await until(() => scene.nobodyIsConnected);
    expect(await scene.stack.outputs()).toMatchObject({ targetCount: '2', endedCount: '2', alreadyGoneCount: '0' });
  });

  test('a field of a JSON object', async () => {
    const tokens = scene.connectionTokens;
    await scene.stack.deploy(disconnect(JSON.stringify({ other: 'x', tokens }), { jsonField: 'tokens' }));
    await until(() => scene.nobodyIsConnected);
  });

  test('participant tokens, which are exchanged first', async () => {
    await scene.stack.deploy(disconnect(JSON.stringify(scene.participantTokens), { tokenKind: TokenKind.PARTICIPANT }));
    await until(() => scene.nobodyIsConnected);
  });

  test('none at all', async () => {
    await scene.stack.deploy(disconnect('[]'));
    expect(await scene.stack.outputs()).toMatchObject({ targetCount: '0', endedCount: '0' });
  });

  test('are read when the run happens: on destroy, those that are stored by then', async () => {
    await scene.stack.deploy(disconnect('[]', {}, { runOn: [Moment.TEARDOWN] }));
    storeSecret(scene.aws, `tokens-of-${scene.id}`, JSON.stringify(scene.connectionTokens));
    await scene.stack.destroy();
    await until(() => scene.nobodyIsConnected);
  });
});

describe('a denied token', () => {
  const wrong = 'not-a-token-of-this-instance';

  test('counts as gone by default', async () => {
    await scene.stack.deploy(disconnect(JSON.stringify([wrong, scene.customers[0].connectionToken])));
    expect(await scene.stack.outputs()).toMatchObject({ endedCount: '1', alreadyGoneCount: '1', failedCount: '0' });
  });

  test('fails the deploy if the user wants it to, and the sentence names the participant by a hash', async () => {
    const failure = await scene.stack.deploy(disconnect(wrong, {}, { deniedToken: DeniedToken.FAIL })).catch((error) => error);
    expect(failure.message).toMatch(
      /1 of 1 chat participants could not be disconnected \(1 AccessDeniedException\), for example participant [0-9a-f]{8}: HTTP status 403/,
    );
    expect(failure.message).not.toContain(wrong);
  });
});

describe('a secret that cannot be used fails the deploy, also one that would only look', () => {
  test.each<[string, string, SecretTokensOptions, string | RegExp]>([
    ['is no JSON object', 'plain-secret-text', { jsonField: 'tokens' }, 'holds no JSON object, so it has no field "tokens"'],
    ['lacks the field', '{"other":"plain-secret-text"}', { jsonField: 'tokens' }, 'has no field "tokens"'],
    [
      'holds something else in the field',
      '{"tokens":{"plain-secret-text":1}}',
      { jsonField: 'tokens' },
      'holds a JSON object (has it a field with tokens? name it as jsonField) and neither a token nor a JSON array of tokens',
    ],
    [
      'holds an empty token',
      '[""]',
      {},
      /1 of 1 chat participants cannot be disconnected, for example element 1 of 1 in secret arn:\S+ is empty: a token has 1 to 1000 visible characters; correct them where they are kept/,
    ],
    [
      'is an object and no field is named',
      '{"tokens":"plain-secret-text"}',
      {},
      'holds a JSON object (has it a field with tokens? name it as jsonField) and neither a token nor a JSON array of tokens',
    ],
  ])('%s', async (_, secretString, options, message) => {
    const failure = await scene.stack.deploy(disconnect(secretString, options, { runOn: [Moment.TEARDOWN] })).catch((error) => error);
    expect(failure).toMatchObject({ message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message) });
    expect(failure.message).not.toContain('plain-secret-text');
  });

  test('is not there any more', async () => {
    const declare = disconnect('[]', {}, { runOn: [Moment.TEARDOWN] });
    scene.aws.secrets.secrets.delete(`tokens-of-${scene.id}`);
    await expect(scene.stack.deploy(declare)).rejects.toThrow(
      /secret arn:.* could not be read: it does not exist; a secret that is deleted with the stack must outlast the run: runBeforeDeletionOf\(secret\)/,
    );
  });

  test('has no value yet', async () => {
    const declare = disconnect('[]', {}, { runOn: [Moment.TEARDOWN] });
    scene.aws.secrets.find(`tokens-of-${scene.id}`)!.value = undefined;
    await expect(scene.stack.deploy(declare)).rejects.toThrow(/secret arn:.* could not be read: it has no value yet/);
  });
});

test('a secret that is scheduled for deletion fails the destroy with the remedy, and once it is restored the destroy succeeds', async () => {
  const SecretId = `tokens-of-${scene.id}`;
  const client = new SecretsManagerClient({ endpoint: scene.aws.url, region: scene.aws.region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  await scene.stack.deploy(disconnect(JSON.stringify(scene.connectionTokens), {}, { runOn: [Moment.TEARDOWN] }));
  const { ARN } = await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  await expect(scene.stack.destroy()).rejects.toThrow(
    `secret ${ARN} could not be read: it is scheduled for deletion; restore it with "aws secretsmanager restore-secret --secret-id ${ARN}" and try again; ` +
      'a secret that is deleted with the stack must outlast the run: runBeforeDeletionOf(secret)',
  );
  expect(scene.nobodyIsConnected).toBe(false);
  await client.send(new RestoreSecretCommand({ SecretId }));
  await scene.stack.destroy();
  await until(() => scene.nobodyIsConnected);
  client.destroy();
});

test('with CONTINUE not even a secret that is gone holds up the destroy', async () => {
  await scene.stack.deploy(disconnect('[]', {}, { runOn: [Moment.TEARDOWN], onFailure: OnFailure.CONTINUE }));
  scene.aws.secrets.secrets.delete(`tokens-of-${scene.id}`);
  await scene.stack.destroy();
  expect(scene.aws.logs.history.filter((line) => line.includes('went on although it failed') && line.includes('could not be read'))).toHaveLength(1);
});
