import { AwsError } from '../service';
import type { BoundTemplate, Live } from './bound-template';
import { deleteResources, type Doomed } from './deletion';
import { visitInOrder } from './graph';
import { physicalIdOf, reasonOf, type ResourceHandler } from './resource-handler';
import type { Properties } from './resource-type';
import type { Output, Resource, Stack } from './stack';

/** Carries one template out on a stack: a create, or an update with its cleanup, or either with its rollback. */
export class StackOperation {
  /** The stack before the update; empty for a create. */
  private readonly before: ReadonlyMap<string, Resource>;
  private readonly previous?: BoundTemplate;
  /** The properties of each update that was tried, for the rollback to undo. */
  private readonly updated = new Map<string, Properties>();
  /** What replaced ones left behind, for the cleanup to delete. */
  private replaced: Doomed[] = [];
  private readonly failures: { id: string; during: 'create' | 'update' }[] = [];

  constructor(private readonly stack: Stack, private readonly handler: ResourceHandler) {
    this.before = new Map(stack.resources);
    this.previous = stack.bound;
  }

  async create(target: BoundTemplate): Promise<void> {
    const { stack } = this;
    stack.bound = target;
    stack.setStatus('CREATE_IN_PROGRESS', 'User Initiated');
    const failure = await this.carryOut(target);
    if (!failure) return stack.setStatus('CREATE_COMPLETE');
    stack.setStatus('ROLLBACK_IN_PROGRESS', `${failure} Rollback requested by user.`);
    const failed = await deleteResources(stack, [...stack.resources.values()].map((resource) => ({ resource })), 'rollback', this.handler);
    stack.outputs = [];
    if (failed.length > 0) stack.setStatus('ROLLBACK_FAILED', `The following resource(s) failed to delete: [${failed.join(', ')}]. `);
    else stack.setStatus('ROLLBACK_COMPLETE');
  }

