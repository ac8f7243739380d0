import type { S3 } from '../s3/s3';
import type { Ssm } from '../ssm/ssm';
import { AwsError, NotImplemented } from '../service';
import type { ChangeSet } from './change-set';
import { deleteResources } from './deletion';
import type { OnFailure, Plan } from './plan';
import { Planner } from './planner';
import type { ResourceHandler } from './resource-handler';
import { StackOperation } from './stack-operation';
import { Stack } from './stack';

/** The stacks of one account and region, and what may be done with them. */
export class Stacks {
  readonly all: Stack[] = [];
  readonly changeSets: ChangeSet[] = [];
  readonly planner: Planner;
  /** Of each stack that is not stable: under way, or stopped half-way by a failure. */
  readonly operations = new Map<Stack, StackOperation>();
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly options: { region: string; account: string; s3: S3; ssm: Ssm },
    private readonly handler: ResourceHandler,
  ) {
    this.planner = new Planner(options, handler, (name) => this.exported(name));
  }

  /** By ARN, even a deleted one; by name, only one that is there. */
  find(nameOrArn: string): Stack | undefined {
    return this.all.find((stack) => (nameOrArn.startsWith('arn:') ? stack.id === nameOrArn : stack.name === nameOrArn && !stack.deleted));
  }

  get(nameOrArn: string): Stack {
    const stack = this.find(nameOrArn);
    if (!stack) throw new AwsError('ValidationError', `Stack with id ${nameOrArn} does not exist`);
    return stack;
  }

  changeSet(nameOrArn: string, stackName: string): ChangeSet {
    const found = this.findChangeSet(nameOrArn, stackName);
    if (!found) throw new AwsError('ChangeSetNotFound', `ChangeSet [${nameOrArn}] does not exist`, 404);
    return found;
  }

  findChangeSet(nameOrArn: string, stackName?: string): ChangeSet | undefined {
    return this.changeSets.find(({ id, name, stack }) => id === nameOrArn || (name === nameOrArn && stack === this.find(stackName ?? '')));
  }

  newStack(name: string, parent?: Stack): Stack {
    if (this.find(name)) throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
    if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name))
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
      );
    return new Stack(name, this.options.region, this.options.account, parent);
  }

  add(stack: Stack): void {
    this.all.push(stack);
  }

  create(stack: Stack, plan: Plan, onFailure: OnFailure = 'ROLLBACK'): void {
    stack.disableRollback = onFailure === 'DO_NOTHING';
    const operation = this.begin(stack, plan);
    this.run(async () => {
      const failure = await operation.create(plan.target);
      if (!failure) return;
      if (onFailure === 'DO_NOTHING') stack.setStatus('CREATE_FAILED', failure);
      // The status and its reason: https://github.com/serverless/serverless/pull/2125, https://github.com/oss-serverless/osls/pull/169
      else if (onFailure === 'DELETE') await this.carryOutDeletion(stack, `${failure} Delete requested by user.`);
      else await operation.undoCreation(`${failure} Rollback requested by user.`);
    });
  }

  update(stack: Stack, plan: Plan, disableRollback = false): void {
    this.assertUpdatable(stack);
    // https://github.com/aws/aws-cdk/issues/30546
    if (stack.paused && !disableRollback) {
      throw new AwsError(
        'ValidationError',
        `This stack is currently in a non-terminal [${stack.status}] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API`,
      );
    }
    stack.disableRollback = disableRollback;
    const operation = this.begin(stack, plan);
    this.run(async () => {
      const failure = await operation.update(plan.target);
      if (!failure) await operation.cleanUp();
      else if (disableRollback) stack.setStatus('UPDATE_FAILED', failure);
      else await this.goBack(stack, failure);
    });
  }

  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RollbackStack.html */
  rollBack(stack: Stack, retainExceptOnCreate = false): void {
    if (!stack.paused) throw new AwsError('ValidationError', `Stack [${stack.name}] is in ${stack.status} state and can not be rolled back.`);
    stack.disableRollback = false;
    stack.retainExceptOnCreate = retainExceptOnCreate;
    const operation = this.operations.get(stack)!;
    // "This operation will delete a stack if it doesn't contain a last known stable state": its resources, that is (inferred,
    // from ROLLBACK_COMPLETE being one of the two ends that `cdk rollback` takes for a success).
    this.run(() => (operation.journal.wasStable ? this.goBack(stack, 'User Initiated') : operation.undoCreation('User Initiated')));
  }

  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html */
  continueRollback(stack: Stack, skip: readonly string[]): void {
    if (stack.parent)
      throw new AwsError(
        'ValidationError',
        `ContinueUpdateRollback cannot be called for the nested stack ${stack.name}: call it for its root stack ${stack.root.name}.`,
      );
    if (stack.status !== 'UPDATE_ROLLBACK_FAILED') {
      throw new AwsError('ValidationError', `Stack:${stack.id} is in ${stack.status} state and can not continue its rollback.`);
    }
    this.skip(stack, skip);
    this.run(() => this.goBack(stack, 'User Initiated'));
  }

  assertUpdatable(stack: Stack): void {
    const updatable = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'CREATE_FAILED', 'UPDATE_FAILED'];
    if (!updatable.includes(stack.status)) throw new AwsError('ValidationError', `Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  }

  delete(stack: Stack, retain: string[]): void {
    if (stack.status === 'DELETE_IN_PROGRESS' || stack.deleted) return;
    if (stack.inProgress) throw new NotImplemented(`DeleteStack while a stack is in ${stack.status}`);
    if (retain.length > 0 && stack.status !== 'DELETE_FAILED') {
      throw new AwsError(
        'ValidationError',
        `Invalid operation on stack [${stack.id}]. You can only specify RetainResources for stacks in the DELETE_FAILED state.`,
      );
    }
    for (const id of retain) {
      const resource = stack.resources.get(id);
      if (!resource) throw new AwsError('ValidationError', `The specified resources [${id}] do not exist in the stack`);
      stack.event(id, resource.physicalId, resource.type, 'DELETE_SKIPPED');
      stack.resources.delete(id);
    }
    this.run(() => this.carryOutDeletion(stack));
  }

  /** Resolves when no operation runs any more. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** Takes the plan over. A stack that was stopped half-way goes on from there. */
  begin(stack: Stack, { parameters, tags, roleArn, capabilities }: Plan): StackOperation {
    const operation = this.operations.get(stack) ?? new StackOperation(stack, this.handler, () => this.operations.delete(stack));
    this.operations.set(stack, operation);
    Object.assign(stack, { parameters, tags, roleArn, capabilities });
    return operation;
  }

  async carryOutDeletion(stack: Stack, reason = 'User Initiated'): Promise<void> {
    stack.setStatus('DELETE_IN_PROGRESS', reason);
    const used = stack.outputs.find(({ ExportName }) => ExportName && this.importers(ExportName, stack).length > 0)?.ExportName;
    if (used) {
      stack.setStatus(
        'DELETE_FAILED',
        `Export ${used} cannot be deleted as it is in use by ${this.importers(used, stack)
          .map(({ name }) => name)
          .join(', ')}`,
      );
      return;
    }
    // A replaced resource that no cleanup came for goes with the one that replaced it.
    const left = this.operations.get(stack)?.journal.replaced ?? [];
    const failed = await deleteResources(stack, [...left, ...[...stack.resources.values()].map((resource) => ({ resource }))], 'delete', this.handler);
    if (failed.length > 0) return stack.setStatus('DELETE_FAILED', `The following resource(s) failed to delete: [${failed.join(', ')}]. `);
    this.operations.delete(stack);
    stack.setStatus('DELETE_COMPLETE');
  }

  private async goBack(stack: Stack, reason: string): Promise<void> {
    const operation = this.operations.get(stack)!;
    if (!(await operation.rollBack(reason))) await operation.cleanUp();
  }

  /** A resource of a nested stack is given as `NestedStackName.LogicalId`. */
  private skip(stack: Stack, names: readonly string[]): void {
    const found = names.map((name) => {
      const [id, owner = stack.name] = name.split('.').reverse();
      const holder = this.all.find((other) => other.name === owner && other.root === stack.root && !other.deleted);
      const operation = holder && this.operations.get(holder);
      if (!operation?.journal.stuck.has(id))
        throw new AwsError('ValidationError', `The resource [${name}] cannot be skipped: it is not in UPDATE_FAILED because of a failed rollback.`);
      return { operation, id };
    });
    for (const { operation, id } of found) operation.skip(id);
  }

  private exported(name: string): string {
    const output = this.all
      .filter((stack) => !stack.deleted)
      .flatMap(({ outputs }) => outputs)
      .find(({ ExportName }) => ExportName === name);
    if (!output) throw new AwsError('ValidationError', `No export named ${name} found.`);
    return output.OutputValue;
  }

  private importers(name: string, exporter: Stack): Stack[] {
    return this.all.filter((stack) => stack !== exporter && !stack.deleted && stack.bound?.body.includes('ImportValue') && stack.bound.body.includes(name));
  }

  /** The operation has begun, and its first event is there, when this returns. */
  private run(operation: () => Promise<void>): void {
    const running = operation().finally(() => this.running.delete(running));
    this.running.add(running);
  }
}
