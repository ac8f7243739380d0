import { randomUUID } from 'node:crypto';
import type { BoundTemplate } from './bound-template';
import type { OnFailure, Plan } from './plan';
import type { ResourceHandler } from './resource-handler';
import type { Stack } from './stack';
import type { ResourceDefinition } from './template';

export const NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set.";

export interface ResourceChange {
  readonly Action: 'Add' | 'Modify' | 'Remove';
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceType: string;
  readonly Replacement?: 'True' | 'False' | 'Conditional';
  readonly Scope?: string[];
  readonly Details?: object[];
}

export class ChangeSet {
  readonly id: string;
  readonly creationTime = new Date();
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly statusReason?: string;
  readonly changes: ResourceChange[];
  executionStatus: 'AVAILABLE' | 'UNAVAILABLE' | 'EXECUTE_COMPLETE';

  constructor(
    readonly name: string,
    readonly stack: Stack,
    readonly type: 'CREATE' | 'UPDATE',
    readonly plan: Plan,
    readonly description: string | undefined,
    handler: ResourceHandler,
    readonly onFailure?: OnFailure,
  ) {
    this.id = `arn:aws:cloudformation:${stack.region}:${stack.account}:changeSet/${name}/${randomUUID()}`;
    this.changes = changesOf(stack, plan.target, handler);
    const empty = type === 'UPDATE' && !hasChanges(stack, plan);
    this.status = empty ? 'FAILED' : 'CREATE_COMPLETE';
    this.statusReason = empty ? NO_CHANGES : undefined;
    this.executionStatus = empty ? 'UNAVAILABLE' : 'AVAILABLE';
  }
}

/** Whether there is anything to do, resources, outputs and tags taken together. */
export function hasChanges(stack: Stack, { target, tags }: Plan): boolean {
  // What failed is to be tried again.
  if (stack.paused) return true;
  const everything = (bound?: BoundTemplate) =>
    bound &&
    [...bound.resources, ...bound.outputs]
      .map(([id, definition]) => `${id} ${bound.fingerprint(definition)}`)
      .sort()
      .join('\n');
  return everything(stack.bound) !== everything(target) || JSON.stringify(tags) !== JSON.stringify(stack.tags);
}

function changesOf(stack: Stack, target: BoundTemplate, handler: ResourceHandler): ResourceChange[] {
  const changes: ResourceChange[] = [];
  for (const [LogicalResourceId, definition] of target.resources) {
    const current = stack.resources.get(LogicalResourceId);
    const change = { LogicalResourceId, ResourceType: definition.Type, PhysicalResourceId: current?.physicalId };
    if (!current || current.status === 'CREATE_FAILED') changes.push({ Action: 'Add', ...change });
    else if (stack.bound?.fingerprint(current.definition) !== target.fingerprint(definition)) {
      changes.push({ Action: 'Modify', ...change, ...modification(current.definition, definition, handler) });
    }
  }
  for (const { logicalId, physicalId, type } of stack.resources.values()) {
    if (!target.resources.has(logicalId)) changes.push({ Action: 'Remove', LogicalResourceId: logicalId, PhysicalResourceId: physicalId, ResourceType: type });
  }
  return changes;
}

function modification(
  before: ResourceDefinition,
  after: ResourceDefinition,
  handler: ResourceHandler,
): Pick<ResourceChange, 'Replacement' | 'Scope' | 'Details'> {
  const differs = (left: unknown, right: unknown) => JSON.stringify(left) !== JSON.stringify(right);
  const [old, now] = [before.Properties ?? {}, after.Properties ?? {}];
  const properties = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => differs(old[name], now[name]));
  const type = handler.typeOf(after.Type);
  const replaces = (name: string) => !type.update || !!type.replacedBy?.includes(name);
  const Scope = [...(properties.length > 0 ? ['Properties'] : []), ...(differs(before.Metadata, after.Metadata) ? ['Metadata'] : [])];
  return {
    Replacement: properties.some(replaces) ? 'True' : 'False',
    Scope,
    Details: properties.map((Name) => ({
      Target: { Attribute: 'Properties', Name, RequiresRecreation: replaces(Name) ? 'Always' : 'Never' },
      Evaluation: 'Static',
      ChangeSource: 'DirectModification',
    })),
  };
}
