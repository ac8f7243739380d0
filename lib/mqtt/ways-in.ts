import type { CfnResource } from 'aws-cdk-lib';
import { mayConnect } from './may-connect';
import type { DeletionOrder } from '../private/deletion-order';
import type { Advice, WayBack } from '../private/order-warnings';
import { IOT_POLICIES_RESOURCE_TYPE } from '../../contract/iot-policies';

/** A resource of the stack, or what stands for the name of one that the stack does not have. */
type Policy = CfnResource | string;

const DETACH_FIRST: Advice = (self, those) =>
  'may be attached to clients that the stack does not know, and CloudFormation deletes no policy that is attached: for each, ' +
  `write const detachment = new IotPolicyDetachment(this, 'Detachment', { policy: ${those} }) and ${self}.runAfterDeletionOf(detachment)`;

const DETACH_AT_TEARDOWN: Advice = () =>
  'may not act when the stack is deleted, and its policy may be attached to clients that the stack does not know: have Moment.TEARDOWN in its runOn';
const DETACH_AT_TEARDOWN_FIRST: Advice = (self, those) => `${DETACH_AT_TEARDOWN(self, those)} and write ${self}.runAfterDeletionOf(${those})`;

/**
 * Through which resources of a stack clients come in: the attachments of its policies and certificates, and those that nothing in the stack is
 * attached to, which leaves what is attached outside of it. That something is, a detachment tells: it closes all ways of its policy.
 *
 * @param self what disconnects the clients
 * @param ids of the clients, where they are known
 */
export function waysIn(order: DeletionOrder, self: CfnResource, ids: readonly string[] | undefined): WayBack[] {
  const policies = order.ofType('AWS::IoT::Policy');
  const certificates = order.ofType('AWS::IoT::Certificate');
  const attachments = order.ofType('AWS::IoT::PolicyPrincipalAttachment').map((resource) => ({
    resource,
    policy: policyOf(order, resource, policies),
    certificate: certificates.find((certificate) => order.referencesOf(resource).has(certificate)),
  }));
  const atAnyTime = order.ofType(IOT_POLICIES_RESOURCE_TYPE).map((resource) => ({ resource, policy: policyOf(order, resource, policies) }));
  const detachments = atAnyTime.filter(({ resource }) => [order.propertiesOf(resource).RunOn].flat().includes('TEARDOWN'));
  const letsIn = (policy: Policy) => typeof policy === 'string' || mayConnect(order.propertiesOf(policy).PolicyDocument, ids);
  const isActive = (certificate: CfnResource | undefined) => !certificate || order.propertiesOf(certificate).Status !== 'INACTIVE';
  const isAttached = (policy: Policy) => attachments.some((one) => one.policy === policy);
  const isDetached = (policy: Policy) => detachments.some((one) => one.policy === policy);
  const attachedOutside = (policy: CfnResource): WayBack => {
    const closedBy = [policy];
    const detachment = atAnyTime.find((one) => one.policy === policy)?.resource;
    if (!detachment) return { resource: policy, closedBy, advice: DETACH_FIRST };
    return { resource: detachment, closedBy, advice: order.isBefore(detachment, self) ? DETACH_AT_TEARDOWN : DETACH_AT_TEARDOWN_FIRST };
  };

  return [
    ...detachments
      .filter(({ policy }) => letsIn(policy))
      .map(({ resource, policy }) => ({
        resource,
        closedBy: detachments.filter((one) => one.policy === policy).map((one) => one.resource),
      })),
    ...attachments
      .filter(({ policy, certificate }) => letsIn(policy) && !isDetached(policy) && isActive(certificate))
      .map(({ resource, policy, certificate }) => ({
        resource,
        closedBy: [resource, policy, certificate].filter((one) => one !== undefined && typeof one !== 'string'),
      })),
    ...policies.filter((policy) => letsIn(policy) && !isDetached(policy) && !isAttached(policy)).map(attachedOutside),
    ...certificates
      .filter((certificate) => isActive(certificate) && !attachments.some((one) => one.certificate === certificate))
      .map((resource) => ({ resource, closedBy: [resource] })),
  ];
}

/** @param one an attachment or a detachment */
function policyOf(order: DeletionOrder, one: CfnResource, policies: readonly CfnResource[]): Policy {
  const { Operation, PolicyName = Operation?.PolicyName } = order.propertiesOf(one);
  const name = within(one, PolicyName);
  const isNamed = (policy: CfnResource) => PolicyName !== undefined && name === within(policy, order.propertiesOf(policy).PolicyName);
  return policies.find((policy) => order.referencesOf(one).has(policy) || isNamed(policy)) ?? name;
}

/** A name that is known later may be another in each stack. */
function within({ stack }: CfnResource, name: unknown): string {
  return typeof name === 'string' ? name : `${JSON.stringify(name)} of ${stack.node.addr}`;
}
