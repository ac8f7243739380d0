import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CfnThing } from 'aws-cdk-lib/aws-iot';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Moment, MqttClients, MqttDisconnection, MqttDisconnectionProvider, OnFailure, type MqttDisconnectionProps } from '../../lib';

/* What a timeout above 14 minutes adds to a stack, and nothing else does; and which timeouts are refused. */

const CLIENTS = MqttClients.inThingGroup('kiosks');

function templateOf(...timeouts: Array<Duration | undefined>): Template {
  const stack = new Stack(new App(), 'Stack');
  timeouts.forEach((timeout, n) => new MqttDisconnection(stack, `Kiosks${n}`, { clients: CLIENTS, timeout }));
  return Template.fromStack(stack);
}

const countsOf = (template: Template) =>
  Object.values<{ Type: string }>(template.toJSON().Resources).reduce<Record<string, number>>(
    (counts, { Type }) => ({ ...counts, [Type]: (counts[Type] ?? 0) + 1 }),
    {},
  );

test('up to 14 minutes there is no state machine; above, there are four more resources, whichever construct needs them first and however many do', () => {
  const [short, long] = [countsOf(templateOf(undefined, Duration.minutes(14))), countsOf(templateOf(undefined, Duration.minutes(15)))];
  expect(short).not.toHaveProperty('AWS::StepFunctions::StateMachine');
  expect(long).toEqual({
    ...short,
    'AWS::StepFunctions::StateMachine': 1,
    'AWS::Events::Rule': 1,
    'AWS::IAM::Role': short['AWS::IAM::Role'] + 1,
    'AWS::IAM::Policy': short['AWS::IAM::Policy'] + 1,
  });
  expect(countsOf(templateOf(Duration.hours(1), Duration.hours(5)))).toEqual(long);
});

test('the custom resource names the state machine and comes after all that belongs to it, so that a failed teardown can be tried again', () => {
  const template = templateOf(Duration.hours(5));
  const [resource] = Object.values(template.findResources('Custom::MqttDisconnection'));
  const [machine] = Object.keys(template.findResources('AWS::StepFunctions::StateMachine'));
  expect(resource.Properties).toMatchObject({ TimeoutSeconds: 18_000, ServiceTimeout: '3600', StateMachineArn: { Ref: machine } });
  const own = Object.entries<{ DependsOn?: string[] }>(template.toJSON().Resources).filter(([name]) => name.includes('LongRuns'));
  expect(own).toHaveLength(4);
  expect(resource.DependsOn).toEqual(expect.arrayContaining(own.map(([name]) => name)));
  for (const [name, { DependsOn = [] }] of own) expect([name, ...DependsOn.filter((needed) => needed.startsWith('Kiosks'))]).toEqual([name]);
});

test.each([
  [Duration.minutes(15), '1200'],
  [Duration.minutes(58), '3600'],
  [Duration.days(7), '3600'],
])('with a timeout of %s CloudFormation waits %s seconds', (timeout, ServiceTimeout) => {
  templateOf(timeout).hasResourceProperties('Custom::MqttDisconnection', { ServiceTimeout });
});

test('the state machine may call its function and start itself, and the function may use that state machine', () => {
  const template = templateOf(Duration.hours(5));
  const [[, machineName]] = Object.values(template.findResources('AWS::StepFunctions::StateMachine')).map(({ Properties }) => [
    '',
    Properties.StateMachineName,
  ]);
  expect(machineName).toEqual({
    'Fn::Join': ['', [expect.stringMatching(/^cdk-teardown-mqtt-[0-9a-f]{8}-$/), { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }]],
  });
  const policies = Object.entries<any>(template.findResources('AWS::IAM::Policy'));
  const statementsOf = (part: string) => policies.find(([name]) => name.includes(part))![1].Properties.PolicyDocument.Statement;
  const handler = Object.keys(template.findResources('AWS::Lambda::Function'))[0];
  const machine = Object.keys(template.findResources('AWS::StepFunctions::StateMachine'))[0];
  expect(statementsOf('LongRuns')).toMatchObject([
    { Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': [handler, 'Arn'] } },
    {
      Action: 'states:StartExecution',
      Resource: { 'Fn::Join': ['', expect.arrayContaining([expect.stringMatching(/:stateMachine:cdk-teardown-mqtt-[0-9a-f]{8}-$/)])] },
    },
    { Action: expect.arrayContaining(['logs:CreateLogDelivery']), Resource: '*' },
  ]);
  expect(statementsOf('Kiosks0Policy')).toEqual(
    expect.arrayContaining([
      { Effect: 'Allow', Action: ['states:StartExecution', 'states:ListExecutions'], Resource: { Ref: machine } },
      {
        Effect: 'Allow',
        Action: 'states:DescribeExecution',
        Resource: {
          'Fn::Join': [
            '',
            expect.arrayContaining(
              [':execution:', { 'Fn::GetAtt': [machine, 'Name'] }, ':*'].map((part) => (part === ':execution:' ? expect.stringMatching(/:execution:$/) : part)),
            ),
          ],
        },
      },
      { Effect: 'Allow', Action: 'cloudformation:DescribeStackEvents', Resource: { Ref: 'AWS::StackId' } },
    ]),
  );
  expect(JSON.stringify(statementsOf('Kiosks0Policy'))).not.toContain('DescribeStackResource');
});

test('errors are logged without what executions hold: CloudFormation’s presigned URL is in it', () => {
  templateOf(Duration.hours(5)).hasResourceProperties('AWS::StepFunctions::StateMachine', {
    StateMachineType: 'STANDARD',
    LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: false, Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: Match.anyValue() } }] },
  });
});

