import { App, Stack } from 'aws-cdk-lib';

/** A stack of an app of its own. */
export function newStack(region?: string): Stack {
  return new Stack(new App(), 'Stack', { env: { region } });
}
