import { Duration, Fn, Lazy, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnThing } from 'aws-cdk-lib/aws-iot';
import { Confirm, MqttClients, MqttDisconnection, MqttDisconnectionProvider, type MqttDisconnectionProps } from '../../lib';
import { newStack } from '../support/new-stack';

/* What MqttDisconnection declares: its properties, its permissions, and what it refuses. */

const RESOURCE = 'Custom::MqttDisconnection';

/** The statements of the construct's own policy. */
function statements(stack: Stack) {
  const policies = Object.values(
    Template.fromStack(stack).findResources('AWS::IAM::Policy', { Properties: { PolicyName: Match.stringLikeRegexp('KiosksPolicy') } }),
  );
  return policies.flatMap((policy) => policy.Properties.PolicyDocument.Statement);
}

function clientArn(name: unknown) {
  return {
    'Fn::Join': [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        ':iot:',
        { Ref: 'AWS::Region' },
        ':',
        { Ref: 'AWS::AccountId' },
        ...(typeof name === 'string' ? [`:client/${name}`] : [':client/', name]),
      ],
    ],
  };
}

test('disconnects listed clients and may touch no other', () => {
  const stack = newStack();
  new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-1', 'kiosk-2', 'kiosk-1'), cleanSession: true });
  Template.fromStack(stack).hasResourceProperties(RESOURCE, {
    Targets: { Source: 'ids', Ids: ['kiosk-1', 'kiosk-2'] },
    Operation: { CleanSession: true, PreventWillMessage: false, Endpoint: Match.absent() },
  });
  expect(statements(stack)).toEqual([
    { Effect: 'Allow', Action: 'iot:DeleteConnection', Resource: [clientArn('kiosk-1'), clientArn('kiosk-2')] },
    { Effect: 'Allow', Action: 'iot:DescribeEndpoint', Resource: '*' },
  ]);
});

test.each<[Partial<MqttDisconnectionProps>, object]>([
  [{}, { CleanSession: false, PreventWillMessage: false }],
  [{ cleanSession: true }, { CleanSession: true, PreventWillMessage: false }],
  [{ preventWillMessage: true }, { CleanSession: false, PreventWillMessage: true }],
])('keeps the session and lets the last will be published, unless told otherwise: %#', (props, operation) => {
  const stack = newStack();
  new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-1'), ...props });
  Template.fromStack(stack).hasResourceProperties(RESOURCE, { Operation: operation });
});

test('needs no permission to find an endpoint that is given', () => {
  const stack = newStack();
  new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-1'), endpoint: 'a1-ats.iot.eu-west-1.amazonaws.com' });
  Template.fromStack(stack).hasResourceProperties(RESOURCE, { Operation: { Endpoint: 'a1-ats.iot.eu-west-1.amazonaws.com' } });
  expect(statements(stack)).toEqual([{ Effect: 'Allow', Action: 'iot:DeleteConnection', Resource: clientArn('kiosk-1') }]);
});

test.each<[Confirm | undefined, number | undefined]>([
  [undefined, undefined],
  [Confirm.none(), undefined],
  [Confirm.disconnected(), 0],
  [Confirm.staysDisconnected(Duration.minutes(2)), 120],
])('may ask about a client only where it confirms: %#', (confirm, seconds) => {
  const stack = newStack();
  new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-1'), confirm });
  Template.fromStack(stack).hasResourceProperties(RESOURCE, { Operation: { ConfirmAwaySeconds: seconds ?? Match.absent() } });
  expect(statements(stack)[0]).toEqual({
    Effect: 'Allow',
    Action: seconds === undefined ? 'iot:DeleteConnection' : ['iot:DeleteConnection', 'iot:GetConnection'],
    Resource: clientArn('kiosk-1'),
  });
});

test.each([
  [0, 840],
  [781, 840],
  [61, 120],
  [0.5, 840],
])('cannot confirm after %d seconds of %d', (seconds, timeout) => {
  expect(
    () =>
      new MqttDisconnection(newStack(), 'Kiosks', {
        clients: MqttClients.ids('kiosk-1'),
        confirm: Confirm.staysDisconnected(Duration.millis(seconds * 1000)),
        timeout: Duration.seconds(timeout),
      }),
  ).toThrow(`the time of Confirm.staysDisconnected is ${seconds} seconds: it must be from 1 to ${timeout - 60}, a minute less than timeout`);
});

test.each([
  [1, 840],
  [780, 840],
  [60, 120],
])('can confirm after %d seconds of %d', (seconds, timeout) => {
  expect(
    () =>
      new MqttDisconnection(newStack(), 'Kiosks', {
        clients: MqttClients.ids('kiosk-1'),
        confirm: Confirm.staysDisconnected(Duration.seconds(seconds)),
        timeout: Duration.seconds(timeout),
      }),
  ).not.toThrow();
});

