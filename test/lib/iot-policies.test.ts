import { App, CfnResource, Duration, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnPolicy, CfnPolicyPrincipalAttachment, CfnThing } from 'aws-cdk-lib/aws-iot';
import type { Construct } from 'constructs';
import { IotPolicyDetachment, IotPolicyDetachmentProvider, Moment, MqttClients, MqttDisconnection, type IotPolicyDetachmentProps } from '../../lib';
import { newStack } from '../support/new-stack';

/* What IotPolicyDetachment declares: its properties, its permissions, its order, and what it refuses. */

const RESOURCE = 'Custom::IotPolicyDetachment';
const EVERYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] };

const newPolicy = (scope: Construct, policyDocument: object = EVERYTHING) => new CfnPolicy(scope, 'KioskPolicy', { policyDocument });
const named = (scope: Construct, name = 'kiosks') => CfnPolicy.fromPolicyName(scope, 'Kiosks', name);

const resources = (stack: Stack) => Template.fromStack(stack).toJSON().Resources;

/** The logical ids of all that a resource needs, however far. */
function needs(stack: Stack, logicalId: string): string[] {
  const all = resources(stack);
  const found = new Set<string>();
  const walk = (id: string): void => {
    const { DependsOn = [], ...rest } = all[id];
    const referred = [...JSON.stringify(rest).matchAll(/"(?:Ref":"|Fn::GetAtt":\[")([^"]+)"/g)].map(([, other]) => other);
    for (const other of [...[DependsOn].flat(), ...referred]) {
      if (!(other in all) || found.has(other)) continue;
      found.add(other);
      walk(other);
    }
  };
  walk(logicalId);
  return [...found];
}

const idOf = (stack: Stack, type: string) => {
  const ids = Object.keys(Template.fromStack(stack).findResources(type));
  expect(ids).toHaveLength(1);
  return ids[0];
};

function statements(stack: Stack) {
  const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy', { Properties: { PolicyName: Match.stringLikeRegexp('^LockedOut') } });
  return Object.values(policies).flatMap((policy) => policy.Properties.PolicyDocument.Statement);
}

const DETACH = {
  Effect: 'Allow',
  Action: 'iot:DetachPolicy',
  Resource: '*',
  Condition: { StringEquals: { 'aws:RequestedRegion': { Ref: 'AWS::Region' } } },
};

test('detaches a policy of the stack, and lists the targets of no other', () => {
  const stack = newStack();
  new IotPolicyDetachment(stack, 'LockedOut', { policy: newPolicy(stack) });
  Template.fromStack(stack).hasResourceProperties(RESOURCE, {
    Targets: { Source: 'policyTargets', PolicyName: { Ref: 'KioskPolicy' } },
    Operation: { PolicyName: { Ref: 'KioskPolicy' } },
    RunOn: ['TEARDOWN'],
    OnFailure: 'FAIL',
    MaxTargets: 10_000,
  });
  expect(statements(stack)).toEqual([DETACH, { Effect: 'Allow', Action: 'iot:ListTargetsForPolicy', Resource: { 'Fn::GetAtt': ['KioskPolicy', 'Arn'] } }]);
});

test('detaches a policy by its name', () => {
  const stack = newStack();
  new IotPolicyDetachment(stack, 'LockedOut', { policy: named(stack) });
  Template.fromStack(stack).hasResourceProperties(RESOURCE, { Targets: { PolicyName: 'kiosks' }, Operation: { PolicyName: 'kiosks' } });
  const arn = ['arn:', { Ref: 'AWS::Partition' }, ':iot:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':policy/kiosks'];
  expect(statements(stack)).toEqual([DETACH, { Effect: 'Allow', Action: 'iot:ListTargetsForPolicy', Resource: { 'Fn::Join': ['', arn] } }]);
});

test.each<[string, (disconnection: MqttDisconnection, detachment: IotPolicyDetachment) => void]>([
  ['runAfterDeletionOf', (disconnection, detachment) => disconnection.runAfterDeletionOf(detachment)],
  ['runBeforeDeletionOf', (disconnection, detachment) => detachment.runBeforeDeletionOf(disconnection)],
])('the rights go, then the clients, then the policy: %s', (_, order) => {
  const stack = newStack();
  const thing = new CfnThing(stack, 'Kiosk');
  const policy = newPolicy(stack, { ...EVERYTHING, Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: `client/${thing.ref}` }] });
  new CfnPolicyPrincipalAttachment(stack, 'Attachment', { policyName: policy.ref, principal: 'arn:aws:iot:ca-central-1:123456789012:cert/abc' });
  const detachment = new IotPolicyDetachment(stack, 'LockedOut', { policy });
  order(new MqttDisconnection(stack, 'Disconnected', { clients: MqttClients.ofThings(thing) }), detachment);
  const [detached, disconnected] = [idOf(stack, RESOURCE), idOf(stack, 'Custom::MqttDisconnection')];
  expect(needs(stack, detached)).toEqual(expect.arrayContaining([disconnected, 'KioskPolicy', 'Kiosk']));
  expect(needs(stack, disconnected)).toEqual(expect.arrayContaining(['KioskPolicy', 'Kiosk']));
  expect(needs(stack, disconnected)).not.toContain(detached);
  expect(needs(stack, 'KioskPolicy')).toEqual(['Kiosk']);
});

test('a policy that another stack has goes after it as well', () => {
  const app = new App();
  const [fleet, kiosks] = [new Stack(app, 'Fleet'), new Stack(app, 'Kiosks')];
  new IotPolicyDetachment(kiosks, 'LockedOut', { policy: newPolicy(fleet) });
  app.synth();
  expect(kiosks.dependencies).toEqual([fleet]);
});

