import { App, CfnOutput, CfnParameter, CfnResource, Duration, Lazy, NestedStack, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Dashboard, GraphWidget, type Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { Confirm, MqttClients, MqttDisconnection, type MqttDisconnectionProps, Moment, OnFailure } from '../../lib';

const RESOURCE = 'Custom::MqttDisconnection';

function stackWith(props: Partial<MqttDisconnectionProps> = {}) {
  const stack = new Stack(new App(), 'Stack');
  const disconnection = new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-1', 'kiosk-2'), ...props });
  return { stack, disconnection, template: () => Template.fromStack(stack) };
}

describe('what the handler is told', () => {
  test('acts on teardown only, fails the stack on failure and runs 14 minutes, unless told otherwise', () => {
    stackWith()
      .template()
      .hasResourceProperties(RESOURCE, {
        RunOn: ['TEARDOWN'],
        OnFailure: 'FAIL',
        MaxTargets: 10_000,
        Preflight: true,
        TimeoutSeconds: 840,
        ServiceTimeout: '1140',
        RequestsPerSecond: Match.absent(),
        RedeployTrigger: Match.absent(),
      });
  });

  test('passes on what the user says', () => {
    stackWith({
      runOn: [Moment.DEPLOY, Moment.TEARDOWN, Moment.DEPLOY],
      onFailure: OnFailure.CONTINUE,
      maxTargets: 5,
      requestsPerSecond: 7.5,
      timeout: Duration.minutes(2),
      preflight: false,
      redeployTrigger: 'v2',
    })
      .template()
      .hasResourceProperties(RESOURCE, {
        RunOn: ['DEPLOY', 'TEARDOWN'],
        OnFailure: 'CONTINUE',
        MaxTargets: 5,
        RequestsPerSecond: 7.5,
        TimeoutSeconds: 120,
        ServiceTimeout: '420',
        Preflight: false,
        RedeployTrigger: 'v2',
      });
  });

  test('CloudFormation waits as long as it ever does for a run whose time is known at deploy only', () => {
    const stack = new Stack(new App(), 'Stack');
    const timeout = Duration.seconds(new CfnParameter(stack, 'Timeout', { type: 'Number' }).valueAsNumber);
    new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-1'), timeout });
    Template.fromStack(stack).hasResourceProperties(RESOURCE, { TimeoutSeconds: { Ref: 'Timeout' }, ServiceTimeout: '1140' });
  });

  test('whether the stack is nested, and its status is not what tells why it is called', () => {
    const stack = new Stack(new App(), 'Stack');
    const nested = new NestedStack(stack, 'Nested');
    for (const scope of [stack, nested]) new MqttDisconnection(scope, 'Kiosks', { clients: MqttClients.ids('kiosk-1') });
    Template.fromStack(nested).hasResourceProperties(RESOURCE, { Nested: true });
    Template.fromStack(stack).hasResourceProperties(RESOURCE, { Nested: Match.absent() });
  });

  test('the counts of the latest deploy can be referenced', () => {
    const { stack, disconnection, template } = stackWith();
    const { targetCount, endedCount, alreadyGoneCount, failedCount } = disconnection;
    new CfnResource(stack, 'Report', { type: 'Test::Report', properties: { Counts: [targetCount, endedCount, alreadyGoneCount, failedCount] } });
    new CfnOutput(stack, 'Ended', { value: Token.asString(endedCount) });
    const [resource] = Object.keys(template().findResources(RESOURCE));
    const counts = ['TargetCount', 'EndedCount', 'AlreadyGoneCount', 'FailedCount'].map((name) => ({ 'Fn::GetAtt': [resource, name] }));
    template().hasResourceProperties('Test::Report', { Counts: counts });
    template().hasOutput('Ended', { Value: counts[1] });
  });
});

describe('metrics', () => {
  const STACK = 'Stack/Kiosks';

  test.each<[(of: MqttDisconnection, options?: MetricOptions) => Metric, string, string]>([
    [(of, options) => of.metricTargets(options), 'Targets', 'Sum'],
    [(of, options) => of.metricEnded(options), 'Ended', 'Sum'],
    [(of, options) => of.metricAlreadyGone(options), 'AlreadyGone', 'Sum'],
    [(of, options) => of.metricFailed(options), 'Failed', 'Sum'],
    [(of, options) => of.metricThrottled(options), 'Throttled', 'Sum'],
    [(of, options) => of.metricDuration(options), 'Duration', 'Maximum'],
  ])("%#: a figure of the construct's own runs, with the options of any metric", (metric, metricName, statistic) => {
    const { disconnection } = stackWith();
    expect(metric(disconnection)).toMatchObject({ namespace: 'CdkTeardown', metricName, statistic, dimensions: { Construct: STACK } });
    expect(metric(disconnection, { period: Duration.hours(1), statistic: 'Average' })).toMatchObject({
      metricName,
      statistic: 'Average',
      period: Duration.hours(1),
    });
  });

  test('can be shown in another region', () => {
    const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1', account: '123456789012' } });
    const disconnection = new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-1') });
    const dashboard = new Stack(new App(), 'Elsewhere', { env: { region: 'ca-central-1', account: '123456789012' } });
    new Dashboard(dashboard, 'Dashboard', { widgets: [[new GraphWidget({ left: [disconnection.metricFailed()] })]] });
    expect(JSON.stringify(Template.fromStack(dashboard).findResources('AWS::CloudWatch::Dashboard'))).toContain('eu-west-1');
  });

  test('are told apart by the path, in ASCII as CloudWatch wants it', () => {
    const stack = new Stack(new App(), 'Stack');
    const disconnection = new MqttDisconnection(new Construct(stack, 'Büro'), 'Kiosks', { clients: MqttClients.ids('kiosk-1') });
    expect(disconnection.metricEnded().dimensions).toEqual({ Construct: 'Stack/B_ro/Kiosks-7fc0fe94' });
    Template.fromStack(stack).hasResourceProperties(RESOURCE, { Path: 'Stack/B_ro/Kiosks-7fc0fe94' });
  });

  test('are told apart where nothing of a path is ASCII, or not what sets it apart within 255 characters', () => {
    const long = 'x'.repeat(300);
    const values = ['日本', '中国', `${long}1`, `${long}2`].map((id) => {
      const disconnection = new MqttDisconnection(new Stack(new App(), 'Stack'), id, { clients: MqttClients.ids('kiosk-1') });
      return disconnection.metricEnded().dimensions!.Construct;
    });
    expect(new Set(values).size).toBe(4);
    for (const value of values) expect(value).toMatch(/^[\x20-\x7e]{1,255}$/);
  });
});

describe('order', () => {
  test('the policy outlives the custom resource on the way down', () => {
    const template = stackWith().template();
    const [policy] = Object.keys(template.findResources('AWS::IAM::Policy', { Properties: { PolicyName: Match.stringLikeRegexp('^KiosksPolicy') } }));
    template.hasResource(RESOURCE, { DependsOn: Match.arrayWith([policy]) });
  });

  test('a policy has another id when the targets change, or what it allows, so that the old one stays until the update is over', () => {
    const before = Object.keys(stackWith().template().findResources('AWS::IAM::Policy'));
    const after = Object.keys(
      stackWith({ clients: MqttClients.ids('kiosk-1') })
        .template()
        .findResources('AWS::IAM::Policy'),
    );
    const same = Object.keys(stackWith({ cleanSession: true }).template().findResources('AWS::IAM::Policy'));
    expect(before.filter((id) => !after.includes(id))).toEqual([expect.stringMatching(/^KiosksPolicy/)]);
    // Of the same targets, more is allowed.
    const more = Object.keys(stackWith({ confirm: Confirm.disconnected() }).template().findResources('AWS::IAM::Policy'));
    expect(before.filter((id) => !more.includes(id))).toEqual([expect.stringMatching(/^KiosksPolicy/)]);
    expect(same).toEqual(before);
  });

  test('runs before the deletion of what it depends on', () => {
    const { stack, disconnection, template } = stackWith();
    disconnection.runBeforeDeletionOf(new CfnResource(stack, 'Locker', { type: 'Test::Locker' }));
    template().hasResource(RESOURCE, { DependsOn: Match.arrayWith(['Locker']) });
  });

  test('runs after the deletion of what depends on it', () => {
    const { stack, disconnection, template } = stackWith();
    disconnection.runAfterDeletionOf(
      new CfnResource(stack, 'DevicePolicy', { type: 'Test::Policy' }),
      new CfnResource(stack, 'Other', { type: 'Test::Policy' }),
    );
    const resource = Object.keys(template().findResources(RESOURCE))[0];
    template().hasResource('Test::Policy', { DependsOn: Match.arrayWith([resource]) });
    expect(Object.keys(template().findResources('Test::Policy', { DependsOn: Match.arrayWith([resource]) }))).toEqual(['DevicePolicy', 'Other']);
  });
});

test('cannot wait for the deletion of what it is a part of', () => {
  const { stack, disconnection } = stackWith();
  expect(() => disconnection.runAfterDeletionOf(stack)).toThrow('Stack/Kiosks cannot run after the deletion of Stack, which it is a part of');
});

describe('bad input is refused before any resource is made', () => {
  test.each<[string, Partial<MqttDisconnectionProps>, string]>([
    ['empty runOn', { runOn: [] }, 'runOn is empty'],
    ['a moment that is not in a list', { runOn: Moment.DEPLOY as any }, 'runOn is "DEPLOY": it must be a list'],
    [
      'a moment that is none',
      { runOn: [Moment.DEPLOY, undefined as any] },
      'runOn has undefined: it may have Moment.DEPLOY, Moment.REMOVAL and Moment.TEARDOWN',
    ],
    ['an unknown moment', { runOn: [Moment.DEPLOY, 'DESTROY' as any] }, 'runOn has "DESTROY": it may have Moment.DEPLOY, Moment.REMOVAL and Moment.TEARDOWN'],
    [
      'redeployTrigger where no deploy acts',
      { redeployTrigger: 'v2' },
      'no deploy acts without Moment.DEPLOY: write runOn: [Moment.DEPLOY, Moment.TEARDOWN], or leave redeployTrigger out',
    ],
    ['redeployTrigger with other moments', { redeployTrigger: '', runOn: [Moment.REMOVAL] }, 'write runOn: [Moment.DEPLOY, Moment.REMOVAL], or'],
    ['more ids than maxTargets', { maxTargets: 1 }, '2 targets are listed, maxTargets allows 1'],
    ['maxTargets of 0', { maxTargets: 0 }, 'maxTargets is 0'],
    ['a fraction as maxTargets', { maxTargets: 1.5 }, 'maxTargets is 1.5'],
    ['a rate of 0', { requestsPerSecond: 0 }, 'requestsPerSecond is 0'],
    ['a timeout beyond a week', { timeout: Duration.days(8) }, 'timeout is 691200 seconds'],
    ['a timeout too short to answer', { timeout: Duration.seconds(30) }, 'timeout is 30 seconds'],
    ['an endpoint with a path', { endpoint: 'example.com/path' }, 'endpoint "example.com/path"'],
  ])('%s', (_, props, message) => {
    const stack = new Stack(new App(), 'Stack');
    const clients = MqttClients.ids('kiosk-1', 'kiosk-2');
    expect(() => new MqttDisconnection(stack, 'Kiosks', { clients, ...props })).toThrow(message);
    expect(() => new MqttDisconnection(stack, 'Again', { clients, ...props })).toThrow(/^Stack\/Again: /);
    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
  });

  test('but nothing is refused that is not known yet', () => {
    const later = Lazy.number({ produce: () => 1 });
    expect(() => stackWith({ maxTargets: later, requestsPerSecond: later, endpoint: Lazy.string({ produce: () => 'x y' }) })).not.toThrow();
  });
});
