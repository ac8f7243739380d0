import type { Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { ChatParticipants, Moment, TokenKind, type ParameterTokensOptions } from '../../lib';
import { chatScene } from '../support/chat-scene';
import { until } from '../../local-aws/test/support/mqtt-device';
import { storeParameter } from '../support/parameter';
import { createTable } from '../support/table';

const scene = chatScene('ChatSources');

describe('ChatParticipants.fromParameter', () => {
  const tokens = (options?: ParameterTokensOptions) => (scope: Stack) =>
    ChatParticipants.fromParameter(StringParameter.fromSecureStringParameterAttributes(scope, 'Tokens', { parameterName: '/chats/tokens' }), options);

  test('one token', async () => {
    await storeParameter(scene.aws, '/chats/tokens', scene.customers[0].connectionToken);
    await scene.stack.deploy(scene.disconnect(tokens()));
    await until(() => !scene.customers[0].isConnected());
    expect(scene.customers[1].isConnected()).toBe(true);
  });

  test('an array of participant tokens in a field, as they are when the stack is destroyed', async () => {
    await storeParameter(scene.aws, '/chats/tokens', '{"chats":[]}');
    await scene.stack.deploy(scene.disconnect(tokens({ jsonField: 'chats', tokenKind: TokenKind.PARTICIPANT }), { runOn: [Moment.TEARDOWN] }));
    await storeParameter(scene.aws, '/chats/tokens', JSON.stringify({ chats: scene.participantTokens }));
    await scene.stack.destroy();
    await until(() => scene.nobodyIsConnected);
  });

  test.each<[string, string, 'String' | 'SecureString', ParameterTokensOptions, string]>([
    ['is no SecureString', 'plain-text', 'String', {}, 'parameter /chats/tokens could not be read: it is a String: keep tokens in a SecureString'],
    ['lacks the field', '{"other":"plain-text"}', 'SecureString', { jsonField: 'chats' }, 'parameter /chats/tokens has no field "chats"'],
    [
      'holds something else',
      '{"other":"plain-text"}',
      'SecureString',
      {},
      'parameter /chats/tokens holds a JSON object (has it a field with tokens? name it as jsonField) and neither a token nor a JSON array of tokens',
    ],
  ])('a parameter that %s fails the deploy, also one that would only look', async (_, value, type, options, message) => {
    await storeParameter(scene.aws, '/chats/tokens', value, type);
    const failure = await scene.stack.deploy(scene.disconnect(tokens(options), { runOn: [Moment.TEARDOWN] })).catch((error) => error);
    expect(failure.message).toContain(message);
    expect(failure.message).not.toContain('plain-text');
  });

  test('a parameter that is not there fails the deploy', async () => {
    scene.aws.ssm.parameters.delete('/chats/tokens');
    await expect(scene.stack.deploy(scene.disconnect(tokens(), { runOn: [Moment.TEARDOWN] }))).rejects.toThrow(
      'parameter /chats/tokens could not be read: it does not exist',
    );
  });
});

describe('ChatParticipants.fromTable', () => {
  test.each([TokenKind.CONNECTION, TokenKind.PARTICIPANT])('%s tokens, over three pages', async (tokenKind) => {
    const padding = { S: 'x'.repeat(380_000) };
    const stored = tokenKind === TokenKind.CONNECTION ? scene.connectionTokens : scene.participantTokens;
    const others = Array.from({ length: 7 }, () => ({ padding, kind: { S: 'ended' } }));
    await createTable(scene.aws, scene.id, [{ token: { S: stored[0] } }, ...others, { token: { S: stored[1] }, kind: { S: 'last' } }]);
    await scene.stack.deploy(
      scene.disconnect((scope) => ChatParticipants.fromTable(Table.fromTableName(scope, 'Table', scene.id), { attribute: 'token', tokenKind })),
    );
    await until(() => scene.nobodyIsConnected);
    expect(await scene.stack.outputs()).toEqual({ targetCount: '2', endedCount: '2', alreadyGoneCount: '0', failedCount: '0' });
  });
});
