import { CfnResource, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** The logical id that a child's resource would have. */
export function logicalIdAt(scope: Construct, id: string): string {
  const logicalId = Stack.of(scope).getLogicalId(new CfnResource(new Construct(scope, id), 'Resource', { type: 'AWS::IAM::Policy' }));
  scope.node.tryRemoveChild(id);
  return logicalId;
}
