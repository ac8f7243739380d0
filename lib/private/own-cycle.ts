import type { CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DeletionOrder, nestedStacksAround } from './deletion-order';

/**
 * What is wrong with a construct whose resource needs what needs that resource in turn. To be called for a validation. Cycles between stacks
 * that are deployed on their own are CDK's to refuse.
 */
export function cycleProblems({ node }: Construct, resource: CfnResource): string[] {
  const cycle = ownCycle(resource, DeletionOrder.of(resource));
  if (!cycle) return [];
  return [
    `needs ${cycle.map((needed) => `${needed.node.path}, which needs`).join(' ')} ${node.path}, and CloudFormation refuses such a cycle: ` +
      "name what is read or ended by a value of your own instead of by reference (MqttClients.ids('kiosk-1') instead of ofThings(thing)), " +
      'or take it out of runAfterDeletionOf or runBeforeDeletionOf',
  ];
}

/** From what a resource needs to what needs the resource. */
function ownCycle(start: CfnResource, order: DeletionOrder): CfnResource[] | undefined {
  const own = [start, ...nestedStacksAround(start)];
  const neededBy = new Map<CfnResource, CfnResource>();
  const reached = [...own];
  for (const resource of reached) {
    for (const needed of order.needsOf(resource)) {
      if (own.includes(needed)) return own.includes(resource) ? [needed] : chain(resource, neededBy);
      if (neededBy.has(needed)) continue;
      neededBy.set(needed, resource);
      reached.push(needed);
    }
  }
  return undefined;
}

function chain(last: CfnResource, neededBy: ReadonlyMap<CfnResource, CfnResource>): CfnResource[] {
  const before = neededBy.get(last);
  return before ? [...chain(before, neededBy), last] : [];
}
