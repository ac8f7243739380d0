import { CfnOutput, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Has the stack tell of these counts, by their names. */
export function outputCounts<Count extends string>(scope: Construct, teardown: Record<Count, number>, ...counts: Count[]): void {
  for (const count of counts) new CfnOutput(scope, count, { value: Token.asString(teardown[count]) });
}
