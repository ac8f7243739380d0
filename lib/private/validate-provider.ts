import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { elsewhere } from './environment';
import { expectKind } from './expect-kind';
import { refuse } from './refuse';
import type { TeardownProvider } from '../provider';

/** Refuses a provider that cannot do the construct's work. */
export function validateProvider(scope: Construct, provider: TeardownProvider | undefined, kind: string): void {
  if (!provider) return;
  expectKind(scope, 'provider', provider, kind, `make one with new ${kind}(…), or leave provider out`);
  const [own, its] = [Stack.of(scope), Stack.of(provider)];
  const what = elsewhere(its, own);
  if (!what) return;
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html: the service token is of the stack's region.
  refuse(
    scope,
    `provider ${provider.node.path} is in the ${what} ${its[what]} and this construct in ${own[what]}, where CloudFormation cannot call it: ` +
      `make a provider in ${own.node.path}, or leave provider out`,
  );
}
