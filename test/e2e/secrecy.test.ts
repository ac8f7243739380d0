import { readdirSync, readFileSync } from 'node:fs';
import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { type Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import {
  ChatDisconnection,
  ChatDisconnectionProvider,
  ChatParticipants,
  Contacts,
  ContactStop,
  ContactStopProvider,
  DeniedToken,
  Moment,
  OnFailure,
  TokenKind,
} from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';
import { startChat } from '../support/chat-customer';
import { storeParameter } from '../support/parameter';
import { storeSecret } from '../support/secret';
import { createTable } from '../support/table';
import { clientOf, TestStack } from '../../local-aws/test/support/test-stack';
import { outputCounts } from '../support/outputs';

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start({ quotas: { connect: 'none' } });
});
afterAll(() => aws.stop());

/** All that is kept, shown or sent to anybody but the service that a token is for. */
async function everything(stack: TestStack): Promise<Record<string, string>> {
  const { TemplateBody } = await clientOf(aws).send(new GetTemplateCommand({ StackName: stack.name }));
  return {
    template: TemplateBody!,
    outputs: JSON.stringify(await stack.outputs()),
    assets: readdirSync('bundles/chat')
      .map((file) => readFileSync(`bundles/chat/${file}`, 'utf8'))
      .join('\n'),
    logs: aws.logs.history.join('\n'),
    'requests and responses': aws.cloudformation.exchanges.map(({ request, answer }) => JSON.stringify(request) + answer).join('\n'),
    'events and reasons': JSON.stringify(await stack.events()),
    'paths of calls': aws.calls.map(({ path }) => path).join('\n'),
  };
}

const secretOf = (scope: Stack, name: string, value: string) => Secret.fromSecretCompleteArn(scope, 'Secret', storeSecret(aws, name, value));
const parameterOf = (scope: Stack, parameterName: string) => StringParameter.fromSecureStringParameterAttributes(scope, 'Parameter', { parameterName });

const STORES = ['secret', 'parameter', 'table'] as const;
const cases = STORES.flatMap((store) => [TokenKind.CONNECTION, TokenKind.PARTICIPANT].map((tokenKind) => ({ store, tokenKind })));

test.each(cases)(
  'a $tokenKind token in a $store appears nowhere, at any log level, whether it is taken, denied or unreadable',
  async ({ store, tokenKind }) => {
    const customers = [await startChat(aws), await startChat(aws)];
    const good = customers.map((customer) => (tokenKind === TokenKind.CONNECTION ? customer.connectionToken : customer.participantToken));
    const denied = 'denied-'.repeat(40);
    const tooLong = 'long-token-'.repeat(100);
    const stack = new TestStack(aws, `Secrecy-${store}-${tokenKind}`);
    const tokens = [...good, denied, tooLong];
    await storeParameter(aws, `/${stack.name}`, JSON.stringify(tokens));
    await createTable(aws, stack.name, [...tokens.map((token) => ({ token: { S: token } })), { broken: { L: tokens.map((S) => ({ S })) } }]);
    const stored = {
      secret: (scope: Stack) => ChatParticipants.fromSecret(secretOf(scope, `${stack.name}-good`, JSON.stringify(tokens)), { tokenKind }),
      parameter: (scope: Stack) => ChatParticipants.fromParameter(parameterOf(scope, `/${stack.name}`), { tokenKind }),
      table: (scope: Stack) => ChatParticipants.fromTable(Table.fromTableName(scope, 'Table', stack.name), { attribute: 'token', tokenKind }),
    };
    await stack.deploy((scope) => {
      const provider = new ChatDisconnectionProvider(scope, 'Provider', { environment: { POWERTOOLS_LOG_LEVEL: 'TRACE', POWERTOOLS_DEV: 'true' } });
      const common = { provider, runOn: [Moment.DEPLOY, Moment.TEARDOWN], onFailure: OnFailure.CONTINUE, deniedToken: DeniedToken.FAIL, requestsPerSecond: 50 };
      const chats = new ChatDisconnection(scope, 'Chats', { ...common, participants: stored[store](scope) });
      outputCounts(scope, chats, 'endedCount', 'failedCount');
    });
    expect(await stack.outputs()).toEqual({ endedCount: '2', failedCount: '2' });
    // An update that fails, with tokens that cannot be read.
    await storeParameter(aws, `/${stack.name}-bad`, JSON.stringify({ [denied]: good }));
    const unreadable = {
      secret: (scope: Stack) => ChatParticipants.fromSecret(secretOf(scope, `${stack.name}-bad`, JSON.stringify({ [denied]: good })), { tokenKind }),
      parameter: (scope: Stack) => ChatParticipants.fromParameter(parameterOf(scope, `/${stack.name}-bad`), { tokenKind }),
      table: (scope: Stack) => ChatParticipants.fromTable(Table.fromTableName(scope, 'Table', stack.name), { attribute: 'broken', tokenKind }),
    };
    await expect(stack.deploy((scope) => void new ChatDisconnection(scope, 'Bad', { participants: unreadable[store](scope) }))).rejects.toThrow(
      / and neither a token nor a JSON array of tokens|has the type L: it must be a string or a number/,
    );

    const places = await everything(stack);
    for (const [place, text] of Object.entries(places)) {
      expect([place, text.length > 0]).toEqual([place, true]);
      for (const token of [...good, ...customers.map(({ connectionToken }) => connectionToken), denied, tooLong]) {
        // A part of a token is a leak as well.
        for (const part of [token.slice(0, 60), token.slice(-60)]) expect([place, text.includes(part)]).toEqual([place, false]);
      }
    }
    customers.forEach((customer) => customer.leave());
  },
);

