import { readFileSync } from 'node:fs';
import { App, Aspects, AspectPriority, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ManagedPolicy, Policy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  ChatDisconnection,
  ChatParticipants,
  Confirm,
  ManagedThingDeletion,
  ManagedThings,
  MqttClients,
  MqttDisconnection,
  MqttDisconnectionProvider,
} from '../../lib';
import { sizeOf } from '../../local-aws/iam/policy-document';

/* Where the policies of many constructs go that share one role. */

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const INLINE = 10_240;
const MANAGED = 6_144;

const newStack = (app = new App(), id = 'Stack') => new Stack(app, id, { env: { account: '123456789012', region: 'ca-central-1' } });
const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

function chats(stack: Stack, count: number) {
  return times(
    count,
    (n) =>
      new ChatDisconnection(stack, `Chats${n}`, {
        participants: ChatParticipants.fromSecret(new Secret(stack, `Tokens${n}`, { encryptionKey: new Key(stack, `Key${n}`) })),
      }),
  );
}

/** Each with a policy of about 150 characters a client. */
function disconnections(stack: Stack, count: number, clients: number, props: { provider?: MqttDisconnectionProvider; confirm?: Confirm } = {}) {
  return times(
    count,
    (n) =>
      new MqttDisconnection(stack, `Kiosks${n}`, {
        clients: MqttClients.ids(...times(clients, (client) => `${n}-${client}-`.padEnd(100, 'x'))),
        ...props,
      }),
  );
}

const inlineOf = (stack: Stack) => Template.fromStack(stack).findResources('AWS::IAM::Policy');
const managedOf = (stack: Stack) => Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy');

/** As IAM gets it, with names as CloudFormation and the services generate them. */
function deployed(document: any): any {
  return JSON.parse(
    JSON.stringify(document)
      .replace(/\{"Ref":"AWS::Partition"\}/g, '"aws"')
      .replace(/\{"Ref":"AWS::StackId"\}/g, `"arn:aws:cloudformation:ca-central-1:123456789012:stack/Stack/${'x'.repeat(36)}"`)
      .replace(/\{"Ref":"(Tokens\w+)"\}/g, '"arn:aws:secretsmanager:ca-central-1:123456789012:secret:$1-ABCDEFGHIJKL-abcdef"')
      .replace(/\{"Fn::GetAtt":\["Key\w+","Arn"\]\}/g, `"arn:aws:kms:ca-central-1:123456789012:key/${'x'.repeat(36)}"`)
      .replace(/\{"Fn::GetAtt":\["(\w+Log\w+)","Arn"\]\}/g, '"arn:aws:logs:ca-central-1:123456789012:log-group:Stack-$1-ABCDEFGHIJKL:*"')
      .replace(/\{"Fn::Join":\["",(\[[^\]]*\])\]\}/g, (_, parts) => JSON.stringify(JSON.parse(parts).join(''))),
  );
}

const size = ({ Properties }: any) => sizeOf(deployed(Properties.PolicyDocument));
const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);

test('a few constructs have an inline policy each', () => {
  const stack = newStack();
  chats(stack, 10);
  expect(Object.keys(inlineOf(stack)).filter((id) => id.startsWith('Chats'))).toHaveLength(10);
  expect(managedOf(stack)).toEqual({});
});

test.each<[string, () => Stack]>([
  ['a stack', () => newStack()],
  ['a stack with minimized policies', () => newStack(new App({ context: { '@aws-cdk/aws-iam:minimizePolicies': true } }))],
  ['a nested stack', () => new NestedStack(newStack(), 'Nested')],
])('in %s 45 chats with secrets and keys of their own fit, also while an update holds all of their policies twice', (_, make) => {
  const stack = make();
  chats(stack, 45);
  const [inline, managed] = [Object.values(inlineOf(stack)), Object.values(managedOf(stack))];
  expect(sum(inline.map(size)) * 2).toBeLessThanOrEqual(INLINE);
  expect(Math.max(...managed.map(size))).toBeLessThanOrEqual(MANAGED);
  expect(managed.length * 2).toBeLessThanOrEqual(10);
  expect(sum([...inline, ...managed].map(size))).toBeGreaterThan(INLINE);
});

