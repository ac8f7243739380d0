import type { CfnResource } from 'aws-cdk-lib';
import { mayConnect } from './may-connect';
import type { DeletionOrder } from '../private/deletion-order';
import type { Advice, WayBack } from '../private/order-warnings';

const DETACH_FIRST: Advice = (self, those) =>
  'is attached to nobody in the stack, and CloudFormation cannot delete it while it is attached to anybody outside: ' +
  `detach it before the stack is destroyed, and write ${self}.runAfterDeletionOf(${those})`;

/**
 * Through which resources of a stack clients come in: the attachments of its policies and certificates, and those that nothing in the stack is
 * attached to, which leaves what is attached outside of it.
 *
 * @param ids of the clients, where they are known
 */
export function waysIn(order: DeletionOrder, ids: readonly string[] | undefined): WayBack[] {
  const policies = order.ofType('AWS::IoT::Policy');
  const certificates = order.ofType('AWS::IoT::Certificate');
  const attachments = order.ofType('AWS::IoT::PolicyPrincipalAttachment').map((resource) => ({
    resource,
    policy: policies.find((policy) => isPolicyOf(order, resource, policy)),
    certificate: certificates.find((certificate) => order.referencesOf(resource).has(certificate)),
  }));
  const letsIn = (policy: CfnResource | undefined) => !policy || mayConnect(order.propertiesOf(policy).PolicyDocument, ids);
  const isActive = (certificate: CfnResource | undefined) => !certificate || order.propertiesOf(certificate).Status !== 'INACTIVE';

  return [
    ...attachments
      .filter(({ policy, certificate }) => letsIn(policy) && isActive(certificate))
      .map(({ resource, policy, certificate }) => ({ resource, closedBy: [resource, policy, certificate].filter((one) => one !== undefined) })),
    ...policies
      .filter((policy) => letsIn(policy) && !attachments.some((one) => one.policy === policy))
      .map((resource) => ({ resource, closedBy: [resource], advice: DETACH_FIRST })),
    ...certificates
      .filter((certificate) => isActive(certificate) && !attachments.some((one) => one.certificate === certificate))
      .map((resource) => ({ resource, closedBy: [resource] })),
  ];
}

function isPolicyOf(order: DeletionOrder, attachment: CfnResource, policy: CfnResource): boolean {
  const { PolicyName } = order.propertiesOf(attachment);
  return order.referencesOf(attachment).has(policy) || (typeof PolicyName === 'string' && PolicyName === order.propertiesOf(policy).PolicyName);
}
