import { App, Stack, type Environment } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';

/* What synth says of the order in which a stack is deleted. */

/** Of the test. */
export let app: App;
export let stack: Stack;

export function eachInANewStack(env?: Environment): void {
  beforeEach(() => {
    app = new App();
    stack = new Stack(app, 'Stack', { env });
  });
}

/** By the path of the construct. */
export function warningsOf(id: string): [path: string, text: string][] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp(`cdk-teardown:${id}`))
    .map(({ id: path, entry }) => [path.replace('/Resource/Default', ''), String(entry.data).replace(/ \[ack: .*\]$/, '')]);
}
