import { App, CfnParameter, NestedStack, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Peer, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ChatDisconnection, ChatParticipants, ManagedThingDeletion, ManagedThings, MqttClients, MqttDisconnection, MqttDisconnectionProvider } from '../../lib';

/* The function that constructs of a stack share, and what a user may give it. */

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd';

function disconnect(scope: Stack, id: string, provider?: MqttDisconnectionProvider) {
  return new MqttDisconnection(scope, id, { clients: MqttClients.ids(id), provider });
}

test('there is one function per service and stack', () => {
  const stack = new Stack(new App(), 'Stack');
  const [one, two] = [disconnect(stack, 'one'), disconnect(stack, 'two')];
  expect(one.provider).toBe(two.provider);
  new ManagedThingDeletion(stack, 'Things', { things: ManagedThings.ids('abc') });
  new ChatDisconnection(stack, 'Chats', { participants: ChatParticipants.fromSecret(new Secret(stack, 'Tokens')) });
  Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 3);
  const nested = new NestedStack(stack, 'Nested');
  expect(disconnect(nested, 'three').provider).not.toBe(one.provider);
});

test('logs to a group of its own that keeps a month, goes with the stack and cannot be made again by the function', () => {
  const stack = new Stack(new App(), 'Stack');
  disconnect(stack, 'one');
  const template = Template.fromStack(stack);
  template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 30 }, DeletionPolicy: 'Delete' });
  template.hasResourceProperties('AWS::Lambda::Function', { LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('ProviderLog') } } });
  expect(JSON.stringify(template.toJSON())).not.toContain('CreateLogGroup');
});

test('has no policy that AWS manages, and may read the status of its own stack only', () => {
  const stack = new Stack(new App(), 'Stack');
  disconnect(stack, 'one');
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: Match.arrayWith([{ Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: { Ref: 'AWS::StackId' } }]) },
  });
});

test('in a nested stack it may read the status of the topmost one, too, which tells why a nested stack is deleted', () => {
  const stack = new Stack(new App(), 'Stack');
  const nested = new NestedStack(new NestedStack(stack, 'Nested'), 'Inner');
  disconnect(nested, 'one');
  const policies = JSON.stringify(Template.fromStack(nested).findResources('AWS::IAM::Policy'));
  expect(policies).toMatch(
    /"cloudformation:DescribeStacks","Effect":"Allow","Resource":\[\{"Ref":"AWS::StackId"\},\{"Ref":"reference\w*StackAWSStackId\w*"\}\]/i,
  );
});

test('a provider of another stack may read the status of the stack that uses it', () => {
  const app = new App();
  const provider = new MqttDisconnectionProvider(new Stack(app, 'Shared'), 'Provider');
  const stack = new Stack(app, 'Stack');
  disconnect(stack, 'one', provider);
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: Match.arrayWith([{ Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: { Ref: 'AWS::StackId' } }]) },
  });
});

test.each([
  [
    { region: 'us-east-1', account: '123456789012' },
    'is in the region us-east-1 and this construct in eu-west-1, where CloudFormation cannot call it: make a provider in Stack',
  ],
  [{ region: 'eu-west-1', account: '210987654321' }, 'is in the account 210987654321 and this construct in 123456789012, where CloudFormation cannot call it'],
])('a provider in %j is refused by a construct elsewhere', (env, message) => {
  const app = new App();
  const provider = new MqttDisconnectionProvider(new Stack(app, 'Shared', { env }), 'Provider');
  const stack = new Stack(app, 'Stack', { env: { region: 'eu-west-1', account: '123456789012' } });
  expect(() => disconnect(stack, 'one', provider)).toThrow(`Stack/one: provider Shared/Provider ${message}`);
  expect(() => disconnect(new Stack(app, 'Anywhere'), 'one', provider)).not.toThrow();
});

test('runs on the latest Node.js of Lambda that CDK knows for the region', () => {
  const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1' } });
  disconnect(stack, 'one');
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
    Runtime: Match.stringLikeRegexp('^nodejs2[246]\\.x$'),
    Handler: 'index.handler',
    Timeout: 900,
    MemorySize: 256,
    Architectures: ['x86_64'],
  });
});

test('an event is not carried out when CloudFormation no longer waits for its answer, also on the way down', () => {
  const stack = new Stack(new App(), 'Stack');
  disconnect(stack, 'one');
  const template = Template.fromStack(stack);
  const [config] = Object.keys(
    template.findResources('AWS::Lambda::EventInvokeConfig', { Properties: { MaximumEventAgeInSeconds: 1140, Qualifier: '$LATEST' } }),
  );
  template.hasResource('Custom::MqttDisconnection', { DependsOn: Match.arrayWith([config]) });
});

