import type { S3 } from '../s3/s3';
import type { Ssm } from '../ssm/ssm';
import { AwsError, NotImplemented } from '../service';
import { BoundTemplate } from './bound-template';
import { ChangeSet, type Plan } from './change-set';
import { deleteResources } from './deletion';
import { bindParameters, type GivenParameter } from './parameters';
import type { ResourceHandler } from './resource-handler';
import { StackOperation } from './stack-operation';
import { Stack, type Tag } from './stack';
import { parseTemplate, type Template } from './template';

/** What a request says about the template to carry out. */
export interface PlanInput {
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  readonly UsePreviousTemplate?: string;
  readonly Parameters?: GivenParameter[];
  readonly Tags?: Tag[];
  readonly RoleARN?: string;
  readonly Capabilities?: string[];
}

/** The stacks of one account and region, and what may be done with them. */
export class Stacks {
  readonly all: Stack[] = [];
  readonly changeSets: ChangeSet[] = [];
  private readonly parameters = new Map<Stack, GivenParameter[]>();
  private readonly operations = new Set<Promise<void>>();

  constructor(
    private readonly options: { region: string; account: string; s3: S3; ssm: Ssm },
    private readonly handler: ResourceHandler,
  ) {}

  /** By ARN, even a deleted one; by name, only one that is there. */
  find(nameOrArn: string): Stack | undefined {
    return this.all.find((stack) => (nameOrArn.startsWith('arn:') ? stack.id === nameOrArn : stack.name === nameOrArn && !stack.deleted));
  }

  get(nameOrArn: string): Stack {
    const stack = this.find(nameOrArn);
    if (!stack) throw new AwsError('ValidationError', `Stack with id ${nameOrArn} does not exist`);
    return stack;
  }

  newStack(name: string): Stack {
    if (this.find(name)) throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
    if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name)) throw new AwsError('ValidationError', `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`);
    return new Stack(name, this.options.region, this.options.account);
  }

  add(stack: Stack): void {
    this.all.push(stack);
  }

  parametersOf(stack: Stack): GivenParameter[] {
    return this.parameters.get(stack) ?? [];
  }

  /** Throws on what the stack's operation could not carry out. */
  plan(stack: Stack, input: PlanInput): Plan {
    const body = this.templateBody(input, stack);
    const template = parseTemplate(body);
    requireCapabilities(template, input.Capabilities ?? []);
    const readSsm = (name: string) => this.options.ssm.parameters.get(name)?.value;
    const { given, values } = bindParameters(template, input.Parameters ?? [], this.parametersOf(stack), readSsm);
    const target = new BoundTemplate(body, values, {
      region: stack.region,
      pseudo: {
        'AWS::AccountId': stack.account, 'AWS::Region': stack.region, 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com',
        'AWS::StackId': stack.id, 'AWS::StackName': stack.name, 'AWS::NotificationARNs': [],
      },
      importValue: (name) => this.exported(name),
    });
    for (const { Type } of target.resources.values()) this.handler.typeOf(Type);
    const retyped = [...target.resources].filter(([id, { Type }]) => (stack.resources.get(id)?.type ?? Type) !== Type).map(([id]) => id);
    if (retyped.length > 0) {
      throw new AwsError('ValidationError', `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${retyped.join(', ')}]`);
    }
    return { target, parameters: given, tags: input.Tags ?? stack.tags, roleArn: input.RoleARN ?? stack.roleArn };
  }

  templateBody({ TemplateBody, TemplateURL, UsePreviousTemplate }: PlanInput, stack?: Stack): string {
    if (UsePreviousTemplate === 'true' && stack?.bound) return stack.bound.body;
    if (TemplateURL) return this.options.s3.getUrl(TemplateURL).toString('utf8');
    if (!TemplateBody) throw new AwsError('ValidationError', 'Either Template URL or Template Body must be specified.');
    return TemplateBody;
  }

  create(stack: Stack, plan: Plan): void {
    this.adopt(stack, plan);
    this.run(() => new StackOperation(stack, this.handler).create(plan.target));
  }

  update(stack: Stack, plan: Plan): void {
    this.assertUpdatable(stack);
    const previous = { parameters: this.parametersOf(stack), tags: stack.tags };
    this.adopt(stack, plan);
    this.run(async () => {
      await new StackOperation(stack, this.handler).update(plan.target);
      if (!stack.status.includes('ROLLBACK')) return;
      stack.tags = previous.tags;
      this.parameters.set(stack, previous.parameters);
    });
  }

  assertUpdatable(stack: Stack): void {
    const updatable = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];
    if (!updatable.includes(stack.status)) throw new AwsError('ValidationError', `Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  }

  delete(stack: Stack, retain: string[]): void {
    if (stack.status === 'DELETE_IN_PROGRESS' || stack.deleted) return;
    if (stack.inProgress) throw new NotImplemented(`DeleteStack while a stack is in ${stack.status}`);
    if (retain.length > 0 && stack.status !== 'DELETE_FAILED') {
      throw new AwsError('ValidationError', `Invalid operation on stack [${stack.id}]. You can only specify RetainResources for stacks in the DELETE_FAILED state.`);
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
    while (this.operations.size > 0) await Promise.all(this.operations);
  }

  private async carryOutDeletion(stack: Stack): Promise<void> {
    stack.setStatus('DELETE_IN_PROGRESS', 'User Initiated');
    const used = stack.outputs.find(({ ExportName }) => ExportName && this.importers(ExportName, stack).length > 0)?.ExportName;
    if (used) {
      stack.setStatus('DELETE_FAILED', `Export ${used} cannot be deleted as it is in use by ${this.importers(used, stack).map(({ name }) => name).join(', ')}`);
      return;
    }
    const failed = await deleteResources(stack, [...stack.resources.values()].map((resource) => ({ resource })), 'delete', this.handler);
    if (failed.length > 0) stack.setStatus('DELETE_FAILED', `The following resource(s) failed to delete: [${failed.join(', ')}]. `);
    else stack.setStatus('DELETE_COMPLETE');
  }

  private exported(name: string): string {
    const output = this.all.filter((stack) => !stack.deleted).flatMap(({ outputs }) => outputs).find(({ ExportName }) => ExportName === name);
    if (!output) throw new AwsError('ValidationError', `No export named ${name} found.`);
    return output.OutputValue;
  }

  private importers(name: string, exporter: Stack): Stack[] {
    return this.all.filter((stack) => stack !== exporter && !stack.deleted && stack.bound?.body.includes('ImportValue') && stack.bound.body.includes(name));
  }

  private adopt(stack: Stack, plan: Plan): void {
    this.parameters.set(stack, plan.parameters);
    stack.tags = plan.tags;
    stack.roleArn = plan.roleArn;
  }

  /** The operation has begun, and its first event is there, when this returns. */
  private run(operation: () => Promise<void>): void {
    const running = operation().finally(() => this.operations.delete(running));
    this.operations.add(running);
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html, "Capabilities" */
function requireCapabilities(template: Template, given: string[]): void {
  const iam = Object.values(template.Resources).filter(({ Type }) => ['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].includes(Type));
  const named = iam.some(({ Properties }) => Properties && ('RoleName' in Properties || 'ManagedPolicyName' in Properties));
  const missing = named ? !given.includes('CAPABILITY_NAMED_IAM') : iam.length > 0 && !given.some((capability) => capability.endsWith('_IAM'));
  if (missing) throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'}]`);
}
