import { App, Duration, Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ChatDisconnection, ChatDisconnectionProvider, ChatParticipants, Confirm, MqttClients, MqttDisconnection, MqttDisconnectionProvider } from '../../lib';
import { WHY_WILDCARD } from '../../lib/private/wildcards';
import { EXAMPLES } from '../../build/example-templates';
import { IS_CDK_PINNED, synthExample } from '../support/example-app';
import { table } from '../support/page';
import { allFindingsIn, findingsIn, IAM5, reasonsIn, type Finding } from '../support/nag';

/* Every example, through the packs AwsSolutions, Serverless, NIST 800-53 r5 and HIPAA. A finding that is not expected here is mended or acknowledged. */

const NIST_AND_HIPAA = (rule: string) => [`NIST.800.53.R5-${rule}`, `HIPAA.Security-${rule}`];

/** What those decide who use the library: by the prop of a provider that settles it. */
const YOURS: Record<string, string[]> = {
  vpc: NIST_AND_HIPAA('LambdaInsideVPC'),
  logGroup: NIST_AND_HIPAA('CloudWatchLogGroupEncrypted'),
  reservedConcurrentExecutions: NIST_AND_HIPAA('LambdaConcurrency'),
  tracing: ['Serverless-LambdaTracing'],
};

/** Of the examples' own resources, by the ids that those have in whichever example, or by their paths. */
const OF_EXAMPLES: Record<string, { reason: string; rules: string[] }> = {
  Fleet: {
    reason: 'The table shows where targets are read from, and goes with the stack: a table of yours is backed up as you do it',
    rules: ['AwsSolutions-DDB3', ...NIST_AND_HIPAA('DynamoDBPITREnabled'), ...NIST_AND_HIPAA('DynamoDBInBackupPlan')],
  },
  ChatTokens: {
    reason: 'Tokens expire within a day, which is their rotation; a key of yours is a choice of yours',
    rules: ['AwsSolutions-SMG4', ...NIST_AND_HIPAA('SecretsManagerRotationEnabled'), ...NIST_AND_HIPAA('SecretsManagerUsingKMSKey')],
  },
  'RotatedPolicy/Wait': {
    reason: 'A function of five lines that waits: what it is to run with is for those who copy it',
    rules: [
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
      'AwsSolutions-L1',
      ...['DefaultMemorySize', 'DLQ', 'LatestVersion', 'Tracing'].map((rule) => `Serverless-Lambda${rule}`),
      ...['LambdaConcurrency', 'LambdaDLQ', 'LambdaInsideVPC'].flatMap(NIST_AND_HIPAA),
    ],
  },
  'TestBots/Chats': {
    reason: 'The table goes with the test stack, whose chats it lists',
    rules: ['AwsSolutions-DDB3', ...NIST_AND_HIPAA('DynamoDBPITREnabled'), ...NIST_AND_HIPAA('DynamoDBInBackupPlan')],
  },
  'TestBots/Bots': {
    reason: 'The bots may start chats of any flow of the one instance, by a policy that goes with the test stack',
    rules: [
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:connect:<AWS::Region>:<AWS::AccountId>:instance/0cc2f3f4-1111-4000-8000-000000000000/contact-flow/*]',
      ...NIST_AND_HIPAA('IAMNoInlinePolicy'),
    ],
  },
};

const ofExamples = (path: string) => Object.keys(OF_EXAMPLES).filter((id) => `/${path}/`.includes(`/${id}/`));

const isExpected = ({ rule, path }: Finding) =>
  (/\/cdk-teardown\.\w+Provider\/(Handler|Log)\//.test(path) && Object.values(YOURS).flat().includes(rule)) ||
  ofExamples(path).some((id) => OF_EXAMPLES[id].rules.includes(rule));

const apps = new Map<string, App>();
const examples = () => EXAMPLES.map((example) => apps.get(example) ?? apps.set(example, synthExample(example).app).get(example)!);

test.each(EXAMPLES)('%s has no finding that is not expected', (example) => {
  apps.set(example, synthExample(example).app);
  expect(findingsIn(apps.get(example)!).filter((finding) => !isExpected(finding))).toEqual([]);
});

/** All that a provider lets its user choose, and all kinds of permission that no example has. */
function hardened(): Stack {
  const stack = new Stack(new App(), 'Hardened');
  const vpc = new Vpc(stack, 'Vpc', { subnetConfiguration: [{ name: 'Private', subnetType: 'Isolated' as never }] });
  const key = new Key(stack, 'Key', { enableKeyRotation: true });
  const common = { vpc, reservedConcurrentExecutions: 2, tracing: Tracing.ACTIVE };
  const chats = new ChatDisconnectionProvider(stack, 'Chats', { ...common, logGroup: new LogGroup(stack, 'ChatLog', { encryptionKey: key }) });
  const clients = new MqttDisconnectionProvider(stack, 'Clients', {
    ...common,
    logGroup: LogGroup.fromLogGroupName(stack, 'ClientLog', 'audited'),
    stateMachineEncryptionKey: key,
  });
  const tokens = Secret.fromSecretAttributes(stack, 'Tokens', {
    secretCompleteArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:tokens-abcdef',
    encryptionKey: Alias.fromAliasName(stack, 'Alias', 'alias/tokens'),
  });
  new ChatDisconnection(stack, 'Customers', { participants: ChatParticipants.fromSecret(tokens), provider: chats });
  new MqttDisconnection(stack, 'Devices', {
    clients: MqttClients.fromManifest(Bucket.fromBucketName(stack, 'Manifests', 'manifests'), 'devices.txt'),
    confirm: Confirm.disconnected(),
    timeout: Duration.hours(1),
    provider: clients,
  });
  new MqttDisconnection(stack, 'Listed', { clients: MqttClients.ids('kiosk-1'), timeout: Duration.hours(1), provider: clients });
  const bots = Table.fromTableName(stack, 'Bots', 'bots');
  new ChatDisconnection(stack, 'Bot', {
    participants: ChatParticipants.fromTable(bots, { attribute: 'token', partition: { attribute: 'bot', value: 'one' } }),
    provider: chats,
  });
  App.of(stack)!.synth();
  return stack;
}

const ofLibrary = ({ path }: Finding) => !/^Hardened\/(Vpc|Key)\//.test(path);

test('with what a provider lets its user choose, nothing is found', () => {
  expect(findingsIn(hardened()).filter(ofLibrary)).toEqual([]);
});

test('a permission that the user grants is not acknowledged for the user', () => {
  const stack = new Stack(new App(), 'Stack');
  const disconnection = new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-1') });
  const grant = (actions: string[], resource: string) =>
    disconnection.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [resource] }));
  grant(['s3:GetObject'], 'arn:aws:s3:::mine/*');
  grant(['kms:Decrypt'], 'arn:aws:kms:eu-west-1:123456789012:key/*');
  App.of(stack)!.synth();
  expect(findingsIn(stack).filter(({ rule }) => IAM5.test(rule))).toEqual([
    { rule: 'AwsSolutions-IAM5[Resource::arn:aws:s3:::mine/*]', path: 'Stack/Kiosks/Policy/Resource' },
    { rule: 'AwsSolutions-IAM5[Resource::arn:aws:kms:eu-west-1:123456789012:key/*]', path: 'Stack/Kiosks/Policy/Resource' },
  ]);
});

