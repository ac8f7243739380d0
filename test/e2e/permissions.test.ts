import { CfnResource, type Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  ChatDisconnection,
  ChatParticipants,
  Confirm,
  DeniedToken,
  ManagedThingDeletion,
  ManagedThingDeletionProvider,
  ManagedThings,
  Moment,
  MqttClients,
  MqttDisconnection,
} from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';
import { storeSecret } from '../support/secret';
import { TestStack } from '../support/test-stack';

/*
 * The permissions in the template are the needed ones and no more: a destroy fails without any one of them. A deploy would as well, but it
 * doubts a denial for a minute. For what DescribeStackEvents is needed, denied-tokens.test.ts shows.
 */

let aws: LocalAws;
beforeAll(async () => {
  aws = await LocalAws.start({ quotas: { iot: 'none', things: 'none', connect: 'none' } });
  storeSecret(aws, 'tokens', '["not-a-token"]');
});
afterAll(() => aws.stop());

const runOn = [Moment.TEARDOWN];
const preflight = false;

const newThing = () => aws.things.create({ acknowledgesAfter: 0 }).Id;

function all(scope: Stack) {
  new MqttDisconnection(scope, 'Kiosks', { runOn, preflight, clients: MqttClients.ids('kiosk-1'), confirm: Confirm.disconnected() });
  new ChatDisconnection(scope, 'Chats', {
    runOn,
    preflight,
    participants: ChatParticipants.fromSecret(Secret.fromSecretNameV2(scope, 'Tokens', 'tokens')),
    deniedToken: DeniedToken.TREAT_AS_GONE,
  });
  new ManagedThingDeletion(scope, 'Things', { runOn, preflight, things: ManagedThings.ids(newThing()) });
  new ManagedThingDeletion(scope, 'Hubs', {
    runOn,
    preflight,
    things: ManagedThings.ids(newThing()),
    deleteChildren: true,
    provider: new ManagedThingDeletionProvider(scope, 'ForHubs'),
  });
  new CfnResource(scope, 'Locker', { type: 'AWS::IoTManagedIntegrations::CredentialLocker' });
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** Without the fingerprint of the targets, which are others each time. */
function nameOf(policyId: string): string {
  return policyId.replace(/[0-9a-f]{8}[0-9A-F]{8}$/, '');
}

/** Visits every action of every policy; the visitor says whether it stays. */
function keepActions(template: any, keep: (policy: string, action: string) => boolean) {
  for (const [id, { Type, Properties }] of Object.entries<any>(template.Resources)) {
    if (Type !== 'AWS::IAM::Policy') continue;
    Properties.PolicyDocument.Statement = Properties.PolicyDocument.Statement.map((statement: Statement) => ({
      ...statement,
      Action: [statement.Action].flat().filter((action) => keep(nameOf(id), action)),
    })).filter(({ Action }: { Action: string[] }) => Action.length > 0);
    // IAM takes no policy without a statement.
    if (Properties.PolicyDocument.Statement.length === 0) {
      Properties.PolicyDocument.Statement = [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }];
    }
  }
}

async function granted(): Promise<Array<[string, string]>> {
  const found: Array<[string, string]> = [];
  const stack = new TestStack(aws, 'Granted');
  await stack.deploy(all, (template) =>
    keepActions(template, (policy, action) => {
      found.push([policy, action]);
      return true;
    }),
  );
  await stack.destroy();
  return found;
}

test('every permission but that to write logs is needed to destroy', async () => {
  const permissions = (await granted()).filter(([, action]) => !action.startsWith('logs:'));
  expect(permissions.map(([, action]) => action).sort()).toEqual([
    'cloudformation:DescribeStackEvents',
    ...Array(4).fill('cloudformation:DescribeStacks'),
    'iot:DeleteConnection',
    'iot:DescribeEndpoint',
    'iot:GetConnection',
    ...Array(2).fill('iotmanagedintegrations:DeleteManagedThing'),
    ...Array(2).fill('iotmanagedintegrations:GetManagedThing'),
    'iotmanagedintegrations:ListManagedThings',
    'secretsmanager:GetSecretValue',
  ]);
  expect(new Set(permissions.map(String)).size).toBe(permissions.length);
  const failsWithout = async (n: number) => {
    const [policy, action] = permissions[n];
    const stack = new TestStack(aws, `Without${n}`);
    await stack.deploy(all, (template) => keepActions(template, (inPolicy, other) => inPolicy !== policy || other !== action));
    await expect(stack.destroy()).rejects.toThrow(new RegExp(`allowed ${action}`));
  };
  const toDestroy = [...permissions.keys()].filter((n) => permissions[n][1] !== 'cloudformation:DescribeStackEvents');
  for (let n = 0; n < toDestroy.length; n += 2) await Promise.all(toDestroy.slice(n, n + 2).map(failsWithout));
});

test.each(['logs:CreateLogStream', 'logs:PutLogEvents'])('without %s nothing is logged', async (missing) => {
  const stack = new TestStack(aws, `Logs${missing.replace(/\W/g, '')}`);
  const before = aws.logs.history.length;
  await stack.deploy(all, (template) => keepActions(template, (_, action) => action !== missing));
  await stack.destroy();
  expect(aws.logs.history).toHaveLength(before);
});

test('no log group comes back when the stack is gone', async () => {
  const before = [...aws.logs.groups.keys()];
  const stack = new TestStack(aws, 'LogGroups');
  await stack.deploy(all);
  expect(aws.logs.groups.size).toBe(before.length + 4);
  await stack.destroy();
  expect([...aws.logs.groups.keys()]).toEqual(before);
});
