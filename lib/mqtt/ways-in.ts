import type { CfnResource } from 'aws-cdk-lib';
import { mayConnect } from './may-connect';
import type { DeletionOrder } from '../private/deletion-order';
import type { Advice, WayBack } from '../private/order-warnings';
import { IOT_POLICIES_RESOURCE_TYPE } from '../../contract/iot-policies';

const DETACH_FIRST: Advice = (self, those) =>
  'is attached to nobody in the stack, and CloudFormation cannot delete it while it is attached to anybody outside: ' +
  `write const detachment = new IotPolicyDetachment(this, 'Detachment', { policy: ${those} }) and ${self}.runAfterDeletionOf(detachment)`;

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
  const detachments = order.ofType(IOT_POLICIES_RESOURCE_TYPE).filter((one) => order.propertiesOf(one).RunOn.includes('TEARDOWN'));
  const detachmentsOf = (policy: CfnResource | undefined) => detachments.filter((one) => policy && isPolicyOf(order, one, policy));
  const letsIn = (policy: CfnResource | undefined) => !policy || mayConnect(order.propertiesOf(policy).PolicyDocument, ids);
  const isActive = (certificate: CfnResource | undefined) => !certificate || order.propertiesOf(certificate).Status !== 'INACTIVE';

  return [
    ...attachments
      .filter(({ policy, certificate }) => letsIn(policy) && isActive(certificate))
      .map(({ resource, policy, certificate }) => ({
        resource,
        closedBy: [resource, policy, certificate, ...detachmentsOf(policy)].filter((one) => one !== undefined),
      })),
    ...policies
      .filter((policy) => letsIn(policy) && !attachments.some((one) => one.policy === policy))
      .map((resource) => ({ resource, closedBy: [resource, ...detachmentsOf(resource)], advice: DETACH_FIRST })),
    ...certificates
      .filter((certificate) => isActive(certificate) && !attachments.some((one) => one.certificate === certificate))
      .map((resource) => ({ resource, closedBy: [resource] })),
  ];
}

/** @param one an attachment or a detachment */
function isPolicyOf(order: DeletionOrder, one: CfnResource, policy: CfnResource): boolean {
  const { Operation, PolicyName: name = Operation?.PolicyName } = order.propertiesOf(one);
  return order.referencesOf(one).has(policy) || (typeof name === 'string' && name === order.propertiesOf(policy).PolicyName);
}