test('each construct depends on the policy that lets it read its own secret, and on no other', () => {
  const stack = newStack();
  chats(stack, 45);
  const policies = { ...inlineOf(stack), ...managedOf(stack) };
  for (const { DependsOn, Properties } of Object.values(Template.fromStack(stack).findResources('Custom::ChatDisconnection'))) {
    const own = DependsOn.filter((id: string) => id in policies);
    expect(own).toHaveLength(1);
    const { Statement } = policies[own[0]].Properties.PolicyDocument;
    expect(Statement.filter(({ Action }: any) => Action === 'secretsmanager:GetSecretValue').map(({ Resource }: any) => Resource)).toContainEqual(
      Properties.Targets.SecretArn,
    );
  }
  const statements = Object.values(policies)
    .flatMap((policy) => policy.Properties.PolicyDocument.Statement)
    .filter(({ Action }) => /secrets|kms/.test(Action));
  expect(statements).toHaveLength(90);
});

test('what is granted late counts: by the user, and by Aspects whatever their priority', () => {
  const stack = newStack();
  const all = chats(stack, 10);
  const grant = (n: number) =>
    all[n].grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [`late:${n}`], resources: [`arn:${'x'.repeat(500)}`] }));
  grant(0);
  Aspects.of(all[9]).add({ visit: (node) => void (node === all[9] && times(9, (n) => grant(n + 1))) }, { priority: AspectPriority.READONLY + 1_000 });
  const [inline, managed] = [Object.values(inlineOf(stack)), Object.values(managedOf(stack))];
  expect(sum(inline.map(size)) * 2).toBeLessThanOrEqual(INLINE);
  expect(managed.length).toBeGreaterThan(0);
  const granted = JSON.stringify([inline, managed]);
  for (const n of [0, 1, 9]) expect(granted).toContain(`late:${n}`);
});

test('more than IAM allows is an error that says how much, what is allowed and what to do, and where', () => {
  const stack = newStack();
  chats(stack, 100);
  expect(() => Template.fromStack(stack)).toThrow(
    new RegExp(
      '\\[Stack/Chats\\d+\\] the role Stack/cdk-teardown.ChatDisconnectionProvider/Role has no room for its permissions, ' +
        'nor for those of \\d+ constructs more: the constructs that share the role need about 4\\d{4} characters of policy, and as much again while an update changes them all. ' +
        'IAM allows a role 10240 characters inline \\(others take \\d{3}\\) and 10 managed policies of 6144 \\(others are 0\\). ' +
        'Give some of the constructs a provider of their own',
    ),
  );
});

test('constructs with a provider of their own have a room of their own', () => {
  const stack = newStack();
  disconnections(stack, 10, 17);
  disconnections(new Stack(stack, 'More', { env: stack }), 10, 17, { provider: new MqttDisconnectionProvider(stack, 'Provider') });
  expect(() => Template.fromStack(stack)).not.toThrow();
});

test('a construct that asks for more than a policy may have is told so, and one that asks for just that is not', () => {
  const problem = (characters: number, others = 0) => {
    const stack = newStack();
    const managedPolicies = times(others, (n) => ManagedPolicy.fromManagedPolicyArn(stack, `M${n}`, `arn:aws:iam::aws:policy/${n}`));
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), managedPolicies });
    const [one] = disconnections(stack, 1, 1, { provider: new MqttDisconnectionProvider(stack, 'Provider', { role }) });
    one.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['late:grant'], resources: [`arn:${'x'.repeat(characters)}`] }));
    try {
      Template.fromStack(stack);
      return 'none';
    } catch (error) {
      return String(error);
    }
  };
  const tooMany = problem(6_000);
  expect(tooMany).toMatch(/\[Stack\/Kiosks0\] its permissions take about 6\d{3} characters of policy, and IAM allows 6144: split/);
  const most = 6_000 - (Number(/about (\d+)/.exec(tooMany)![1]) - MANAGED);
  expect(problem(most)).toBe('none');
  expect(problem(most + 1)).toContain('its permissions take about 6145 characters of policy');
  // It is not too large by itself, there is just no room for it.
  expect(problem(most, 9)).toContain('has no room for its permissions');
});

