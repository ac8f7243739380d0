import { document, integer, required, text } from '../shapes';
import { hasChanges } from './change-set';
import { generatedName } from './generated-name';
import type { PlanInput } from './plan';
import { ResourceFailed, TAGS, type Created, type NestedStackType, type Properties, type ResourceContext } from './resource-type';
import type { Stack } from './stack';
import type { Stacks } from './stacks';

/** `AWS::CloudFormation::Stack`: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html */
export class NestedStacks implements NestedStackType {
  // TimeoutInMinutes is taken and not enforced: nothing here takes minutes.
  readonly properties = { TemplateURL: required(text({ min: 1, max: 1024 })), Parameters: document(), Tags: TAGS, TimeoutInMinutes: integer({ min: 1 }) };

  constructor(private readonly stacks: () => Stacks) {}

  async create(properties: Properties, { stackId, stackName, logicalId, cancelled }: ResourceContext): Promise<Created> {
    const stacks = this.stacks();
    const parent = stacks.get(stackId);
    const child = stacks.newStack(nestedName(stackName, logicalId), parent);
    const plan = stacks.planner.plan(child, inputOf(properties, parent));
    stacks.add(child);
    child.disableRollback = parent.disableRollback;
    const failure = await stacks.begin(child, plan).create(plan.target, cancelled);
    if (!failure) return created(child);
    // It stays as it is until the parent deletes it in its rollback (inferred; if rollback is disabled, seen:
    // https://github.com/localstack/localstack/blob/main/tests/aws/services/cloudformation/api/test_nested_stacks.py).
    child.setStatus('CREATE_FAILED', failure);
    throw failed(cancelled, 'creation', `Embedded stack ${child.id} was not successfully created: ${failure}`, child);
  }

  /** Leaves the cleanup, or the rollback, for when the parent is there: see `StackOperation.cleanUp`. */
  async update(physicalId: string, properties: Properties, _: Properties, { stackId, cancelled }: ResourceContext): Promise<Created> {
    const stacks = this.stacks();
    const parent = stacks.get(stackId);
    const child = stacks.get(physicalId);
    const plan = stacks.planner.plan(child, inputOf(properties, parent));
    if (!hasChanges(child, plan)) return created(child);
    child.disableRollback = parent.disableRollback;
    const failure = await stacks.begin(child, plan).update(plan.target, cancelled);
    if (!failure) return created(child);
    child.setStatus(child.disableRollback ? 'UPDATE_FAILED' : 'UPDATE_ROLLBACK_IN_PROGRESS', failure);
    throw failed(cancelled, 'update', `Embedded stack ${child.id} was not successfully updated. Currently in ${child.status} with reason: ${failure}`, child);
  }

  async rollBack(physicalId: string): Promise<void> {
    const stacks = this.stacks();
    const child = stacks.get(physicalId);
    const failure = await stacks.operations.get(child)?.rollBack();
    if (failure)
      throw new ResourceFailed(`Embedded stack ${child.id} was not successfully updated. Currently in ${child.status} with reason: ${failure}`, child.id);
  }

  async cleanUp(physicalId: string): Promise<void> {
    const stacks = this.stacks();
    await stacks.operations.get(stacks.get(physicalId))?.cleanUp();
  }

  async delete(physicalId: string): Promise<void> {
    const stacks = this.stacks();
    const child = stacks.get(physicalId);
    if (child.deleted) return;
    await stacks.carryOutDeletion(child);
    if (!child.deleted) throw new ResourceFailed(`Embedded stack ${child.id} was not successfully deleted: ${child.statusReason}`, child.id);
  }
}

function created(child: Stack): Created {
  return { physicalId: child.id, attributes: Object.fromEntries(child.outputs.map(({ OutputKey, OutputValue }) => [`Outputs.${OutputKey}`, OutputValue])) };
}

function failed(cancelled: AbortSignal | undefined, what: string, reason: string, child: Stack): ResourceFailed {
  return new ResourceFailed(cancelled?.aborted ? `Resource ${what} cancelled` : reason, child.id);
}

function inputOf(properties: Properties, parent: Stack): PlanInput {
  const parameters = Object.entries(properties.Parameters ?? {}).map(([ParameterKey, value]) => ({ ParameterKey, ParameterValue: [value].flat().join(',') }));
  const own = properties.Tags ?? [];
  const inherited = parent.tags.filter(({ Key }) => !own.some((tag: { Key: string }) => tag.Key === Key));
  return {
    TemplateURL: properties.TemplateURL,
    Parameters: parameters,
    Tags: [...inherited, ...own],
    RoleARN: parent.roleArn,
    Capabilities: [...parent.capabilities],
  };
}

/** PARENT-LOGICALID-RANDOM, where the last part is in capitals. */
function nestedName(parent: string, logicalId: string): string {
  const name = generatedName(parent, logicalId);
  const end = name.lastIndexOf('-') + 1;
  return name.slice(0, end) + name.slice(end).toUpperCase();
}
