import { Arn, ArnFormat, Token, TokenComparison, type IResource, type ResourceEnvironment, type Stack } from 'aws-cdk-lib';
import type { IEnvironmentAware } from 'aws-cdk-lib/interfaces';
import type { IConstruct } from 'constructs';

/** Where a store is. CDK takes an imported table to be where its stack is, whatever its ARN says. */
export function environmentOf(store: IResource, arn: string): ResourceEnvironment {
  if (Token.isUnresolved(arn)) return store.env;
  const { region, account } = Arn.split(arn, ArnFormat.NO_RESOURCE_NAME);
  return { region: region || store.env.region, account: account || store.env.account };
}

/** Whether both are known, and not the same. */
export function differ(one: string, other: string): boolean {
  return Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
}

/** Which part of a place is known to be another one. */
export function elsewhere(one: ResourceEnvironment, other: ResourceEnvironment): 'region' | 'account' | undefined {
  return (['region', 'account'] as const).find((part) => differ(one[part], other[part]));
}

/** What is wrong with a resource that is looked for by its name where the stack is. */
export function elsewhereProblem(what: string, { env, node }: IConstruct & IEnvironmentAware, stack: Stack): string | undefined {
  const part = elsewhere(env, stack);
  return part && `the ${what} ${node.path} is in the ${part} ${env[part]}, and the stack in ${stack[part]}: put the construct into a stack there`;
}
