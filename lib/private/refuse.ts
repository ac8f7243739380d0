import type { IConstruct } from 'constructs';

/** An error that says which construct it is about. */
export function refuse(scope: IConstruct, problem: string): never {
  throw new Error(`${scope.node.path}: ${problem}`);
}
