import { Aws, CfnResource, Fn, NestedStack, RemovalPolicy, Token, type Stack } from 'aws-cdk-lib';
import { CfnPolicy, type IPolicyRef } from 'aws-cdk-lib/aws-iot';
import type { Construct } from 'constructs';
import { IotPolicyDetachment, Moment, type IotPolicyDetachmentProps } from '../../lib';
import { eachInANewStack, stack } from '../support/order-warnings';
import { allow, attach, BACK, disconnect, IOT, late, newPolicy, warnings } from '../support/ways-in';

/* A policy that is attached outside of the stack lets clients in until it is detached. */

eachInANewStack();

const detach = (policy: IPolicyRef, props: Partial<IotPolicyDetachmentProps> = {}, scope: Construct = stack, id = 'LockedOut') =>
  new IotPolicyDetachment(scope, id, { policy, ...props });
const named = (name: string, scope: Construct = stack) => CfnPolicy.fromPolicyName(scope, 'ByName', name);
const resourceOf = (detachment: IotPolicyDetachment) => detachment.node.findChild('Resource').node.defaultChild as CfnResource;
const NESTED: [string, (root: Stack, nested: Stack) => unknown][] = [
  ['the policy in a nested stack', (root, nested) => disconnect(root).runAfterDeletionOf(detach(newPolicy(nested), {}, root))],
  ['the detachment in a nested stack', (root, nested) => disconnect(root).runAfterDeletionOf(detach(newPolicy(root), {}, nested))],
  ['the disconnection in a nested stack', (root, nested) => disconnect(nested).runAfterDeletionOf(detach(newPolicy(root), {}, root))],
  ['the policy alone in the stack around', (root, nested) => disconnect(nested).runAfterDeletionOf(detach(newPolicy(root), {}, nested))],
  ['the disconnection alone in the stack around', (root, nested) => disconnect(root).runAfterDeletionOf(detach(newPolicy(nested), {}, nested))],
  [
    'the disconnection alone in the stack around, said the other way round',
    (root, nested) => detach(newPolicy(nested), {}, nested).runBeforeDeletionOf(disconnect(root)),
  ],
  ['all in a nested stack', (_, nested) => disconnect(nested).runAfterDeletionOf(detach(newPolicy(nested), {}, nested))],
];

const outside = (paths: string) =>
  `${BACK}${paths} may be attached to clients that the stack does not know, and CloudFormation deletes no policy that is attached: for each, write ` +
  "const detachment = new IotPolicyDetachment(this, 'Detachment', { policy: policy }) and disconnection.runAfterDeletionOf(detachment). " +
  'Or acknowledge this warning';
const atTeardown = (paths: string, more = '') =>
  `${BACK}${paths} may not act when the stack is deleted, and its policy may be attached to clients that the stack does not know: ` +
  `have Moment.TEARDOWN in its runOn${more}. Or acknowledge this warning`;
const AT_TEARDOWN = atTeardown('Stack/LockedOut/Resource/Default');
const DETACHMENT = late('Stack/LockedOut/Resource/Default', 'detachment');

test.each<[string, string, () => unknown]>([
  ['a policy that is attached outside of the stack', outside('Stack/Policy'), () => (newPolicy(), disconnect())],
  ['several', outside('Stack/A, Stack/B'), () => (newPolicy(stack, 'A'), newPolicy(stack, 'B'), disconnect())],
  ['one of several', outside('Stack/B'), () => (disconnect().runAfterDeletionOf(detach(newPolicy(stack, 'A'))), newPolicy(stack, 'B'))],
  [
    'a policy that is retained',
    outside('Stack/Policy'),
    () => {
      newPolicy().applyRemovalPolicy(RemovalPolicy.RETAIN);
      disconnect();
    },
  ],
  [
    'a policy that is detached first, but not at teardown',
    AT_TEARDOWN,
    () => disconnect().runAfterDeletionOf(detach(newPolicy(), { runOn: [Moment.REMOVAL] })),
  ],
  [
    'a policy that is detached, but neither at teardown nor first',
    atTeardown('Stack/LockedOut/Resource/Default', ' and write disconnection.runAfterDeletionOf(detachment)'),
    () => (detach(newPolicy(), { runOn: [Moment.DEPLOY, Moment.REMOVAL] }), disconnect()),
  ],
  [
    'policies that are detached first, but not at teardown',
    atTeardown('Stack/OfA/Resource/Default, Stack/OfB/Resource/Default'),
    () => disconnect().runAfterDeletionOf(...['A', 'B'].map((id) => detach(newPolicy(stack, id), { runOn: [Moment.REMOVAL] }, stack, `Of${id}`))),
  ],
  [
    'a policy that is detached, but not at teardown, besides one that is not',
    `${AT_TEARDOWN.replace('Or acknowledge this warning', '')}${outside('Stack/B').replace(BACK, '')}`,
    () => {
      disconnect().runAfterDeletionOf(detach(newPolicy(stack, 'A'), { runOn: [Moment.REMOVAL] }));
      newPolicy(stack, 'B');
    },
  ],
  [
    "a policy that another policy's detachment does not detach",
    outside('Stack/B'),
    () => {
      const runOn = [Moment.REMOVAL];
      disconnect().runAfterDeletionOf(detach(newPolicy(stack, 'A', allow(`${IOT}:client/gateway-1`)), { runOn }));
      newPolicy(stack, 'B');
    },
  ],
  [
    'a policy that is detached at moments that are known later',
    AT_TEARDOWN,
    () => disconnect().runAfterDeletionOf(detach(newPolicy(), { runOn: Token.asList(Fn.importValue('moments')) as Moment[] })),
  ],
  [
    'a policy that is detached by what says nothing',
    outside('Stack/Policy'),
    () => (new CfnResource(stack, 'Raw', { type: 'Custom::IotPolicyDetachment' }), newPolicy(), disconnect()),
  ],
  [
    'a policy that goes after the detachment of another',
    outside('Stack/B'),
    () => {
      const detachment = detach(newPolicy(stack, 'A'));
      detachment.runBeforeDeletionOf(newPolicy(stack, 'B'));
      disconnect().runAfterDeletionOf(detachment);
    },
  ],
  [
    'a policy that goes after the attachment of another',
    outside('Stack/A'),
    () => {
      const [a, b] = ['A', 'B'].map((id) => newPolicy(stack, id));
      const attachment = attach(b.ref);
      attachment.addDependency(a);
      disconnect().runAfterDeletionOf(attachment);
    },
  ],
  ['a policy that is detached, and perhaps only after it', DETACHMENT, () => (detach(newPolicy()), disconnect())],
  ['a policy of another stack that is detached, and perhaps only after it', DETACHMENT, () => (detach(named('kiosks')), disconnect())],
  [
    'a policy that is detached, and perhaps only after it, and is attached in the stack as well',
    DETACHMENT,
    () => {
      const policy = newPolicy();
      detach(policy);
      disconnect().runAfterDeletionOf(attach(policy.ref));
    },
  ],
  [
    'a policy whose detachment is retained',
    `${BACK}Stack/LockedOut/Resource/Default will be retained when the stack is deleted: applyRemovalPolicy(RemovalPolicy.DESTROY) has it deleted. ` +
      'Or acknowledge this warning',
    () => {
      const detachment = detach(newPolicy());
      disconnect().runAfterDeletionOf(detachment);
      resourceOf(detachment).applyRemovalPolicy(RemovalPolicy.RETAIN);
    },
  ],
])('warns of %s', (_, text, declare) => {
  declare();
  expect(warnings()).toEqual([['/Stack/Kiosks', text]]);
});

