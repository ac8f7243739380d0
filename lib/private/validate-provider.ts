import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { expectKind } from './expect-kind';
import { refuse } from './refuse';
import type { TeardownProvider } from '../provider';

/** Refuses a provider that cannot do the construct's work. */
export function validateProvider(scope: Construct, provider: TeardownProvider | undefined, kind: string): void {
  if (!provider) return;
  expectKind(scope, 'provider', provider, kind, `make one with new ${kind}(…), or leave provider out`);
  const [own, its] = [Stack.of(scope), Stack.of(provider)];
  for (const part of ['region', 'account'] as const) {
    if (Token.isUnresolved(own[part]) || Token.isUnresolved(its[part]) || own[part] === its[part]) continue;
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html: the service token is of the stack's region.
    refuse(
      scope,
      `provider ${provider.node.path} is in the ${part} ${its[part]} and this construct in ${own[part]}, where CloudFormation cannot call it: ` +
        `make a provider in ${own.node.path}, or leave provider out`,
    );
  }
}