test('what is personal of a contact, and what it is searched by, is in no log, answer or reason, whether it is stopped, refused or cannot be searched', async () => {
  const [shop, name, customer] = ['kanarienvogel', 'Call Nachtigall back', 'Zaunkoenig'];
  const stack = new TestStack(aws, 'SecrecyOfContacts');
  const task = aws.connect.startContact({ channel: 'TASK', name, attributes: { shop, customer } });
  aws.connect.startChat({ displayName: customer, attributes: { shop } });
  const call = aws.connect.startContact({ channel: 'VOICE', initiationMethod: 'TRANSFER', name, attributes: { customer } });
  const declare = (contacts: Contacts) => (scope: Stack) => {
    const provider = new ContactStopProvider(scope, 'Provider', { environment: { POWERTOOLS_LOG_LEVEL: 'TRACE', POWERTOOLS_DEV: 'true' } });
    const stop = new ContactStop(scope, 'Contacts', {
      provider,
      instanceArn: aws.connect.instanceArn,
      contacts,
      runOn: [Moment.DEPLOY],
      onFailure: OnFailure.CONTINUE,
    });
    outputCounts(scope, stop, 'endedCount', 'failedCount');
  };
  await stack.deploy(declare(Contacts.inProgress({ attributes: { shop } })));
  expect(await stack.outputs()).toEqual({ endedCount: '2', failedCount: '0' });
  await stack.deploy(declare(Contacts.ids(task.id, call.id)));
  expect(await stack.outputs()).toEqual({ endedCount: '0', failedCount: '1' });
  await stack.deploy(declare(Contacts.inProgress({ attributes: { shop } })), (template: any) => {
    // Longer than Amazon Connect takes.
    for (const { Type, Properties } of Object.values<any>(template.Resources))
      if (Type === 'Custom::ContactStop') Properties.Targets.Attributes.shop = shop.repeat(10);
  });
  const { template: _, assets: __, ...places } = await everything(stack);
  // It says what to search by: of exchanges, the answers.
  places['requests and responses'] = aws.cloudformation.exchanges.map(({ answer }) => answer).join('\n');
  for (const [place, text] of Object.entries(places)) {
    expect([place, text.length > 0]).toEqual([place, true]);
    for (const part of [shop, name, customer]) expect([place, text.includes(part)]).toEqual([place, false]);
  }
  expect(places.logs).toContain(call.id);
  expect(places.logs).toContain('contacts in progress could not be searched: InvalidParameterException: HTTP status 400');
});

test('the URL that CloudFormation is answered at is in no log', () => {
  const urls = aws.cloudformation.exchanges.map(({ request }) => request.ResponseURL);
  expect(urls.length).toBeGreaterThan(0);
  const logs = aws.logs.history.join('\n');
  for (const url of urls) {
    expect(logs).not.toContain(new URL(url).pathname);
    expect(logs).not.toContain(new URL(url).searchParams.get('X-Amz-Signature'));
  }
});
