import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ChatDisconnection, ChatDisconnectionProvider, ChatParticipants, DeniedToken, TokenKind } from '../../lib';
import { newStack } from '../support/new-stack';

/* What ChatDisconnection declares: its properties, its permissions, and what it refuses. */

const RESOURCE = 'Custom::ChatDisconnection';

function actions(stack: Stack): string[] {
  return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap((policy) =>
    policy.Properties.PolicyDocument.Statement.flatMap((statement: any) => statement.Action),
  );
}

test('reads tokens from the secret when it runs, and is granted that and nothing of Amazon Connect', () => {
  const stack = newStack();
  const secret = new Secret(stack, 'Tokens');
  new ChatDisconnection(stack, 'Chats', { participants: ChatParticipants.fromSecret(secret) });
  const template = Template.fromStack(stack);
  template.hasResourceProperties(RESOURCE, {
    Targets: { Source: 'secret', SecretArn: { Ref: Match.stringLikeRegexp('^Tokens') }, JsonField: Match.absent() },
    Operation: { TokenKind: 'CONNECTION', DeniedToken: 'TREAT_AS_GONE_UNLESS_ALL' },
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyName: Match.stringLikeRegexp('^ChatsPolicy'),
    PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: Match.stringLikeRegexp('^Tokens') } }] },
  });
  expect(actions(stack).filter((action) => action.startsWith('connect') || action.startsWith('execute-api'))).toEqual([]);
});

test('passes on which field, which kind of token and what a denied token means', () => {
  const stack = newStack();
  const participants = ChatParticipants.fromSecret(new Secret(stack, 'Tokens'), { jsonField: 'tokens', tokenKind: TokenKind.PARTICIPANT });
  new ChatDisconnection(stack, 'Chats', { participants, deniedToken: DeniedToken.FAIL });
  Template.fromStack(stack).hasResourceProperties(RESOURCE, {
    Targets: { JsonField: 'tokens' },
    Operation: { TokenKind: 'PARTICIPANT', DeniedToken: 'FAIL' },
  });
});

test('may decrypt a secret that has a key of its own', () => {
  const stack = newStack();
  const secret = new Secret(stack, 'Tokens', { encryptionKey: new Key(stack, 'Key') });
  new ChatDisconnection(stack, 'Chats', { participants: ChatParticipants.fromSecret(secret) });
  expect(actions(stack)).toContain('kms:Decrypt');
});

test('a secret with a key in another stack makes no cycle between the stacks', () => {
  const app = new App();
  const other = new Stack(app, 'Other');
  const secret = new Secret(other, 'Tokens', { encryptionKey: new Key(other, 'Key') });
  const stack = new Stack(app, 'Stack');
  new ChatDisconnection(stack, 'Chats', { participants: ChatParticipants.fromSecret(secret) });
  expect(() => app.synth()).not.toThrow();
  expect(actions(stack)).toContain('kms:Decrypt');
});

test('may read a secret that is known by name only, whatever suffix its ARN has', () => {
  const stack = newStack();
  new ChatDisconnection(stack, 'Chats', { participants: ChatParticipants.fromSecret(Secret.fromSecretNameV2(stack, 'Tokens', 'chat-tokens')) });
  const policies = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  expect(policies).toContain(':secret:chat-tokens-??????');
});

test('refuses an empty field name', () => {
  expect(() => ChatParticipants.fromSecret(new Secret(newStack(), 'Tokens'), { jsonField: '' })).toThrow('jsonField is ""');
});

test('refuses what every teardown refuses', () => {
  const stack = newStack();
  const participants = ChatParticipants.fromSecret(Secret.fromSecretNameV2(stack, 'Tokens', 'chat-tokens'));
  expect(() => new ChatDisconnection(stack, 'Chats', { participants, maxTargets: 0 })).toThrow('maxTargets is 0');
});

test('uses the provider that it is given', () => {
  const stack = newStack();
  const provider = new ChatDisconnectionProvider(stack, 'Mine', { memorySize: 512 });
  const participants = ChatParticipants.fromSecret(new Secret(stack, 'Tokens'));
  expect(new ChatDisconnection(stack, 'Chats', { participants, provider }).provider).toBe(provider);
  Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 1);
});

test('warns in a region that is not known to have the service', () => {
  const stack = newStack('eu-west-1');
  new ChatDisconnection(stack, 'Chats', { participants: ChatParticipants.fromSecret(new Secret(stack, 'Tokens')) });
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('cdk-teardown:connectParticipantRegion'));
});
