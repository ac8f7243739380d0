import { Arn, ArnFormat, Token, TokenComparison, type IResource, type ResourceEnvironment } from 'aws-cdk-lib';

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