test('a disconnection that must come before the policy and after it is refused', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const policy = newPolicy(stack);
  const disconnection = new MqttDisconnection(stack, 'Disconnected', { clients: MqttClients.ids('kiosk-1') });
  disconnection.runAfterDeletionOf(policy, new IotPolicyDetachment(stack, 'LockedOut', { policy }));
  expect(() => app.synth()).toThrow('needs Stack/KioskPolicy, which needs Stack/Disconnected');
});

test.each([[false], [true]])('warns where the policy of the stack is known by its name, unless it goes after it: %s', (goesAfter) => {
  const stack = newStack();
  const policy = new CfnPolicy(stack, 'KioskPolicy', { policyName: 'kiosks', policyDocument: EVERYTHING });
  const detachment = new IotPolicyDetachment(stack, 'LockedOut', { policy: named(stack) });
  if (goesAfter) detachment.runBeforeDeletionOf(policy);
  const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('cdk-teardown:goesFirst'));
  const text = 'Stack/KioskPolicy may be deleted before this acts: write detachment.runBeforeDeletionOf(policy)';
  expect(warnings.map(({ entry }) => entry.data)).toEqual(goesAfter ? [] : [expect.stringContaining(text)]);
});

test('is ordered within a nested stack, too', () => {
  const stack = newStack();
  const nested = new NestedStack(stack, 'Nested');
  const detachment = new IotPolicyDetachment(nested, 'LockedOut', { policy: newPolicy(nested) });
  new MqttDisconnection(nested, 'Disconnected', { clients: MqttClients.ids('kiosk-1') }).runAfterDeletionOf(detachment);
  const disconnected = idOf(nested, 'Custom::MqttDisconnection');
  expect(needs(nested, idOf(nested, RESOURCE))).toEqual(expect.arrayContaining(['KioskPolicy', disconnected]));
  expect(needs(nested, disconnected)).toContain('KioskPolicy');
});

test.each<[Partial<IotPolicyDetachmentProps>, string]>([
  [{ policy: undefined }, 'policy is no IoT policy: give a CfnPolicy, or CfnPolicy.fromPolicyName'],
  [{ policy: 'kiosks' as any }, 'policy is no IoT policy: give a CfnPolicy, or CfnPolicy.fromPolicyName'],
  [{ maxTargets: 0 }, 'maxTargets is 0'],
  [{ requestsPerSecond: 0 }, 'requestsPerSecond is 0'],
  [{ timeout: Duration.hours(2), runOn: [Moment.REMOVAL] }, 'above 58 minutes a run can go on after the answer at Moment.TEARDOWN alone'],
])('refuses what cannot be: %#', (props, message) => {
  const stack = newStack();
  expect(() => new IotPolicyDetachment(stack, 'LockedOut', { policy: named(stack), ...props })).toThrow(message);
  expect(resources(stack)).toBeUndefined();
});

test.each([['a b'], ['a/b'], ['x'.repeat(129)]])('refuses the name %j', (name) => {
  const stack = newStack();
  expect(() => new IotPolicyDetachment(stack, 'LockedOut', { policy: named(stack, name) })).toThrow('is not the name of an IoT policy');
});

test('refuses something else that is given in place of a policy', () => {
  const stack = newStack();
  const policy = new CfnResource(stack, 'Other', { type: 'AWS::IoT::Policy' });
  expect(() => new IotPolicyDetachment(stack, 'LockedOut', { policy: policy as any })).toThrow('policy is no IoT policy');
});

test('refuses a policy in another region or account', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: { region: 'ca-central-1', account: '123456789012' } });
  const elsewhere = new Stack(app, 'Elsewhere', { env: { region: 'eu-west-1', account: '123456789012' } });
  expect(() => new IotPolicyDetachment(stack, 'LockedOut', { policy: newPolicy(elsewhere) })).toThrow(
    'the policy Elsewhere/KioskPolicy is in the region eu-west-1, and the stack in ca-central-1: put the construct into a stack there',
  );
  const of = (account: string, id: string) => CfnPolicy.fromPolicyArn(stack, id, `arn:aws:iot:ca-central-1:${account}:policy/kiosks`);
  expect(() => new IotPolicyDetachment(stack, 'Other', { policy: of('999999999999', 'Theirs') })).toThrow('is in the account 999999999999');
  new IotPolicyDetachment(stack, 'Own', { policy: of('123456789012', 'Ours') });
});

test('warns in a region that is not known to have the service', () => {
  for (const [region, warned] of [
    ['af-south-1', true],
    ['ca-central-1', false],
  ] as const) {
    const stack = newStack(region);
    new IotPolicyDetachment(stack, 'LockedOut', { policy: newPolicy(stack) });
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('cdk-teardown:iotRegion'))).toHaveLength(warned ? 1 : 0);
  }
});

test('one function serves all detachments of a stack, unless another is given', () => {
  const stack = newStack();
  const [one, other] = ['a', 'b'].map((name) => new IotPolicyDetachment(stack, `Of${name}`, { policy: CfnPolicy.fromPolicyName(stack, name, name) }));
  expect(other.provider).toBe(one.provider);
  const provider = new IotPolicyDetachmentProvider(stack, 'Mine', { memorySize: 512 });
  expect(new IotPolicyDetachment(stack, 'Own', { policy: named(stack), provider }).provider).toBe(provider);
  Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 2);
});