describe('docs/security.md', () => {
  /** By the names in the first cell of a table's rows, the last one. */
  const lastCells = (header: string) => {
    const named = table('docs/security.md', header).flatMap((cells) => Array.from(cells[0].matchAll(/`([^`]+)`/g), ([, name]) => [name, cells.at(-1)!]));
    expect(new Set(named.map(([name]) => name)).size).toBe(named.length);
    return Object.fromEntries(named);
  };

  test('has each rule that the library acknowledges, with its reason, and no other', () => {
    const scopes = [...examples(), hardened()];
    const found = new Set(scopes.flatMap(allFindingsIn).map(({ rule }) => rule));
    const reasons = Object.entries(Object.assign({}, ...scopes.map(reasonsIn))).filter(([rule]) => !IAM5.test(rule));
    expect(Object.fromEntries(reasons)).toEqual(lastCells('acknowledged rule'));
    if (IS_CDK_PINNED) expect(reasons.map(([rule]) => rule).filter((rule) => !found.has(rule))).toEqual([]);
  });

  test('has each wildcard that the library acknowledges, with its reason, and no other', () => {
    expect(lastCells('action on more than one resource')).toEqual(WHY_WILDCARD);
  });

  test('has each rule that its users decide about, with the prop that settles it', () => {
    const settles = Object.entries(YOURS).flatMap(([prop, rules]) => rules.map((rule) => [rule, expect.stringContaining(`\`${prop}\``)]));
    expect(lastCells('rule for you to decide')).toEqual(Object.fromEntries(settles));
  });

  test('has each permission that the library grants, and no other', () => {
    const granted = [...examples(), hardened()]
      .flatMap((scope) => scope.node.findAll())
      .filter((one): one is any => ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].includes((one as any).cfnResourceType) && !ofExamples(one.node.path).length)
      .flatMap((policy) => Stack.of(policy).resolve(policy.policyDocument).Statement)
      .flatMap(({ Action }) => Action);
    const told = Object.keys(lastCells('permission'));
    const below = Object.keys(WHY_WILDCARD).filter((action) => !told.includes(action));
    expect([...told, ...below].sort()).toEqual([...new Set(granted)].sort());
    // "The state machine's log needs eight actions of `logs:` more, a VPC six of `ec2:`; both are below."
    expect(below.map((action) => action.split(':')[0])).toEqual([...Array(8).fill('logs'), ...Array(6).fill('ec2')]);
  });
});