const LATER = Duration.seconds(Lazy.number({ produce: () => 900 }));
test.each([
  [LATER, Duration.minutes(14)],
  [Duration.minutes(14), LATER],
])('refuses no time that is not known yet: %#', (away, timeout) => {
  expect(
    () =>
      new MqttDisconnection(newStack(), 'Kiosks', {
        clients: MqttClients.ids('kiosk-1'),
        confirm: Confirm.staysDisconnected(away),
        timeout,
      }),
  ).not.toThrow();
});

test('the number of clients that came back can be referenced', () => {
  const stack = newStack();
  const { reconnectedCount } = new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-1') });
  expect(stack.resolve(reconnectedCount)).toEqual({ 'Fn::GetAtt': ['Kiosks16F0D2B3', 'ReconnectedCount'] });
});

test("disconnects the clients that bear things' names", () => {
  const stack = newStack();
  new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ofThings(new CfnThing(stack, 'One'), new CfnThing(stack, 'Two')) });
  Template.fromStack(stack).hasResourceProperties(RESOURCE, { Targets: { Ids: [{ Ref: 'One' }, { Ref: 'Two' }] } });
  expect(statements(stack)[0].Resource).toEqual([clientArn({ Ref: 'One' }), clientArn({ Ref: 'Two' })]);
});

test('an id with characters that mean something in a policy stands for itself only', () => {
  const stack = newStack();
  new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('all*', 'what?', 'a$b') });
  expect(statements(stack)[0].Resource).toEqual([clientArn('all${*}'), clientArn('what${?}'), clientArn('a${$}b')]);
});

test('may touch every client where the list is a token', () => {
  const stack = newStack();
  new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids(...Fn.split(',', Fn.importValue('Clients'))) });
  expect(statements(stack)[0].Resource).toEqual(clientArn('*'));
});

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}${n}`);
}

test('says so where a policy has no room for the names, and allows what they begin with', () => {
  const stack = newStack();
  new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids(...numbered('alpha-', 60), ...numbered('beta-', 60)) });
  const names = statements(stack)[0].Resource.map((arn: any) => arn['Fn::Join'][1].at(-1).replace(':client/', ''));
  expect(names.filter((name: string) => !/^(alpha-\*|beta-\d\*?)$/.test(name))).toEqual([]);
  expect(names).toEqual(expect.arrayContaining(['alpha-*', 'beta-7', 'beta-5*']));
  Annotations.fromStack(stack).hasWarning(
    '*',
    Match.stringLikeRegexp('no room for the names of 120 targets.*"alpha-\\*", "beta-0".*patterns more.*cdk-teardown:wildcardPermission'),
  );
});

test('ids with nothing in common may need every client', () => {
  const stack = newStack();
  new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids(...numbered('', 90).map((n) => `${String.fromCodePoint(0xa1 + Number(n))}-kiosk`)) });
  expect(statements(stack)[0].Resource).toEqual(clientArn('*'));
});

test('what IAM cannot write of an id is a wildcard', () => {
  const stack = newStack();
  new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('キオスク-1', 'Kühl-1') });
  expect(statements(stack)[0].Resource).toEqual([clientArn('*-1'), clientArn('Kühl-1')]);
});

test('warns in a region that is not known to have the service, and only there', () => {
  const warning = Match.stringLikeRegexp('AWS IoT Core is not known to be in ap-northeast-3.*cdk-teardown:iotRegion');
  for (const [region, warned] of [
    ['ap-northeast-3', true],
    ['eu-west-1', false],
    [undefined, false],
  ] as const) {
    const stack = newStack(region);
    new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-1') });
    expect(Annotations.fromStack(stack).findWarning('*', warning)).toHaveLength(warned ? 1 : 0);
  }
});

test.each([
  ['http://10.0.0.7:8080', true],
  ['http://127.0.0.1.example.com', true],
  ['http://localhost.example.com/', true],
  ['https://a1-ats.iot.eu-west-1.amazonaws.com', false],
  ['a1-ats.iot.eu-west-1.amazonaws.com', false],
  ['http://127.0.0.1:4566', false],
  ['http://localhost:4566/', false],
  [Lazy.string({ produce: () => 'http://10.0.0.7' }), false],
])('warns where requests would go without TLS to another machine: %s', (endpoint, warned) => {
  const stack = newStack();
  new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-1'), endpoint });
  const warning = Match.stringLikeRegexp('the endpoint http://.* is called without TLS.*cdk-teardown:endpointWithoutTls');
  expect(Annotations.fromStack(stack).findWarning('/Stack/Kiosks', warning)).toHaveLength(warned ? 1 : 0);
});

test('uses the provider that it is given', () => {
  const stack = newStack();
  const provider = new MqttDisconnectionProvider(stack, 'Mine', { memorySize: 512 });
  const disconnection = new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-1'), provider });
  expect(disconnection.provider).toBe(provider);
  Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 1);
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { MemorySize: 512 });
});
