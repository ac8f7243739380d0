import { CfnResource, DefaultTokenResolver, Reference, Stack, StringConcat, Tokenization, type IResolvable, type IResolveContext } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { namedIn } from './named-in';

/** A resource as the template has it. */
interface Declaration {
  readonly Properties?: Record<string, any>;
  readonly DeletionPolicy?: unknown;
  readonly DependsOn?: string | string[];
}

const orders = new WeakMap<Stack, DeletionOrder>();
const watched = new WeakSet<Stack>();

/**
 * In which order CloudFormation deletes the resources of a stack and of the stacks nested in it: each before what it needs, and what does not
 * need each other in any order. A nested stack counts as one resource of the stack around it. Stacks that are deployed on their own are
 * deleted on their own.
 */
export class DeletionOrder {
  /** To be asked when all Aspects have run and dependencies and references between stacks are settled, as they are for validations. */
  public static of(scope: IConstruct): DeletionOrder {
    const stack = topmost(Stack.of(scope));
    const order = orders.get(stack) ?? new DeletionOrder(stack);
    orders.set(stack, order);
    if (!watched.has(stack)) {
      watched.add(stack);
      // An app may be synthesized again when it has been changed.
      stack.node.addValidation({ validate: () => (orders.delete(stack), []) });
    }
    return order;
  }

  public readonly resources: readonly CfnResource[];
  private readonly byLogicalId = new Map<Stack, Map<string, CfnResource>>();
  private readonly declarations = new Map<CfnResource, Declaration>();
  private readonly references = new Map<CfnResource, ReadonlySet<CfnResource>>();
  private readonly needs = new Map<CfnResource, readonly CfnResource[]>();
  private readonly reaches = new Map<CfnResource, ReadonlySet<CfnResource>>();

  private constructor(stack: Stack) {
    this.resources = stack.node
      .findAll()
      .filter(CfnResource.isCfnResource)
      .filter((resource) => topmost(resource.stack) === stack);
    for (const resource of this.resources) {
      const ofStack = this.byLogicalId.get(resource.stack) ?? new Map<string, CfnResource>();
      this.byLogicalId.set(resource.stack, ofStack.set(resource.stack.resolve(resource.logicalId), resource));
    }
  }

  public ofType(type: string): readonly CfnResource[] {
    return this.resources.filter((resource) => resource.cfnResourceType === type);
  }

  /** Whether the one is certainly deleted before the other. */
  public isBefore(first: CfnResource, second: CfnResource): boolean {
    const [own, others] = [first, second].map((resource) => [resource, ...nestedStacksAround(resource)]);
    return own.some((one) => others.some((other) => this.reachOf(one).has(other)));
  }

  /** What is retained, and so keeps the resource: itself or a nested stack that it is in. */
  public keeperOf(resource: CfnResource): CfnResource | undefined {
    return [resource, ...nestedStacksAround(resource)].find((one) => this.deletionPolicyOf(one).startsWith('Retain'));
  }

  public deletionPolicyOf(resource: CfnResource): string {
    const { DeletionPolicy } = this.declarationOf(resource);
    return typeof DeletionPolicy === 'string' ? DeletionPolicy : '';
  }

  public propertiesOf(resource: CfnResource): Record<string, any> {
    return this.declarationOf(resource).Properties ?? {};
  }

  /** What the resource refers to, also in other stacks; not what it merely depends on. */
  public referencesOf(resource: CfnResource): ReadonlySet<CfnResource> {
    return remembered(this.references, resource, () => {
      const resolver = new References();
      Tokenization.resolve(resource._toCloudFormation(), { scope: resource, resolver });
      return new Set([...resolver.targets, ...this.inStackOf(resource, namedIn(this.declarationOf(resource)))]);
    });
  }

  /** What is deleted after the resource because its declaration says so. References to other stacks have become parameters of nested ones. */
  public needsOf(resource: CfnResource): readonly CfnResource[] {
    return remembered(this.needs, resource, () => {
      const declaration = this.declarationOf(resource);
      return this.inStackOf(resource, [...namedIn(declaration), ...[declaration.DependsOn ?? []].flat()]);
    });
  }

  private inStackOf({ stack }: CfnResource, logicalIds: readonly string[]): CfnResource[] {
    return logicalIds.flatMap((id) => this.byLogicalId.get(stack)?.get(id) ?? []);
  }

  /** All that is deleted after the resource. */
  private reachOf(resource: CfnResource): ReadonlySet<CfnResource> {
    return remembered(this.reaches, resource, () => {
      const reached = new Set(this.needsOf(resource));
      for (const one of reached) this.needsOf(one).forEach((needed) => reached.add(needed));
      return reached;
    });
  }

  /** With what Aspects, mixins and overrides have made of it. */
  private declarationOf(resource: CfnResource): Declaration {
    return remembered(this.declarations, resource, () => {
      const { Resources = {} } = resource.stack.resolve(resource._toCloudFormation());
      return Object.values<Declaration>(Resources)[0] ?? {};
    });
  }
}

/** The resources of the nested stacks that a resource is in. */
export function nestedStacksAround(resource: CfnResource): CfnResource[] {
  const around = Stack.of(resource).nestedStackResource as CfnResource | undefined;
  return around ? [around, ...nestedStacksAround(around)] : [];
}

function topmost(stack: Stack): Stack {
  return stack.nestedStackParent ? topmost(stack.nestedStackParent) : stack;
}

function remembered<T>(known: Map<CfnResource, T>, resource: CfnResource, find: () => T): T {
  const found = known.get(resource) ?? find();
  known.set(resource, found);
  return found;
}

/** Tokens know what they refer to, wherever it is. */
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
