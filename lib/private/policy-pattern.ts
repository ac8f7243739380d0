import { Token } from 'aws-cdk-lib';

const UNWRITABLE = /[^\u0020-\u00ff]+/g;

/**
 * A name as the resource of a policy, where `*`, `?` and `$` are not themselves unless written as a variable. What is not Latin-1 cannot
 * be written at all and becomes `*`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
 */
export function policyPattern(name: string): string {
  return Token.isUnresolved(name) ? name : name.replace(/[*?$]/g, '${$&}').replace(UNWRITABLE, '*');
}

/** Whether its pattern covers more than the name. */
export function isUnwritable(name: string): boolean {
  return !Token.isUnresolved(name) && name.search(UNWRITABLE) >= 0;
}
