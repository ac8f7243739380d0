import { Construct, Dependable } from 'constructs';
import { shown } from './value-problems';

/** Refuses what nothing can run before or after the deletion of; CDK would say so at synth, and not of which construct. */
export function expectResources(scope: Construct, order: 'before' | 'after', resources: readonly unknown[]): void {
  const isResource = order === 'before' ? isDependable : Construct.isConstruct;
  const wrong = resources.findIndex((one) => !isResource(one));
  if (wrong >= 0) throw new Error(`${scope.node.path} cannot run ${order} the deletion of ${shown(resources[wrong])}: name a construct`);
}

function isDependable(one: any): boolean {
  try {
    return Dependable.of(one) !== undefined;
  } catch {
    return false;
  }
}
