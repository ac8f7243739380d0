import * as iam from 'aws-cdk-lib/aws-iam';
import type { aws_iot } from 'aws-cdk-lib/interfaces';
import { POLICY_TARGETS } from '../../contract/sources/policy-targets';
import { elsewhereProblem } from '../private/environment';
import { namedResources } from '../private/named-resources';
import type { TargetSource } from '../private/target-source';

/** What an IoT policy is attached to when the run happens. */
export function policyTargetsSource(policy: aws_iot.IPolicyRef): TargetSource {
  const { policyName, policyArn } = policy.policyRef;
  return {
    properties: POLICY_TARGETS.write({ PolicyName: policyName }),
    problemIn: (stack) => elsewhereProblem('policy', policy, stack),
    grantRead: (grantee) => {
      iam.Grant.addToPrincipal({ grantee, actions: ['iot:ListTargetsForPolicy'], resourceArns: [policyArn] });
    },
    // CloudFormation cannot delete it before it is detached.
    reads: (order) => namedResources(order, 'AWS::IoT::Policy', 'PolicyName', policyName),
  };
}
