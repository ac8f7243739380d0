import { CfnPolicy, type IPolicyRef } from 'aws-cdk-lib/aws-iot';
import { IotPolicyDetachment, Moment } from '../../lib';
import { eachInANewStack, stack } from '../support/order-warnings';
import { attach, BACK, disconnect, newPolicy, warnings } from '../support/ways-in';

/* A policy that is attached outside of the stack lets clients in until it is detached. */

eachInANewStack();

const detach = (policy: IPolicyRef, props: object = {}) => new IotPolicyDetachment(stack, 'LockedOut', { policy, ...props });
const NOBODY =
  ' is attached to nobody in the stack, and CloudFormation cannot delete it while it is attached to anybody outside: ' +
  "write const detachment = new IotPolicyDetachment(this, 'Detachment', { policy: policy }) and disconnection.runAfterDeletionOf(detachment). " +
  'Or acknowledge this warning';

test.each<[string, string, () => unknown]>([
  ['a policy that is attached outside of the stack', `${BACK}Stack/Policy${NOBODY}`, () => (newPolicy(), disconnect())],
  ['a policy that is detached, and perhaps only after it', `${BACK}Stack/Policy${NOBODY}`, () => (detach(newPolicy()), disconnect())],
  [
    'a policy that is detached, but not at teardown',
    `${BACK}Stack/Policy${NOBODY}`,
    () => disconnect().runAfterDeletionOf(detach(newPolicy(), { runOn: [Moment.REMOVAL] })),
  ],
])('warns of %s', (_, text, declare) => {
  declare();
  expect(warnings()).toEqual([[expect.stringMatching(/^\/Stack\/([\w/]*\/)?Kiosks$/), text]]);
});

test.each<[string, () => unknown]>([
  ['the policy goes first that is attached outside', () => disconnect().runAfterDeletionOf(newPolicy())],
  ['the policy is detached first', () => disconnect().runAfterDeletionOf(detach(newPolicy()))],
  [
    'the policy is detached first, by its name, that the stack attaches as well',
    () => {
      const policy = newPolicy();
      policy.policyName = 'kiosks';
      attach(policy.ref);
      disconnect().runAfterDeletionOf(detach(CfnPolicy.fromPolicyName(stack, 'ByName', 'kiosks')));
    },
  ],
])('does not warn where %s', (_, declare) => {
  declare();
  expect(warnings()).toEqual([]);
});

test('a policy is not attached by an attachment of another', () => {
  newPolicy();
  disconnect().runAfterDeletionOf(attach('of-the-fleet'));
  expect(warnings()).toEqual([['/Stack/Kiosks', expect.stringContaining('Stack/Policy is attached to nobody in the stack')]]);
});
