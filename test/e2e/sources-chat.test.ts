import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { ChatDisconnection, ChatParticipants, Moment, TokenKind, type ParameterTokensOptions } from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';
import { startChat, type Customer } from '../support/chat-customer';
import { until } from '../support/mqtt-device';
import { storeParameter } from '../support/parameter';
import { createTable } from '../support/table';
import { TestStack } from '../support/test-stack';

let aws: LocalAws;
let stacks = 0;
let stack: TestStack;
let customers: Customer[];

beforeAll(async () => {
  aws = await LocalAws.start({ quotas: { connect: 'none' } });
});
afterAll(() => aws.stop());
beforeEach(async () => {
  stack = new TestStack(aws, `ChatSources${stacks += 1}`);
  customers = [await startChat(aws), await startChat(aws)];
});
afterEach(() => customers.forEach((customer) => customer.leave()));

function disconnect(participants: (scope: Stack) => ChatParticipants, runOn = [Moment.DEPLOY]) {
  return (scope: Stack) => {
    const disconnection = new ChatDisconnection(scope, 'Chats', { participants: participants(scope), runOn, requestsPerSecond: 50 });
    for (const name of ['targetCount', 'endedCount', 'alreadyGoneCount'] as const) new CfnOutput(scope, name, { value: disconnection[name] });
  };
}

const nobodyIsConnected = () => customers.every((customer) => !customer.isConnected());
const connectionTokens = () => customers.map(({ connectionToken }) => connectionToken);

describe('ChatParticipants.fromParameter', () => {
  const tokens = (options?: ParameterTokensOptions) => (scope: Stack) =>
    ChatParticipants.fromParameter(StringParameter.fromSecureStringParameterAttributes(scope, 'Tokens', { parameterName: '/chats/tokens' }), options);

  test('one token', async () => {
    await storeParameter(aws, '/chats/tokens', customers[0].connectionToken);
    await stack.deploy(disconnect(tokens()));
    await until(() => !customers[0].isConnected());
    expect(customers[1].isConnected()).toBe(true);
  });

  test('an array of participant tokens in a field, as they are when the stack is destroyed', async () => {
    await storeParameter(aws, '/chats/tokens', '{"chats":[]}');
    await stack.deploy(disconnect(tokens({ jsonField: 'chats', tokenKind: TokenKind.PARTICIPANT }), [Moment.TEARDOWN]));
    await storeParameter(aws, '/chats/tokens', JSON.stringify({ chats: customers.map(({ participantToken }) => participantToken) }));
    await stack.destroy();
    await until(nobodyIsConnected);
  });

  test.each<[string, string, 'String' | 'SecureString', ParameterTokensOptions, string]>([
    ['is no SecureString', 'plain-text', 'String', {}, 'parameter /chats/tokens could not be read: it is a String: keep tokens in a SecureString'],
    ['lacks the field', '{"other":"plain-text"}', 'SecureString', { jsonField: 'chats' }, 'parameter /chats/tokens has no field "chats"'],
    ['holds something else', '{"other":"plain-text"}', 'SecureString', {}, 'parameter /chats/tokens holds neither a token nor a JSON array of tokens'],
  ])('a parameter that %s fails the deploy, also one that would only look', async (_, value, type, options, message) => {
    await storeParameter(aws, '/chats/tokens', value, type);
    const failure = await stack.deploy(disconnect(tokens(options), [Moment.TEARDOWN])).catch((error) => error);
    expect(failure.message).toContain(message);
    expect(failure.message).not.toContain('plain-text');
  });

  test('a parameter that is not there fails the deploy', async () => {
    aws.ssm.parameters.delete('/chats/tokens');
    await expect(stack.deploy(disconnect(tokens(), [Moment.TEARDOWN]))).rejects.toThrow('parameter /chats/tokens could not be read: it does not exist');
  });
});

describe('ChatParticipants.fromTable', () => {
  test.each([TokenKind.CONNECTION, TokenKind.PARTICIPANT])('%s tokens, over three pages', async (tokenKind) => {
    const padding = { S: 'x'.repeat(380_000) };
    const stored = tokenKind === TokenKind.CONNECTION ? connectionTokens() : customers.map(({ participantToken }) => participantToken);
    const others = Array.from({ length: 7 }, () => ({ padding, kind: { S: 'ended' } }));
    await createTable(aws, stack.name, [{ token: { S: stored[0] } }, ...others, { token: { S: stored[1] }, kind: { S: 'last' } }]);
    await stack.deploy(disconnect((scope) => ChatParticipants.fromTable(Table.fromTableName(scope, 'Table', stack.name), { attribute: 'token', tokenKind })));
    await until(nobodyIsConnected);
    expect(await stack.outputs()).toEqual({ targetCount: '2', endedCount: '2', alreadyGoneCount: '0' });
  });
});