  async update(target: BoundTemplate): Promise<void> {
    const { stack } = this;
    const outputs = stack.outputs;
    stack.bound = target;
    stack.setStatus('UPDATE_IN_PROGRESS', 'User Initiated');
    const failure = await this.carryOut(target);
    if (failure) return this.rollBack(failure, outputs);
    stack.setStatus('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    const removed = [...stack.resources.values()].filter(({ logicalId }) => !target.resources.has(logicalId));
    await this.cleanUp([...removed.map((resource) => ({ resource })), ...this.replaced], 'cleanup', 'UPDATE_COMPLETE');
  }

  private async rollBack(failure: string, outputs: Output[]): Promise<void> {
    const { stack } = this;
    stack.setStatus('UPDATE_ROLLBACK_IN_PROGRESS', failure);
    stack.bound = this.previous;
    this.replaced = [];
    for (const [id, resource] of this.before) if (!this.updated.has(id)) stack.resources.set(id, resource);
    const ids = [...this.before.keys()].filter((id) => this.updated.has(id));
    const undone = await visitInOrder(ids, (id) => this.before.get(id)!.dependencies, (id) => this.undo(id));
    if (undone.size < ids.length) {
      const failed = ids.filter((id) => !undone.has(id));
      return stack.setStatus('UPDATE_ROLLBACK_FAILED', `The following resource(s) failed to update: [${failed.join(', ')}]. `);
    }
    stack.outputs = outputs;
    stack.setStatus('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    const added = [...stack.resources.values()].filter(({ logicalId }) => !this.before.has(logicalId));
    await this.cleanUp([...added.map((resource) => ({ resource })), ...this.replaced], 'rollback cleanup', 'UPDATE_ROLLBACK_COMPLETE');
  }

  /** A cleanup that fails does not fail the update: what could not be deleted is only no longer part of the stack. */
  private async cleanUp(doomed: Doomed[], occasion: 'cleanup' | 'rollback cleanup', done: string): Promise<void> {
    const failed = await deleteResources(this.stack, doomed, occasion, this.handler);
    for (const { resource, replaced } of doomed) if (!replaced) this.stack.resources.delete(resource.logicalId);
    this.stack.setStatus(done, failed.length > 0 ? 'Update successful. One or more resources could not be deleted.' : undefined);
  }

  /** Creates and updates; returns why it failed, if it did. */
  private async carryOut(target: BoundTemplate): Promise<string | undefined> {
    const cancel = new AbortController();
    await visitInOrder(target.resources.keys(), (id) => target.dependencies.get(id)!, async (id) => {
      try {
        await this.apply(id, target, cancel.signal);
      } catch (error) {
        cancel.abort();
        throw error;
      }
    }, cancel.signal);
    if (this.failures.length > 0) return this.describeFailures();
    try {
      this.stack.outputs = outputsOf(target, this.live(true));
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }

  private describeFailures(): string {
    const during = (what: string) => this.failures.filter((failure) => failure.during === what).map(({ id }) => id);
    return (['create', 'update'] as const)
      .filter((what) => during(what).length > 0)
      .map((what) => `The following resource(s) failed to ${what}: [${during(what).join(', ')}].`)
      .join(' ');
  }

  private async apply(id: string, target: BoundTemplate, cancelled: AbortSignal): Promise<void> {
    const { stack, handler } = this;
    const definition = target.resources.get(id)!;
    const type = definition.Type;
    const dependencies = target.dependencies.get(id)!;
    const current = stack.resources.get(id);
    const record = (part: Pick<Resource, 'physicalId' | 'properties' | 'attributes' | 'noEcho' | 'status' | 'reason'>) => {
      stack.resources.set(id, { logicalId: id, type, definition, dependencies, ...part, timestamp: new Date() });
      stack.event(id, part.physicalId, type, part.status, part.reason);
    };
    const blank = { physicalId: '', properties: {}, attributes: {}, noEcho: false };
    const operation = current ? 'UPDATE' : 'CREATE';
    try {
      const properties = handler.propertiesOf(type, target.resolve(definition.Properties ?? {}, this.live()));
      if (current && same(current.properties, properties)) {
        stack.resources.set(id, { ...current, definition, dependencies });
        return;
      }
      if (current) {
        this.updated.set(id, properties);
        const replacement = handler.needsReplacement(type, properties, current.properties);
        record({ ...current, status: 'UPDATE_IN_PROGRESS', reason: replacement ? 'Requested update requires the creation of a new physical resource; hence creating one.' : undefined });
        const result = await handler.update(stack, id, type, current.physicalId, properties, current.properties, cancelled);
        if (result.physicalId !== current.physicalId) this.replaced.push({ resource: current, replaced: true });
        record({ physicalId: result.physicalId, properties, attributes: result.attributes ?? {}, noEcho: !!result.noEcho, status: 'UPDATE_COMPLETE' });
      } else {
        record({ ...blank, properties, status: 'CREATE_IN_PROGRESS' });
        const result = await handler.create(stack, id, type, properties, cancelled);
        record({ physicalId: result.physicalId, properties, attributes: result.attributes ?? {}, noEcho: !!result.noEcho, status: 'CREATE_COMPLETE' });
      }
    } catch (error) {
      this.failures.push({ id, during: current ? 'update' : 'create' });
      const physicalId = physicalIdOf(error) ?? current?.physicalId ?? '';
      record({ ...(current ?? stack.resources.get(id) ?? blank), physicalId, status: `${operation}_FAILED`, reason: reasonOf(error) });
      // Without a physical id there is nothing that a rollback could delete.
      if (!physicalId) stack.resources.delete(id);
      throw error;
    }
  }

  /** Takes one resource back to what it was: an update with its old properties. */
  private async undo(id: string): Promise<void> {
    const { stack, handler } = this;
    const old = this.before.get(id)!;
    const current = stack.resources.get(id)!;
    const attempted = this.updated.get(id)!;
    const restore = (resource: Resource, status: string, reason?: string) => {
      stack.resources.set(id, { ...resource, status, reason, timestamp: new Date() });
      stack.event(id, resource.physicalId, resource.type, status, reason);
    };
    restore(current, 'UPDATE_IN_PROGRESS');
    try {
      if (handler.needsReplacement(old.type, attempted, old.properties)) {
        // The old one was never deleted: it is taken up again, and its replacement goes in the cleanup.
        if (current.physicalId !== old.physicalId) this.replaced.push({ resource: current, replaced: true });
        return restore(old, 'UPDATE_COMPLETE');
      }
      const result = await handler.update(stack, id, old.type, current.physicalId, old.properties, attempted);
      if (result.physicalId !== current.physicalId) this.replaced.push({ resource: current, replaced: true });
      restore({ ...old, physicalId: result.physicalId, attributes: result.attributes ?? {}, noEcho: !!result.noEcho }, 'UPDATE_COMPLETE');
    } catch (error) {
      restore(current, 'UPDATE_FAILED', reasonOf(error));
      throw error;
    }
  }

  private live(masked = false): Live {
    const resource = (id: string): Resource => {
      const found = this.stack.resources.get(id);
      if (!found) throw new AwsError('ValidationError', `Unresolved resource ${id}`);
      return found;
    };
    return {
      ref: (id) => resource(id).physicalId,
      getAtt: (id, attribute) => {
        const { attributes, noEcho, physicalId } = resource(id);
        const value = attribute in attributes ? attributes[attribute] : attribute.split('.').reduce<any>((node, step) => node?.[step], attributes);
        if (value === undefined) {
          throw new AwsError('ValidationError', `Attribute error: ${id} (${physicalId}) has no attribute ${attribute}`);
        }
        return masked && noEcho ? '*****' : value;
      },
    };
  }
}

function same(left: Properties, right: Properties): boolean {
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}

function outputsOf(target: BoundTemplate, live: Live): Output[] {
  const resolved = (value: unknown) => String(target.resolve(value, live));
  return [...target.outputs].map(([OutputKey, output]) => ({
    OutputKey,
    OutputValue: resolved(output.Value),
    Description: output.Description,
    ExportName: output.Export ? resolved(output.Export.Name) : undefined,
  }));
}