test('runs where and as the user says', () => {
  const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1', account: '123456789012' } });
  const vpc = new Vpc(stack, 'Vpc');
  const provider = new MqttDisconnectionProvider(stack, 'Mine', {
    vpc,
    securityGroups: [new SecurityGroup(stack, 'Group', { vpc, allowAllOutbound: false })],
    logGroup: new LogGroup(stack, 'Log', { logGroupName: 'mine' }),
    architecture: Architecture.ARM_64,
    memorySize: 1024,
    environment: { POWERTOOLS_LOG_LEVEL: 'DEBUG' },
    environmentEncryption: Key.fromKeyArn(stack, 'Key', KEY),
    reservedConcurrentExecutions: 20,
    retryAttempts: 1,
    tracing: Tracing.ACTIVE,
  });
  disconnect(stack, 'one', provider);
  provider.connections.allowTo(Peer.ipv4('10.0.0.0/16'), Port.HTTPS);
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Lambda::Function', {
    Architectures: ['arm64'],
    MemorySize: 1024,
    VpcConfig: { SubnetIds: Match.anyValue(), SecurityGroupIds: Match.anyValue() },
    Environment: { Variables: { POWERTOOLS_LOG_LEVEL: 'DEBUG' } },
    KmsKeyArn: KEY,
    ReservedConcurrentExecutions: 20,
    TracingConfig: { Mode: 'Active' },
  });
  template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 1 });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: Match.arrayWith(['ec2:CreateNetworkInterface']) })]) },
  });
  template.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupEgress: [Match.objectLike({ CidrIp: '10.0.0.0/16', FromPort: 443 })] });
  template.resourceCountIs('AWS::Logs::LogGroup', 1);
});

test('may write traces only where it is traced', () => {
  const may = (tracing?: Tracing) => {
    const stack = new Stack(new App(), 'Stack');
    disconnect(stack, 'one', new MqttDisconnectionProvider(stack, 'Mine', { tracing }));
    return JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  };
  expect(may()).not.toContain('xray:');
  expect(may(Tracing.ACTIVE)).toContain('xray:PutTraceSegments');
});

test.each([
  [{ memorySize: 64 }, 'memorySize is 64: it must be a whole number from 128 to 10240'],
  [{ memorySize: 256.5 }, 'memorySize is 256.5'],
  [{ memorySize: 10_241 }, 'memorySize is 10241'],
  [{ reservedConcurrentExecutions: 0 }, 'reservedConcurrentExecutions is 0: it must be a whole number of at least 1'],
  [{ reservedConcurrentExecutions: 1.5 }, 'reservedConcurrentExecutions is 1.5'],
  [{ retryAttempts: 3 }, 'retryAttempts is 3: it must be a whole number from 0 to 2'],
  [{ retryAttempts: -1 }, 'retryAttempts is -1'],
])('refuses %j', (props, message) => {
  expect(() => new MqttDisconnectionProvider(new Stack(new App(), 'Stack'), 'Mine', props)).toThrow(`Stack/Mine: ${message}`);
});

test('takes figures that are known when the stack is deployed', () => {
  const stack = new Stack(new App(), 'Stack');
  const figure = new CfnParameter(stack, 'Figure', { type: 'Number' });
  new MqttDisconnectionProvider(stack, 'Mine', { memorySize: figure.valueAsNumber, reservedConcurrentExecutions: figure.valueAsNumber });
  const given = { Ref: 'Figure' };
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { MemorySize: given, ReservedConcurrentExecutions: given });
});

test('adds what it needs to a role that the user gives, and nothing to an imported one that must not change', () => {
  const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1', account: '123456789012' } });
  const arn = 'arn:aws:iam::123456789012:role/mine';
  disconnect(stack, 'one', new MqttDisconnectionProvider(stack, 'Mine', { role: Role.fromRoleArn(stack, 'Role', arn) }));
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', { PolicyName: Match.stringLikeRegexp('^onePolicy'), Roles: ['mine'] });

  const other = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1', account: '123456789012' } });
  disconnect(other, 'one', new MqttDisconnectionProvider(other, 'Mine', { role: Role.fromRoleArn(other, 'Role', arn, { mutable: false }) }));
  Template.fromStack(other).resourceCountIs('AWS::IAM::Policy', 0);
  Template.fromStack(other).hasResourceProperties('AWS::Lambda::Function', { Role: arn });
});
