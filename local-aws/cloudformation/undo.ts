import type { Journal } from './journal';
import { reasonOf, type ResourceHandler } from './resource-handler';
import type { Resource, Stack } from './stack';

/** Takes one resource back to what it was: an update with its old properties. */
export async function undo(stack: Stack, handler: ResourceHandler, journal: Journal, id: string, old: Resource): Promise<void> {
  const current = stack.resources.get(id)!;
  const attempted = journal.updated.get(id)!;
  const restore = (resource: Resource, status: string, reason?: string) => {
    stack.resources.set(id, { ...resource, status, reason, timestamp: new Date() });
    stack.event(id, resource.physicalId, resource.type, status, reason);
  };
  const leave = (resource: Resource) => journal.replaced.push({ resource, replaced: true });
  const done = (resource: Resource) => {
    journal.updated.delete(id);
    journal.stuck.delete(id);
    restore(resource, 'UPDATE_COMPLETE');
  };
  restore(current, 'UPDATE_IN_PROGRESS');
  try {
    if (handler.isNestedStack(old.type)) {
      await handler.rollBack(current.physicalId);
      return done(old);
    }
    if (handler.needsReplacement(old.type, attempted, old.properties)) {
      // The old one was never deleted: it is taken up again, and its replacement goes in the cleanup.
      if (current.physicalId !== old.physicalId) leave(current);
      return done(old);
    }
    const result = await handler.update(stack, id, old.type, current.physicalId, old.properties, attempted);
    if (result.physicalId !== current.physicalId) leave(current);
    done({ ...old, physicalId: result.physicalId, attributes: result.attributes ?? {}, noEcho: !!result.noEcho });
  } catch (error) {
    journal.stuck.add(id);
    restore(current, 'UPDATE_FAILED', reasonOf(error));
    throw error;
  }
}
