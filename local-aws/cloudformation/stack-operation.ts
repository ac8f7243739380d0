import type { BoundTemplate } from './bound-template';
import { deleteResources, type Doomed } from './deletion';
import { visitInOrder } from './graph';
import { Journal } from './journal';
import { Provisioning } from './provisioning';
import type { ResourceHandler } from './resource-handler';
import type { Stack } from './stack';
import { undo } from './undo';

/**
 * What happens to a stack from one stable state to the next, in steps, because a nested stack waits for its root between them
 * and a user may decide between them: forward (`create`, `update`), back (`rollBack`, `undoCreation`), and at last `cleanUp`.
 */
export class StackOperation {
  readonly journal: Journal;

  /** `ended`: called when the stack is stable again. */
  constructor(
    private readonly stack: Stack,
    private readonly handler: ResourceHandler,
    private readonly ended: () => void,
  ) {
    this.journal = new Journal(stack);
  }

  /** Returns why it failed, if it did; what comes of that is for the caller to say. */
  async create(target: BoundTemplate, cancelled?: AbortSignal): Promise<string | undefined> {
    const failure = await this.forward(target, 'CREATE_IN_PROGRESS', cancelled);
    if (!failure) this.end('CREATE_COMPLETE');
    return failure;
  }

  /** Returns why it failed, if it did. If it did not, the cleanup is still to come. */
  async update(target: BoundTemplate, cancelled?: AbortSignal): Promise<string | undefined> {
    const failure = await this.forward(target, 'UPDATE_IN_PROGRESS', cancelled);
    if (!failure) this.stack.setStatus('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    return failure;
  }

  /** Deletes all that a failed create made. */
  async undoCreation(reason: string): Promise<void> {
    const { stack } = this;
    stack.setStatus('ROLLBACK_IN_PROGRESS', reason);
    const failed = await deleteResources(
      stack,
      [...stack.resources.values()].map((resource) => ({ resource })),
      'rollback',
      this.handler,
    );
    stack.outputs = [];
    if (failed.length > 0) this.end('ROLLBACK_FAILED', `The following resource(s) failed to delete: [${failed.join(', ')}]. `);
    else this.end('ROLLBACK_COMPLETE');
  }

  /** Undoes what was updated. Returns why that failed, if it did; then it can be called again, and goes on. */
  async rollBack(reason?: string): Promise<string | undefined> {
    const { stack, journal } = this;
    const { before } = journal;
    if (stack.status !== 'UPDATE_ROLLBACK_IN_PROGRESS') stack.setStatus('UPDATE_ROLLBACK_IN_PROGRESS', reason);
    const { outputs, ...rest } = journal.stable;
    Object.assign(stack, rest);
    for (const [id, resource] of before) {
      const { physicalId, attributes, noEcho, status } = stack.resources.get(id) ?? resource;
      if (!journal.updated.has(id)) stack.resources.set(id, { ...resource, physicalId, attributes, noEcho, status: status.replace('FAILED', 'COMPLETE') });
    }
    // What was replaced is taken up again; what was made meanwhile still has to go.
    journal.replaced = journal.replaced.filter(({ resource }) => resource.physicalId !== before.get(resource.logicalId)?.physicalId);
    const ids = [...before.keys()].filter((id) => journal.updated.has(id));
    const undone = await visitInOrder(
      ids,
      (id) => before.get(id)!.dependencies,
      (id) => undo(stack, this.handler, journal, id, before.get(id)!),
    );
    if (undone.size < ids.length) {
      const failure = `The following resource(s) failed to update: [${ids.filter((id) => !undone.has(id)).join(', ')}]. `;
      stack.setStatus('UPDATE_ROLLBACK_FAILED', failure);
      return failure;
    }
    stack.outputs = outputs;
    stack.setStatus('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    return undefined;
  }

  /**
   * Deletes what the stack no longer holds, and lets nested stacks do so, in reverse order of dependency. What could not be
   * deleted does not fail the update; it is only no longer part of the stack. "CloudFormation doesn't start cleaning up nested
   * stack resources until all nested stacks have been updated or have rolled back":
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
   */
  async cleanUp(): Promise<void> {
    const { stack, handler, journal } = this;
    const rolledBack = stack.status.includes('ROLLBACK');
    const left: Doomed[] = [...journal.replaced];
    for (const resource of stack.resources.values()) {
      if (!stack.bound!.resources.has(resource.logicalId)) left.push({ resource });
      else if (handler.isNestedStack(resource.type)) left.push({ resource, stays: true });
    }
    const failed = await deleteResources(stack, left, rolledBack ? 'rollback cleanup' : 'cleanup', handler);
    for (const { resource, replaced, stays } of left) if (!replaced && !stays) stack.resources.delete(resource.logicalId);
    this.end(
      rolledBack ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_COMPLETE',
      failed.length > 0 ? 'Update successful. One or more resources could not be deleted.' : undefined,
    );
  }

  private async forward(target: BoundTemplate, status: string, cancelled?: AbortSignal): Promise<string | undefined> {
    this.stack.bound = target;
    this.stack.setStatus(status, 'User Initiated');
    return new Provisioning(this.stack, this.handler, this.journal, target).run(cancelled);
  }

  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html, "ResourcesToSkip" */
  skip(id: string): void {
    const { stack, journal } = this;
    const resource = stack.resources.get(id)!;
    journal.updated.delete(id);
    journal.stuck.delete(id);
    stack.resources.set(id, { ...journal.before.get(id)!, physicalId: resource.physicalId, status: 'UPDATE_COMPLETE', timestamp: new Date() });
    stack.event(id, resource.physicalId, resource.type, 'UPDATE_COMPLETE', 'Resource was skipped during rollback.');
  }

  private end(status: string, reason?: string): void {
    this.ended();
    this.stack.retainExceptOnCreate = false;
    this.stack.setStatus(status, reason);
  }
}
