import { RequestReader } from '../request-reader';
import { NotImplemented } from '../service';
import { isCustom } from './custom-resources';
import { generatedName } from './generated-name';
import {
  ResourceFailed,
  type Created,
  type NestedStackType,
  type Properties,
  type ResourceContext,
  type ResourceType,
  type ResourceTypes,
} from './resource-type';
import { scalars } from './intrinsics';
import type { Stack } from './stack';

const NESTED_STACK = 'AWS::CloudFormation::Stack';

/** Finds the resource type that a template names, and calls it as CloudFormation does. */
export class ResourceHandler {
  constructor(
    private readonly types: ResourceTypes,
    private readonly custom: ResourceType,
    private readonly nestedStacks: NestedStackType,
  ) {}

  /** What a template may name, custom resources aside, and the properties that are understood of it. */
  get known(): ReadonlyMap<string, readonly string[]> {
    const all = { [NESTED_STACK]: this.nestedStacks, ...this.types };
    return new Map(Object.entries(all).map(([name, { properties = {} }]) => [name, Object.keys(properties)]));
  }

  /** Throws on a type that nothing here provides. */
  typeOf(name: string): ResourceType {
    const type = isCustom(name) ? this.custom : this.isNestedStack(name) ? this.nestedStacks : this.types[name];
    if (!type) throw new NotImplemented(`resource type ${name}`);
    return type;
  }

  isNestedStack(typeName: string): boolean {
    return typeName === NESTED_STACK;
  }

  /** As the resource type gets them: a custom resource strings only. Throws what its service would answer to values that it does not allow. */
  propertiesOf(typeName: string, resolved: Properties): Properties {
    if (isCustom(typeName)) return scalars(resolved);
    const { properties } = this.typeOf(typeName);
    return properties ? new RequestReader(typeName, 'ValidationError', true).read(properties, resolved) : resolved;
  }

  async create(stack: Stack, logicalId: string, typeName: string, properties: Properties, cancelled?: AbortSignal): Promise<Created> {
    return this.typeOf(typeName).create(properties, this.context(stack, logicalId, typeName, cancelled));
  }

  async update(
    stack: Stack,
    logicalId: string,
    typeName: string,
    physicalId: string,
    properties: Properties,
    old: Properties,
    cancelled?: AbortSignal,
  ): Promise<Created> {
    const type = this.typeOf(typeName);
    const context = this.context(stack, logicalId, typeName, cancelled);
    return this.needsReplacement(typeName, properties, old) ? type.create(properties, context) : type.update!(physicalId, properties, old, context);
  }

  async delete(stack: Stack, logicalId: string, typeName: string, physicalId: string, properties: Properties): Promise<void> {
    await this.typeOf(typeName).delete(physicalId, properties, this.context(stack, logicalId, typeName));
  }

  /** Undoes the update of a nested stack. */
  async rollBack(physicalId: string): Promise<void> {
    await this.nestedStacks.rollBack(physicalId);
  }

  /** Lets a nested stack delete what it no longer holds. */
  async cleanUp(physicalId: string): Promise<void> {
    await this.nestedStacks.cleanUp(physicalId);
  }

  needsReplacement(typeName: string, properties: Properties, old: Properties): boolean {
    const type = this.typeOf(typeName);
    if (!type.update) return true;
    return (type.replacedBy ?? []).some((name) => JSON.stringify(properties[name]) !== JSON.stringify(old[name]));
  }

  private context(stack: Stack, logicalId: string, type: string, cancelled?: AbortSignal): ResourceContext {
    return {
      stackId: stack.id,
      stackName: stack.name,
      logicalId,
      region: stack.region,
      account: stack.account,
      type,
      cancelled,
      generatedName: (maxLength = 128) => generatedName(stack.name, logicalId, maxLength),
    };
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function physicalIdOf(error: unknown): string | undefined {
  return error instanceof ResourceFailed ? error.physicalId : undefined;
}
