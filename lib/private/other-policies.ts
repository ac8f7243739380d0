import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { documentSize, statementsOf } from './policy-size';

/** What a role has besides its constructs' policies, as far as its stack knows: the provider's own, and what the user gave it. */
export interface OtherPolicies {
  /** Of all that are inline. */
  readonly characters: number;
  readonly managed: number;
}

export function otherPoliciesOf(role: iam.IRole, own: ReadonlySet<Construct>): OtherPolicies {
  const stack = Stack.of(role);
  const name = JSON.stringify(stack.resolve(role.roleName));
  const policies = stack.node
    .findAll()
    .filter((one) => one instanceof iam.CfnPolicy || one instanceof iam.CfnManagedPolicy)
    .filter((one) => Stack.of(one) === stack && JSON.stringify(stack.resolve(one.roles) ?? []).includes(name));
  const inline = policies.filter((one) => one instanceof iam.CfnPolicy && !own.has(one.node.scope as Construct)).map((one) => one.policyDocument);
  let managed = policies.filter((one) => one instanceof iam.CfnManagedPolicy).length;

  const resource = role.node.defaultChild;
  if (resource instanceof iam.CfnRole) {
    const ofRole: iam.CfnRole.PolicyProperty[] = stack.resolve(resource.policies) ?? [];
    inline.push(...ofRole.map(({ policyDocument }) => policyDocument));
    managed += (stack.resolve(resource.managedPolicyArns) ?? []).length;
  }
  return { managed, characters: inline.reduce((sum: number, document) => sum + documentSize(statementsOf(document, stack)), 0) };
}
