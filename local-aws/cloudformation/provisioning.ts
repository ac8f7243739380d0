import { AwsError } from '../service';
import type { BoundTemplate, Live } from './bound-template';
import { deleteResources } from './deletion';
import { visitInOrder } from './graph';
import type { Journal } from './journal';
import { physicalIdOf, reasonOf, type ResourceHandler } from './resource-handler';
import { ResourceFailed, type Properties } from './resource-type';
import type { Output, Resource, Stack } from './stack';
import { undo } from './undo';

/** The way forward: makes the resources of a stack what a template says. Deletes nothing that the template leaves out. */
export class Provisioning {
  private readonly failures: { id: string; during: 'create' | 'update' }[] = [];

  constructor(
    private readonly stack: Stack,
    private readonly handler: ResourceHandler,
    private readonly journal: Journal,
    private readonly target: BoundTemplate,
  ) {}

  /** Returns why it failed, if it did. */
  async run(cancelled?: AbortSignal): Promise<string | undefined> {
    const { stack, target } = this;
    const cancel = new AbortController();
    const signal = cancelled ? AbortSignal.any([cancel.signal, cancelled]) : cancel.signal;
    await visitInOrder(
      target.resources.keys(),
      (id) => target.dependencies.get(id)!,
      async (id) => {
        try {
          await this.apply(id, signal);
        } catch (error) {
          // Without rollback, "a failure in one path doesn't affect other provisioning paths":
          // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
          if (!stack.disableRollback) cancel.abort();
          throw error;
        }
      },
      signal,
    );
    if (this.failures.length > 0) return this.describeFailures();
    if (cancelled?.aborted) return 'The operation was cancelled.';
    try {
      stack.outputs = outputsOf(target, this.live(true));
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

  private async apply(id: string, cancelled: AbortSignal): Promise<void> {
    const { stack, handler, target, journal } = this;
    const definition = target.resources.get(id)!;
    const type = definition.Type;
    const dependencies = target.dependencies.get(id)!;
    const nested = handler.isNestedStack(type);
    let current = stack.resources.get(id);
    let metadata = current?.metadata ?? {};
    const record = (part: Pick<Resource, 'physicalId' | 'properties' | 'attributes' | 'noEcho' | 'status' | 'reason'>) => {
      stack.resources.set(id, { logicalId: id, type, definition, dependencies, metadata, ...part, timestamp: new Date() });
      stack.event(id, part.physicalId, type, part.status, part.reason);
    };
    const blank = { physicalId: '', properties: {}, attributes: {}, noEcho: false };
    try {
      if (current?.status === 'CREATE_FAILED' && !nested) {
        const halfMade = current;
        current = undefined;
        await this.deleteHalfMade(halfMade);
      }
      const properties = handler.propertiesOf(type, target.resolve(definition.Properties ?? {}, this.live()));
      metadata = target.resolve(definition.Metadata ?? {}, this.live());
      // A nested stack may have changed although its properties have not: each update of the parent looks.
      const unlikeItsProperties = current?.status === 'UPDATE_FAILED' && journal.updated.has(id);
      if (current && !nested && same(current.properties, properties) && !unlikeItsProperties) {
        stack.resources.set(id, { ...current, definition, dependencies, metadata, status: current.status.replace('FAILED', 'COMPLETE') });
        return;
      }
      if (current) {
        const replacement = handler.needsReplacement(type, properties, current.properties);
        // The message: https://github.com/aws/aws-cdk/issues/30546
        if (replacement && stack.disableRollback) throw new ResourceFailed('Replacement type updates not supported on stack with disable-rollback.');
        journal.updated.set(id, properties);
        record({
          ...current,
          status: 'UPDATE_IN_PROGRESS',
          reason: replacement ? 'Requested update requires the creation of a new physical resource; hence creating one.' : undefined,
        });
        const result = await handler.update(stack, id, type, current.physicalId, properties, current.properties, cancelled);
        if (result.physicalId !== current.physicalId) journal.replaced.push({ resource: current, replaced: true });
        record({ physicalId: result.physicalId, properties, attributes: result.attributes ?? {}, noEcho: !!result.noEcho, status: 'UPDATE_COMPLETE' });
      } else {
        record({ ...blank, properties, status: 'CREATE_IN_PROGRESS' });
        const result = await handler.create(stack, id, type, properties, cancelled);
        record({ physicalId: result.physicalId, properties, attributes: result.attributes ?? {}, noEcho: !!result.noEcho, status: 'CREATE_COMPLETE' });
      }
    } catch (error) {
      const operation = current ? 'update' : 'create';
      this.failures.push({ id, during: operation });
      const physicalId = physicalIdOf(error) ?? current?.physicalId ?? '';
      record({ ...(current ?? stack.resources.get(id) ?? blank), physicalId, status: `${operation.toUpperCase()}_FAILED`, reason: reasonOf(error) });
      // Without a physical id there is nothing that a rollback could delete.
      if (!physicalId) stack.resources.delete(id);
      else if (stack.disableRollback && !nested && journal.updated.has(id)) await this.backToStable(id, current!, reasonOf(error));
      throw error;
    }
  }

  /**
   * "Resources without a last known stable state will be deleted upon the next stack operation" (stack-failure-options.html).
   * Inferred: before they are created again, for a new one may need the name of the old one.
   */
  private async deleteHalfMade(resource: Resource): Promise<void> {
    const failed = await deleteResources(this.stack, [{ resource }], 'rollback', this.handler);
    if (failed.length > 0) throw new ResourceFailed(resource.reason ?? 'Resource deletion failed.', resource.physicalId);
  }

  /**
   * "... preserves the state of successful resources while rolling back failed resources to their last known stable state. Failed
   * resources will be in an UPDATE_FAILED state" (stack-failure-options.html). Inferred: while the stack is UPDATE_IN_PROGRESS.
   */
  private async backToStable(id: string, stable: Resource, reason: string): Promise<void> {
    await undo(this.stack, this.handler, this.journal, id, stable).catch(() => undefined);
    Object.assign(this.stack.resources.get(id)!, { status: 'UPDATE_FAILED', reason });
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
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
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