describe('what others have put on the role counts', () => {
  const roleOf = (stack: Stack, props = {}) => new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), ...props });
  const other = (characters: number) => new PolicyStatement({ actions: ['other:action'], resources: [`arn:${'x'.repeat(characters)}`] });
  const managed = (stack: Stack) =>
    ManagedPolicy.fromManagedPolicyArn(stack, `M${stack.node.children.length}`, `arn:aws:iam::aws:policy/${stack.node.children.length}`);

  test.each<[string, (stack: Stack) => Role, RegExp]>([
    [
      'policies within it',
      (stack) => roleOf(stack, { inlinePolicies: { Mine: new PolicyDocument({ statements: [other(9_000)] }) } }),
      /inline \(others take 9\d{3}\)/,
    ],
    [
      'its default policy',
      (stack) => {
        const role = roleOf(stack);
        role.addToPolicy(other(9_000));
        return role;
      },
      /inline \(others take 9\d{3}\)/,
    ],
    [
      'policies that are attached to it',
      (stack) => {
        const role = roleOf(stack);
        new Policy(stack, 'Mine', { roles: [role], statements: [other(9_000)] });
        return role;
      },
      /inline \(others take 9\d{3}\)/,
    ],
    ['managed policies that it names', (stack) => roleOf(stack, { managedPolicies: times(4, () => managed(stack)) }), /of 6144 \(others are 4\)/],
    [
      'managed policies that name it',
      (stack) => {
        const role = roleOf(stack);
        times(3, (n) => new ManagedPolicy(stack, `Mine${n}`, { roles: [role], statements: [other(10)] }));
        return role;
      },
      /of 6144 \(others are 3\)/,
    ],
  ])('%s', (_, make, message) => {
    const stack = newStack();
    disconnections(stack, 11, 17, { provider: new MqttDisconnectionProvider(stack, 'Provider', { role: make(stack) }) });
    expect(() => Template.fromStack(stack)).toThrow(message);
    const without = newStack();
    disconnections(without, 11, 17);
    expect(() => Template.fromStack(without)).not.toThrow();
  });
});

test('of an odd number of managed policies that a role has room for, one is left over', () => {
  const declare = (count: number) => {
    const stack = newStack();
    const managedPolicies = times(3, (n) => ManagedPolicy.fromManagedPolicyArn(stack, `M${n}`, `arn:aws:iam::aws:policy/${n}`));
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), managedPolicies });
    disconnections(stack, count, 17, { provider: new MqttDisconnectionProvider(stack, 'Provider', { role }) });
    return () => Template.fromStack(stack);
  };
  // One inline, and two in each of three managed policies.
  expect(declare(7)).not.toThrow();
  expect(declare(8)).toThrow('has no room for its permissions');
});

