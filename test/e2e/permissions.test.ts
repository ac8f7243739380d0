import type { Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  ChatDisconnection,
  ChatParticipants,
  Confirm,
  Contacts,
  ContactStop,
  DeniedToken,
  IotPolicyDetachment,
  ManagedThingDeletion,
  ManagedThingDeletionProvider,
  ManagedThings,
  Moment,
  MqttClients,
  MqttDisconnection,
} from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';
import { storeSecret } from '../support/secret';
import { TestStack } from '../../local-aws/test/support/test-stack';

/*
 * The permissions in the template are the needed ones and no more: a destroy fails without any one of them. A deploy would as well, but it
 * doubts a denial for a minute. For what DescribeStackEvents is needed, denied-tokens.test.ts shows.
 */

let aws: LocalAws;
beforeAll(async () => {
  aws = await LocalAws.start({ quotas: { iot: 'none', things: 'none', connect: 'none' } });
  storeSecret(aws, 'tokens', '["not-a-token"]');
  aws.iot.createPolicy('provisioned', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] });
  aws.iot.attachPolicy('provisioned', aws.iot.principal('a'.repeat(64)));
});
afterAll(() => aws.stop());

const runOn = [Moment.TEARDOWN];
const preflight = false;

const newThing = () => aws.things.create({ acknowledgesAfter: 0 }).Id;

const CONSTRUCTS = {
  Kiosks: (scope: Stack) =>
    void new MqttDisconnection(scope, 'Kiosks', { runOn, preflight, clients: MqttClients.ids('kiosk-1'), confirm: Confirm.disconnected() }),
  Chats: (scope: Stack) =>
    void new ChatDisconnection(scope, 'Chats', {
      runOn,
      preflight,
      participants: ChatParticipants.fromSecret(Secret.fromSecretNameV2(scope, 'Tokens', 'tokens')),
      deniedToken: DeniedToken.TREAT_AS_GONE,
    }),
  Contacts: (scope: Stack) =>
    void new ContactStop(scope, 'Contacts', {
      runOn,
      preflight,
      instanceArn: aws.connect.instanceArn,
      contacts: Contacts.inProgress({ attributes: { shop: 'berlin' } }),
    }),
  Things: (scope: Stack) => void new ManagedThingDeletion(scope, 'Things', { runOn, preflight, things: ManagedThings.ids(newThing()) }),
  Policies: (scope: Stack) =>
    void new IotPolicyDetachment(scope, 'Policies', { runOn, preflight, policy: CfnPolicy.fromPolicyName(scope, 'Provisioned', 'provisioned') }),
  Hubs: (scope: Stack) =>
    void new ManagedThingDeletion(scope, 'Hubs', {
      runOn,
      preflight,
      things: ManagedThings.ids(newThing()),
      deleteChildren: true,
      provider: new ManagedThingDeletionProvider(scope, 'ForHubs'),
    }),
};

function all(scope: Stack) {
  for (const declare of Object.values(CONSTRUCTS)) declare(scope);
}

/** Of a policy in a template, or as IAM has it. */
interface Document {
  Statement: Array<{ readonly Action: string | string[] }>;
}

const actionsOf = ({ Statement }: Document) => Statement.flatMap(({ Action }) => Action);

function without(action: string, { Statement, ...rest }: Document): Document {
  const left = Statement.map((statement) => ({ ...statement, Action: [statement.Action].flat().filter((other) => other !== action) }));
  const granting = left.filter(({ Action }) => Action.length > 0);
  // IAM takes no policy without a statement.
  const none = { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' };
  return { ...rest, Statement: granting.length > 0 ? granting : [none] };
}

/** Destroys a stack in vain without each of the actions that its role is allowed, and then with them all. Returns the actions. */
async function destroyInVain(name: keyof typeof CONSTRUCTS): Promise<string[]> {
  const stack = new TestStack(aws, name);
  aws.connect.startContact({ channel: 'TASK', attributes: { shop: 'berlin' } });
  await stack.deploy(CONSTRUCTS[name]);
  const role = [...aws.cloudformation.stack(name)!.resources.values()].find(({ type }) => type === 'AWS::IAM::Role')!.physicalId;
  const policies = aws.iam.role(role).inline as Map<string, any>;
  const all: string[] = [];
  for (const [policy, document] of [...policies]) {
    const actions = actionsOf(document).filter((action) => !action.startsWith('logs:'));
    expect(new Set(actions).size).toBe(actions.length);
    all.push(...actions);
    for (const action of actions.filter((one) => one !== 'cloudformation:DescribeStackEvents')) {
      policies.set(policy, without(action, document));
      await expect(stack.destroy()).rejects.toThrow(new RegExp(`allowed (.* and )?${action}`));
    }
    policies.set(policy, document);
  }
  await stack.destroy();
  return all;
}

test.each<[keyof typeof CONSTRUCTS, string[]]>([
  ['Kiosks', ['cloudformation:DescribeStacks', 'iot:DeleteConnection', 'iot:DescribeEndpoint', 'iot:GetConnection']],
  ['Chats', ['cloudformation:DescribeStackEvents', 'cloudformation:DescribeStacks', 'secretsmanager:GetSecretValue']],
  ['Policies', ['cloudformation:DescribeStacks', 'iot:DetachPolicy', 'iot:ListTargetsForPolicy']],
  ['Contacts', ['cloudformation:DescribeStacks', 'connect:DescribeContact', 'connect:GetContactAttributes', 'connect:SearchContacts', 'connect:StopContact']],
  ['Things', ['cloudformation:DescribeStacks', 'iotmanagedintegrations:DeleteManagedThing', 'iotmanagedintegrations:GetManagedThing']],
  [
    'Hubs',
    [
      'cloudformation:DescribeStacks',
      'iotmanagedintegrations:DeleteManagedThing',
      'iotmanagedintegrations:GetManagedThing',
      'iotmanagedintegrations:ListManagedThings',
    ],
  ],
])('%s: every permission but that to write logs is needed to destroy', async (name, needed) => {
  expect((await destroyInVain(name)).sort()).toEqual(needed);
});

function withoutInTemplate(action: string) {
  return (template: any) => {
    for (const { Type, Properties } of Object.values<any>(template.Resources)) {
      if (Type === 'AWS::IAM::Policy') Properties.PolicyDocument = without(action, Properties.PolicyDocument);
    }
  };
}

test.each(['logs:CreateLogStream', 'logs:PutLogEvents'])('without %s nothing is logged', async (missing) => {
  const stack = new TestStack(aws, `Logs${missing.replace(/\W/g, '')}`);
  const before = aws.logs.history.length;
  await stack.deploy(all, withoutInTemplate(missing));
  await stack.destroy();
  expect(aws.logs.history).toHaveLength(before);
});

test('no log group comes back when the stack is gone', async () => {
  const before = [...aws.logs.groups.keys()];
  const stack = new TestStack(aws, 'LogGroups');
  await stack.deploy(all);
  expect(aws.logs.groups.size).toBe(before.length + Object.keys(CONSTRUCTS).length);
  await stack.destroy();
  expect([...aws.logs.groups.keys()]).toEqual(before);
});