test('listed ids are read from the metadata, where references are resolved; they are there only for a long timeout', () => {
  const stack = new Stack(new App(), 'Stack');
  const thing = new CfnThing(stack, 'Thing');
  const clients = MqttClients.ids('kiosk-1', thing.ref);
  new MqttDisconnection(stack, 'Long', { clients, timeout: Duration.hours(1) });
  new MqttDisconnection(stack, 'Short', { clients });
  const template = Template.fromStack(stack);
  const [long, short] = ['Long', 'Short'].map(
    (id) => Object.entries<any>(template.findResources('Custom::MqttDisconnection')).find(([name]) => name.startsWith(id))![1].Metadata ?? {},
  );
  expect(long['cdk-teardown:ids']).toEqual(['kiosk-1', { Ref: 'Thing' }]);
  expect(short).not.toHaveProperty('cdk-teardown:ids');
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([{ Effect: 'Allow', Action: 'cloudformation:DescribeStackResource', Resource: { Ref: 'AWS::StackId' } }]),
    },
  });
});

test('a key encrypts what executions hold, for that state machine alone', () => {
  const stack = new Stack(new App(), 'Stack');
  const stateMachineEncryptionKey = new Key(stack, 'Key');
  const provider = new MqttDisconnectionProvider(stack, 'Provider', { stateMachineEncryptionKey });
  new MqttDisconnection(stack, 'Kiosks', { clients: CLIENTS, provider, timeout: Duration.hours(1) });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', { EncryptionConfiguration: { Type: 'CUSTOMER_MANAGED_KMS_KEY' } });
  const uses = Object.values<any>(template.findResources('AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => JSON.stringify(Action).includes('kms:'));
  expect(uses.map(({ Action }) => Action)).toEqual(expect.arrayContaining([['kms:Decrypt', 'kms:GenerateDataKey'], 'kms:GenerateDataKey', 'kms:Decrypt']));
  // https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html: of its log
  const ofLogs = uses.filter(({ Action }) => Action === 'kms:GenerateDataKey');
  expect(ofLogs.map(({ Condition }) => Object.keys(Condition.StringEquals))).toEqual([['kms:EncryptionContext:SourceArn']]);
  template.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Action: 'kms:Decrypt', Principal: { Service: 'delivery.logs.amazonaws.com' } })]) },
  });
  for (const { Condition } of uses.filter((use) => !ofLogs.includes(use))) {
    const arn = Condition.StringEquals['kms:EncryptionContext:aws:states:stateMachineArn']['Fn::Join'][1];
    expect(arn).toContainEqual({ 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] });
  }
});

test('a provider of another stack carries on runs as well', () => {
  const app = new App();
  const provider = new MqttDisconnectionProvider(new Stack(app, 'Shared'), 'Provider');
  const stack = new Stack(app, 'Stack');
  new MqttDisconnection(stack, 'Kiosks', { clients: CLIENTS, provider, timeout: Duration.hours(1) });
  Template.fromStack(stack).resourceCountIs('AWS::StepFunctions::StateMachine', 0);
  Template.fromStack(Stack.of(provider)).resourceCountIs('AWS::StepFunctions::StateMachine', 1);
});

test.each<[string, Partial<MqttDisconnectionProps>, string]>([
  ['more than a week', { timeout: Duration.days(8) }, 'timeout is 691200 seconds: it must be from 1 minute to 7 days'],
  ['an hour for a deploy', { timeout: Duration.hours(1), runOn: [Moment.DEPLOY, Moment.TEARDOWN] }, 'runOn has Moment.DEPLOY: shorten timeout to 58 minutes'],
  ['an hour for what leaves', { timeout: Duration.hours(1), runOn: [Moment.REMOVAL] }, 'runOn has Moment.REMOVAL: shorten timeout to 58 minutes'],
  ['an hour for a destroy that goes on', { timeout: Duration.hours(1), onFailure: OnFailure.CONTINUE }, 'the destroy goes on and takes the function away'],
])('%s is refused', (_, props, reason) => {
  expect(() => new MqttDisconnection(new Stack(new App(), 'Stack'), 'Kiosks', { clients: CLIENTS, ...props })).toThrow(reason);
});

test('58 minutes are allowed for all moments, and for a destroy that goes on', () => {
  const props = { timeout: Duration.minutes(58), runOn: [Moment.DEPLOY, Moment.REMOVAL, Moment.TEARDOWN], onFailure: OnFailure.CONTINUE };
  expect(() => new MqttDisconnection(new Stack(new App(), 'Stack'), 'Kiosks', { clients: CLIENTS, ...props })).not.toThrow();
});
