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
}

/**
 * Deletes resources, each before what it depends on. What a resource that could not be deleted depends on stays, the rest
 * goes on. Returns the logical ids that failed.
 */
export async function deleteResources(stack: Stack, doomed: readonly Doomed[], occasion: Occasion, handler: ResourceHandler): Promise<string[]> {
  // A replaced resource and one that left the template may share a logical id with nothing else here.
  const byId = new Map(doomed.map((item) => [item.resource.logicalId, item]));
  const failed: string[] = [];
  const dependencies = (id: string) => byId.get(id)?.resource.dependencies ?? [];
  await visitInOrder(byId.keys(), reversed(byId.keys(), dependencies), async (id) => {
    const { resource, replaced } = byId.get(id)!;
    const report = (status: string, reason?: string) => {
      if (!replaced) Object.assign(resource, { status, reason, timestamp: new Date() });
      stack.event(id, resource.physicalId, resource.type, status, reason);
    };
    const forget = () => {
      if (!replaced) stack.resources.delete(id);
    };
    if (isRetained(resource, occasion, replaced)) {
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
  });
  return failed;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
function isRetained({ definition }: Resource, occasion: Occasion, replaced?: boolean): boolean {
  const created = occasion.startsWith('rollback');
  const policy = replaced ? definition.UpdateReplacePolicy : definition.DeletionPolicy;
  return policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !created);
}
