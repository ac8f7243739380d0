import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** One construct that depends on another. */
export type Wait = readonly [source: IConstruct, target: IConstruct];

export function waitsIn(scope: IConstruct): Wait[] {
  return scope.node
    .findAll()
    .flatMap((source) =>
      [...source.node.dependencies, ...(CfnResource.isCfnResource(source) ? source.obtainDependencies() : [])].map((target): Wait => [source, target]),
    );
}

/** Whether something outside of the construct depends on it, on a part of it or on what it is a part of. */
export function isAwaited(construct: IConstruct, waits: readonly Wait[]): boolean {
  return waits.some(([source, target]) => !isWithin(source, construct) && (isWithin(target, construct) || isWithin(construct, target)));
}

function isWithin(inner: IConstruct, outer: IConstruct): boolean {
  return inner.node.scopes.includes(outer);
}