test.each<[string, () => unknown]>([
  ['the policy goes first that is attached outside', () => disconnect().runAfterDeletionOf(newPolicy())],
  [
    'the policy is detached twice, at teardown once',
    () => {
      const policy = newPolicy();
      detach(policy, { runOn: [Moment.REMOVAL] });
      disconnect().runAfterDeletionOf(detach(policy, {}, stack, 'First'));
    },
  ],
  [
    'the policy goes first that is detached, but not at teardown',
    () => {
      const policy = newPolicy();
      detach(policy, { runOn: [Moment.REMOVAL] });
      disconnect().runAfterDeletionOf(policy);
    },
  ],
  ['the policy is detached first', () => disconnect().runAfterDeletionOf(detach(newPolicy()))],
  ...NESTED.map(([name, declare]): [string, () => unknown] => [
    `the policy is detached first: ${name}`,
    () => declare(stack, new NestedStack(stack, 'Nested')),
  ]),
  ['each policy is detached first', () => disconnect().runAfterDeletionOf(...['A', 'B'].map((id) => detach(newPolicy(stack, id), {}, stack, `Of${id}`)))],
  [
    'the policy is detached twice, once of them first',
    () => {
      const policy = newPolicy();
      detach(policy);
      disconnect().runAfterDeletionOf(detach(policy, {}, stack, 'First'));
    },
  ],
  [
    'the policy is detached first, by its name, that the stack attaches as well',
    () => {
      const policy = newPolicy();
      policy.policyName = 'kiosks';
      attach(policy.ref);
      disconnect().runAfterDeletionOf(detach(named('kiosks')));
    },
  ],
  [
    'the policy is detached first, by its name, that is known later',
    () => {
      newPolicy().policyName = `${Aws.STACK_NAME}-kiosks`;
      disconnect().runAfterDeletionOf(detach(named(`${Aws.STACK_NAME}-kiosks`)));
    },
  ],
  ['the policy of another stack is detached first', () => disconnect().runAfterDeletionOf(detach(named('kiosks')))],
  ['the policy of another stack is detached first that the stack attaches', () => (attach('kiosks'), disconnect().runAfterDeletionOf(detach(named('kiosks'))))],
  [
    'the policy of another stack is detached first that the stack attaches, by its name, that is known later',
    () => (attach(Fn.importValue('fleet')), disconnect().runAfterDeletionOf(detach(named(Fn.importValue('fleet'))))),
  ],
  [
    'the attachment goes first that names its policy by what is known later',
    () => {
      newPolicy().policyName = `${Aws.STACK_NAME}-kiosks`;
      disconnect().runAfterDeletionOf(attach(`${Aws.STACK_NAME}-kiosks`));
    },
  ],
  ['the policy that is detached lets in others', () => (detach(newPolicy(stack, 'Policy', allow(`${IOT}:client/gateway-1`))), disconnect())],
])('does not warn where %s', (_, declare) => {
  declare();
  expect(warnings()).toEqual([]);
});

test('a policy is not detached by the detachment of its namesake in another stack', () => {
  const nested = new NestedStack(stack, 'Nested');
  const name = `${Aws.STACK_NAME}-kiosks`;
  newPolicy().policyName = name;
  disconnect().runAfterDeletionOf(detach(named(name, nested), {}, nested));
  expect(warnings()).toEqual([['/Stack/Kiosks', outside('Stack/Policy')]]);
});

test('a policy is not attached by an attachment of another', () => {
  newPolicy();
  disconnect().runAfterDeletionOf(attach('of-the-fleet'));
  expect(warnings()).toEqual([['/Stack/Kiosks', expect.stringContaining('Stack/Policy may be attached to clients')]]);
});