describe('who shares a managed policy', () => {
  test('no construct that something waits for which another one of them names', () => {
    const stack = newStack();
    const listed = (n: number) => times(4, (i) => `${n}-${i}-`.padEnd(60, 'x'));
    for (const n of times(15, (one) => one)) {
      const thing = new CfnResource(stack, `Thing${n}`, { type: 'AWS::IoTManagedIntegrations::ManagedThing' });
      new ManagedThingDeletion(stack, `Deletion${n}`, { things: ManagedThings.ids(thing.ref, ...listed(n)) });
      new ManagedThingDeletion(stack, `Later${n}`, { things: ManagedThings.ids(...listed(n)) }).runAfterDeletionOf(thing);
    }
    expect(Object.keys(managedOf(stack)).length).toBeGreaterThan(1);
    // Else there would be a circle, which this refuses as CloudFormation does.
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('only constructs of one stack', () => {
    const app = new App();
    const provider = new MqttDisconnectionProvider(newStack(app, 'Shared'), 'Provider');
    const stacks = ['One', 'Two'].map((id) => newStack(app, id));
    for (const stack of stacks) disconnections(stack, 5, 17, { provider });
    for (const stack of stacks) {
      for (const { DependsOn } of Object.values(Template.fromStack(stack).findResources('Custom::MqttDisconnection'))) {
        expect(Object.keys({ ...managedOf(stack), ...inlineOf(stack) })).toEqual(expect.arrayContaining(DependsOn));
      }
    }
  });
});

test('statements that several constructs have in common stand once', () => {
  const stack = newStack();
  times(100, (n) => new MqttDisconnection(stack, `Kiosk${n}`, { clients: MqttClients.ids(`kiosk-${n}`) }));
  for (const policy of Object.values(managedOf(stack))) {
    expect(policy.Properties.PolicyDocument.Statement.filter(({ Action }: any) => Action === 'iot:DescribeEndpoint')).toHaveLength(1);
    expect(size(policy)).toBeLessThanOrEqual(MANAGED);
  }
  expect(Object.keys(managedOf(stack))).toHaveLength(2);
});

describe('ids', () => {
  const sharedIds = (clients: number, confirm?: Confirm) => {
    const stack = newStack();
    disconnections(stack, 6, 17);
    new MqttDisconnection(stack, 'Last', { clients: MqttClients.ids(...times(clients, (n) => `${n}-`.padEnd(100, 'x'))), confirm });
    return Object.keys(managedOf(stack));
  };

  test('a shared policy has another id when anything in it changes, and else the same', () => {
    const [before, same, ...others] = [sharedIds(20), sharedIds(20), sharedIds(19), sharedIds(20, Confirm.disconnected())];
    expect(same).toEqual(before);
    for (const after of others) {
      expect(after.filter((id) => !before.includes(id))).toHaveLength(1);
    }
  });

  test('the path of a policy stays the same when the targets change, the logical id has their fingerprint', () => {
    const stack = newStack();
    const [one] = disconnections(stack, 1, 1);
    expect(one.node.findChild('Policy').node.defaultChild!.node.path).toBe('Stack/Kiosks0/Policy/Resource');
    // As it was when the fingerprint was in the path.
    expect(Object.keys(inlineOf(stack))).toContainEqual('Kiosks0Policy413e96c49112C672');
  });
});

test('an imported role gets managed policies, too, and one that must not change gets none', () => {
  const arn = 'arn:aws:iam::123456789012:role/mine';
  for (const [mutable, some] of [
    [true, true],
    [false, false],
  ]) {
    const stack = newStack();
    disconnections(stack, 11, 17, { provider: new MqttDisconnectionProvider(stack, 'Provider', { role: Role.fromRoleArn(stack, 'Role', arn, { mutable }) }) });
    const managed = Object.values(managedOf(stack));
    expect(managed.length > 0).toBe(some);
    for (const { Properties } of managed) expect(Properties.Roles).toEqual(['mine']);
  }
});

describe("the README's figures", () => {
  const [, ofOneClient, withKeys] =
    /About (\d+) constructs that disconnect one client each fit one role, or (\d+) that read a secret with a key of its own/.exec(
      readFileSync('README.md', 'utf8').replace(/\s+/g, ' '),
    ) ?? [];

  test.each<[string, string, (stack: Stack, count: number) => unknown]>([
    [
      'constructs that disconnect one client each',
      ofOneClient,
      (stack, count) => times(count, (n) => new MqttDisconnection(stack, `Kiosk${n}`, { clients: MqttClients.ids(`kiosk-${n}`) })),
    ],
    ['chats that read a secret with a key of its own', withKeys, chats],
  ])('%s: %s fit one role, and no ten more', (_, figure, declare) => {
    const [fits, tooMany] = [0, 10].map((more) => {
      const stack = newStack();
      declare(stack, Number(figure) + more);
      return () => Template.fromStack(stack);
    });
    expect(fits).not.toThrow();
    expect(tooMany).toThrow('has no room for its permissions');
  });
});
