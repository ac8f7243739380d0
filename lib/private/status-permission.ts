import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';

/** To learn why CloudFormation calls: the status of the stack and, where that is nested, of the topmost one, which decides. */
export function statusPermission(stack: Stack): iam.PolicyStatement {
  let root = stack;
  while (root.nestedStackParent) root = root.nestedStackParent;
  return new iam.PolicyStatement({
    actions: ['cloudformation:DescribeStacks'],
    resources: [...new Set([stack.stackId, root.stackId])],
  });
}

/** To tell what an earlier request to delete came to. */
export function eventsPermission(stack: Stack): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: ['cloudformation:DescribeStackEvents'], resources: [stack.stackId] });
}

/** To read the listed targets again from the resource's metadata. */
export function resourcePermission(stack: Stack): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: ['cloudformation:DescribeStackResource'], resources: [stack.stackId] });
}
