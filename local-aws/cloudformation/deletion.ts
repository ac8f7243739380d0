import { reversed, visitInOrder } from './graph';
import { reasonOf, type ResourceHandler } from './resource-handler';
import type { Resource, Stack } from './stack';

/** Why resources are deleted, which decides what DeletionPolicy means. */
export type Occasion = 'delete' | 'rollback' | 'cleanup' | 'rollback cleanup';

/** In a cleanup; after that it goes on without the resource: https://repost.aws/knowledge-center/cloudformation-stack-cleanup-stuck */
const CLEANUP_ATTEMPTS = 3;

export interface Doomed {
  readonly resource: Resource;
  /** Replaced by one with the same logical id, which stays in the stack. */
  readonly replaced?: boolean;
  /** A nested stack that stays, and deletes what it no longer holds itself, when it is its turn. */
  readonly stays?: boolean;
}

/**
 * Deletes resources, each before what it depends on. What a resource that could not be deleted depends on stays, the rest
 * goes on. Returns the logical ids that failed.
 */
export async function deleteResources(stack: Stack, doomed: readonly Doomed[], occasion: Occasion, handler: ResourceHandler): Promise<string[]> {
  // What several updates replaced, one after the other, shares its logical id.
  const byId = new Map<string, Doomed[]>();
  for (const item of doomed) byId.set(item.resource.logicalId, [...(byId.get(item.resource.logicalId) ?? []), item]);
  const failed: string[] = [];
  const dependencies = (id: string) => byId.get(id)?.flatMap(({ resource }) => [...resource.dependencies]) ?? [];
  const remove = async ({ resource, replaced, stays }: Doomed) => {
    const id = resource.logicalId;
    if (stays) {
      await handler.cleanUp(resource.physicalId);
      return stack.event(id, resource.physicalId, resource.type, 'UPDATE_COMPLETE');
    }
    const report = (status: string, reason?: string) => {
      if (!replaced) Object.assign(resource, { status, reason, timestamp: new Date() });
      stack.event(id, resource.physicalId, resource.type, status, reason);
    };
    const forget = () => {
      if (!replaced) stack.resources.delete(id);
    };
    if (isRetained(resource, occasion, stack.retainExceptOnCreate, replaced)) {
      report('DELETE_SKIPPED');
      forget();
      return;
    }
    const inCleanup = occasion.endsWith('cleanup');
    for (let attempt = 1; ; attempt++) {
      report('DELETE_IN_PROGRESS');
      try {
        await handler.delete(stack, id, resource.type, resource.physicalId, resource.properties);
        report('DELETE_COMPLETE');
        return forget();
      } catch (error) {
        report('DELETE_FAILED', reasonOf(error));
        if (inCleanup && attempt < CLEANUP_ATTEMPTS) continue;
        failed.push(id);
        if (inCleanup) return;
        throw error;
      }
    }
  };
  await visitInOrder(byId.keys(), reversed(byId.keys(), dependencies), async (id) => {
    for (const item of byId.get(id)!) await remove(item);
  });
  return failed;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
function isRetained({ definition }: Resource, occasion: Occasion, exceptOnCreate: boolean, replaced?: boolean): boolean {
  const created = occasion.startsWith('rollback');
  const policy = replaced ? definition.UpdateReplacePolicy : definition.DeletionPolicy;
  if (policy === 'Retain') return !(created && exceptOnCreate);
  return policy === 'RetainExceptOnCreate' && !created;
}
