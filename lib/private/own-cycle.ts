import { CfnResource, DefaultTokenResolver, Reference, Stack, StringConcat, Tokenization, type IResolvable, type IResolveContext } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * What is wrong with a construct whose resource needs what needs that resource in turn. To be called when dependencies and references between
 * stacks are settled, as they are for validations. Cycles between stacks that are deployed on their own are CDK's to refuse.
 */
export function cycleProblems({ node }: Construct, resource: CfnResource): string[] {
  const cycle = ownCycle(resource);
  if (!cycle) return [];
  return [
    `needs ${cycle.map((needed) => `${needed.node.path}, which needs`).join(' ')} ${node.path}, and CloudFormation refuses such a cycle: ` +
      "name what is read or ended by a value of your own instead of by reference (MqttClients.ids('kiosk-1') instead of ofThings(thing)), " +
      'or take it out of runAfterDeletionOf or runBeforeDeletionOf',
  ];
}

/** From what a resource needs to what needs the resource. */
function ownCycle(start: CfnResource): CfnResource[] | undefined {
  const own = [start, ...nestedStacksAround(start)];
  const neededBy = new Map<CfnResource, CfnResource>();
  const reached = [...own];
  for (const resource of reached) {
    for (const needed of needsOf(resource)) {
      if (own.includes(needed)) return own.includes(resource) ? [needed] : chain(resource, neededBy);
      if (neededBy.has(needed)) continue;
      neededBy.set(needed, resource);
      reached.push(needed);
    }
  }
  return undefined;
}

/** The resources of the nested stacks that a resource is in. */
export function nestedStacksAround(resource: CfnResource): CfnResource[] {
  const around = Stack.of(resource).nestedStackResource as CfnResource | undefined;
  return around ? [around, ...nestedStacksAround(around)] : [];
}

function chain(last: CfnResource, neededBy: ReadonlyMap<CfnResource, CfnResource>): CfnResource[] {
  const before = neededBy.get(last);
  return before ? [...chain(before, neededBy), last] : [];
}

function needsOf(resource: CfnResource): CfnResource[] {
  const references = new References();
  Tokenization.resolve(resource._toCloudFormation(), { scope: resource, resolver: references });
  return [...references.targets, ...resource.obtainResourceDependencies()].flatMap((target) => within(target, resource) ?? []);
}

/** What stands for the target in the resource's stack or in one around it: the target itself, or a nested stack that it is in. */
function within(target: CfnResource, resource: CfnResource): CfnResource | undefined {
  const stacks = [resource, ...nestedStacksAround(resource)].map((around) => Stack.of(around));
  return [target, ...nestedStacksAround(target)].find((candidate) => stacks.includes(Stack.of(candidate)));
}

class References extends DefaultTokenResolver {
  public readonly targets = new Set<CfnResource>();

  constructor() {
    super(new StringConcat());
  }

  public override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: any) {
    if (Reference.isReference(token) && CfnResource.isCfnResource(token.target)) this.targets.add(token.target);
    return super.resolveToken(token, context, postProcessor);
  }
}
