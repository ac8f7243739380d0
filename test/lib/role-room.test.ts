import { readFileSync } from 'node:fs';
import { App, Aspects, AspectPriority, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ManagedPolicy, Policy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { MqttClients, MqttDisconnection, MqttDisconnectionProvider } from '../../lib';
import { chats, disconnections, INLINE, inlineOf, MANAGED, managedOf, newStack, size, sum, times } from '../support/role-room';

/* How many constructs fit one role: their policies, and what others have put on it. */

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
  });

  test('without others the constructs fit', () => {
    const stack = newStack();
    disconnections(stack, 11, 17);
    expect(() => Template.fromStack(stack)).not.toThrow();
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

describe('the figures of docs/operations.md', () => {
  const [, ofOneClient, withKeys] =
    /About (\d+) constructs that disconnect one client each fit one role, or (\d+) that read a secret with a key of its own/.exec(
      readFileSync('docs/operations.md', 'utf8').replace(/\s+/g, ' '),
    ) ?? [];

  test.each<[string, string, (stack: Stack, count: number) => unknown]>([
    [
      'constructs that disconnect one client each',
      ofOneClient,
      (stack, count) => times(count, (n) => new MqttDisconnection(stack, `Kiosk${n}`, { clients: MqttClients.ids(`kiosk-${n}`) })),
    ],
    ['chats that read a secret with a key of its own', withKeys, chats],
  ])(
    '%s: %s fit one role, wherever the stack is, and no ten more if that is not known',
    (_, figure, declare) => {
      const synth = (stack: Stack, more = 0) => {
        declare(stack, Number(figure) + more);
        return () => Template.fromStack(stack);
      };
      const anywhere = () => new Stack(new App(), 'Stack');
      expect(synth(newStack())).not.toThrow();
      expect(synth(anywhere())).not.toThrow();
      expect(synth(anywhere(), 10)).toThrow('has no room for its permissions');
    },
    180_000,
  );
});
