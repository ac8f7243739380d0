import { Annotations, type CfnResource } from 'aws-cdk-lib';
import { DeletionOrder, nestedStacksAround } from './deletion-order';
import { Moment } from '../moment';

/**
 * Says so where CloudFormation would not delete the resource, and so would not have it act: a retained resource is let go without a word.
 * To be called when all Aspects have run, as they have for validations.
 */
export function warnRetained(resource: CfnResource, runOn: readonly Moment[]): void {
  const moments = [Moment.REMOVAL, Moment.TEARDOWN].filter((moment) => runOn.includes(moment));
  if (moments.length === 0) return;
  const order = DeletionOrder.of(resource);
  for (const kept of [resource, ...nestedStacksAround(resource)]) {
    const policy = order.deletionPolicyOf(kept);
    if (!policy.startsWith('Retain')) continue;
    // On the resource, because CDK does not find what was acknowledged before on the very construct that warns, only on those around it.
    Annotations.of(resource).addWarningV2(
      'cdk-teardown:retained',
      `runOn has ${moments.map((moment) => `Moment.${moment}`).join(' and ')}, but ${kept.node.path} has the DeletionPolicy ${policy}: CloudFormation ` +
        `then says that it is destroyed, and ends nothing. Exclude it (RemovalPolicies takes excludeResourceTypes: ['${kept.cfnResourceType}']), or ` +
        'acknowledge this warning',
    );
  }
}
