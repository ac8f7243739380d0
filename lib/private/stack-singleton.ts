import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** The one construct of that id in the scope's stack, made when it is first asked for. */
export function stackSingleton<T extends Construct>(scope: Construct, id: string, make: (stack: Stack, id: string) => T): T {
  const stack = Stack.of(scope);
  return (stack.node.tryFindChild(id) as T | undefined) ?? make(stack, id);
}
