import { parseQuery, queryReply, type QueryInput } from '../query-protocol';
import type { S3 } from '../s3/s3';
import { AwsError, NotImplemented, type Call, type Reply, type Service } from '../service';
import type { Ssm } from '../ssm/ssm';
import { ChangeSet, hasChanges } from './change-set';
import { CustomResources, type CustomResourceOptions, type Exchange } from './custom-resources';
import { describeChangeSet, describeResource, describeStack, summarizeResource, summarizeStack } from './describe';
import { NestedStacks } from './nested-stacks';
import { ResourceHandler } from './resource-handler';
import type { ResourceTypes } from './resource-type';
import { ownResourceTypes } from './resource-types';
import type { Stack } from './stack';
import { Stacks, type OnFailure } from './stacks';

export interface CloudFormationOptions extends CustomResourceOptions {
  readonly region: string;
  readonly account: string;
  readonly s3: S3;
  readonly ssm: Ssm;
  readonly resourceTypes: ResourceTypes;
}

type Action = (input: QueryInput) => object | void;

/** The API of CloudFormation. */
export class CloudFormation implements Service {
  readonly signingNames = ['cloudformation'];
  readonly protocol = 'query';
  readonly denial = { code: 'AccessDenied', status: 403 };
  private readonly customResources: CustomResources;
  private readonly handler: ResourceHandler;
  private readonly stacks: Stacks;

  constructor(private readonly options: CloudFormationOptions) {
    this.customResources = new CustomResources(options);
    this.handler = new ResourceHandler({ ...ownResourceTypes, ...options.resourceTypes }, this.customResources, new NestedStacks(() => this.stacks));
    this.stacks = new Stacks(options, this.handler);
  }

  /** Every request to a custom resource, and the answer to it. */
  get exchanges(): readonly Exchange[] {
    return this.customResources.exchanges;
  }

  /** For tests and the demo to look at. */
  stack(nameOrArn: string): Stack | undefined {
    return this.stacks.find(nameOrArn);
  }

  ownsUnsigned(call: Call): boolean {
    return this.customResources.owns(call);
  }

  handle(call: Call): Reply {
    if (call.caller.kind === 'anonymous') return this.customResources.receive(call);
    const input = parseQuery(call);
    const name: string = input.Action;
    const action = Object.hasOwn(this.actions, name) ? this.actions[name] : undefined;
    if (!action) throw new NotImplemented(`CloudFormation ${name}`);
    call.authorize(`cloudformation:${name}`, this.arnFor(input.StackName));
    return queryReply(name, action(input) ?? undefined);
  }

  async stop(): Promise<void> {
    this.customResources.stop();
    await this.stacks.settled();
  }

  private readonly actions: Record<string, Action> = {
    CreateStack: (input) => {
      refuse(input, 'RetainExceptOnCreate', 'EnableTerminationProtection', 'StackPolicyBody', 'StackPolicyURL', 'ResourceTypes');
      const onFailure = onFailureOf(input, 'OnFailure', 'DisableRollback');
      const stack = this.stacks.newStack(input.StackName);
      const plan = this.stacks.plan(stack, input);
      this.stacks.add(stack);
      stack.clientRequestToken = input.ClientRequestToken;
      this.stacks.create(stack, plan, onFailure);
      return { StackId: stack.id };
    },
    UpdateStack: (input) => {
      refuse(input, 'RetainExceptOnCreate', 'StackPolicyBody', 'StackPolicyURL', 'StackPolicyDuringUpdateBody', 'ResourceTypes');
      const stack = this.stacks.get(input.StackName);
      this.stacks.assertUpdatable(stack);
      const plan = this.stacks.plan(stack, input);
      if (!hasChanges(stack, plan)) throw new AwsError('ValidationError', 'No updates are to be performed.');
      stack.clientRequestToken = input.ClientRequestToken;
      this.stacks.update(stack, plan, input.DisableRollback === 'true');
      return { StackId: stack.id };
    },
    RollbackStack: (input) => {
      refuse(input, 'DeploymentConfig');
      const stack = this.stacks.get(input.StackName);
      stack.clientRequestToken = input.ClientRequestToken;
      this.stacks.rollBack(stack, input.RetainExceptOnCreate === 'true');
      return { StackId: stack.id };
    },
    ContinueUpdateRollback: (input) => {
      refuse(input, 'ForceRollback', 'DeploymentConfig');
      const stack = this.stacks.get(input.StackName);
      stack.clientRequestToken = input.ClientRequestToken;
      this.stacks.continueRollback(stack, input.ResourcesToSkip ?? []);
    },
    DeleteStack: (input) => {
      refuse(input, 'DeletionMode');
      const stack = this.stacks.find(input.StackName);
      if (!stack) return;
      stack.clientRequestToken = input.ClientRequestToken;
      this.stacks.delete(stack, input.RetainResources ?? []);
    },
    DescribeStacks: ({ StackName }) => {
      const stacks = StackName ? [this.stacks.get(StackName)] : this.stacks.all.filter(({ deleted }) => !deleted);
      return { Stacks: stacks.map(describeStack) };
    },
    ListStacks: ({ StackStatusFilter }) => ({
      StackSummaries: this.stacks.all.filter(({ status }) => !StackStatusFilter || StackStatusFilter.includes(status)).map(summarizeStack),
    }),
    // One page, newest first.
    DescribeStackEvents: ({ StackName }) => ({ StackEvents: [...this.stacks.get(StackName).events].reverse() }),
    DescribeStackResources: ({ StackName, LogicalResourceId }) => {
      const stack = this.stacks.get(StackName);
      const found = [...stack.resources.values()].filter(({ logicalId }) => !LogicalResourceId || logicalId === LogicalResourceId);
      return { StackResources: found.map((resource) => describeResource(stack, resource)) };
    },
    ListStackResources: ({ StackName }) => ({ StackResourceSummaries: [...this.stacks.get(StackName).resources.values()].map(summarizeResource) }),
    GetTemplate: ({ StackName, ChangeSetName }) => {
      const stack = this.stacks.get(StackName);
      const bound = ChangeSetName ? this.changeSet(ChangeSetName, StackName).plan.target : stack.bound;
      return { TemplateBody: bound?.body, StagesAvailable: ['Original', 'Processed'] };
    },
    CreateChangeSet: (input) => {
      // The CLI's bootstrap sets ImportExistingResources; nothing is imported here: what exists makes the create fail.
      // IncludeNestedStacks only shows more: what happens to nested stacks is the same, and they get no change sets here.
      refuse(input, 'ResourcesToImport', 'DeploymentMode', 'ResourceTypes');
      const onFailure = input.OnStackFailure && onFailureOf(input, 'OnStackFailure');
      const type = input.ChangeSetType ?? 'UPDATE';
      if (type === 'UPDATE' && onFailure === 'DELETE') throw new AwsError('ValidationError', 'OnStackFailure DELETE is only valid for a change set of type CREATE.');
      if (type !== 'CREATE' && type !== 'UPDATE') throw new NotImplemented(`ChangeSetType ${type}`);
      const existing = this.stacks.find(input.StackName);
      const inReview = existing?.status === 'REVIEW_IN_PROGRESS';
      if (type === 'CREATE' && existing && !inReview) throw new AwsError('ValidationError', `Stack [${input.StackName}] already exists and cannot be created again with the changeSet [${input.ChangeSetName}].`);
      if (type === 'UPDATE') this.stacks.assertUpdatable(this.stacks.get(input.StackName));
      const stack = existing ?? this.stacks.newStack(input.StackName);
      const changeSet = new ChangeSet(input.ChangeSetName, stack, type, this.stacks.plan(stack, input), input.Description, this.handler, onFailure);
      if (!existing) {
        this.stacks.add(stack);
        stack.setStatus('REVIEW_IN_PROGRESS', 'User Initiated');
      }
      this.stacks.changeSets.push(changeSet);
      return { Id: changeSet.id, StackId: stack.id };
    },
    DescribeChangeSet: ({ ChangeSetName, StackName }) => describeChangeSet(this.changeSet(ChangeSetName, StackName)),
    ListChangeSets: ({ StackName }) => {
      const stack = this.stacks.get(StackName);
      return { Summaries: this.stacks.changeSets.filter((changeSet) => changeSet.stack === stack).map(describeChangeSet) };
    },
    DeleteChangeSet: ({ ChangeSetName, StackName }) => {
      const changeSet = this.findChangeSet(ChangeSetName, StackName);
      if (changeSet) this.stacks.changeSets.splice(this.stacks.changeSets.indexOf(changeSet), 1);
    },
    ExecuteChangeSet: (input) => {
      refuse(input, 'RetainExceptOnCreate');
      const changeSet = this.changeSet(input.ChangeSetName, input.StackName);
      const { stack, plan } = changeSet;
      if (changeSet.executionStatus !== 'AVAILABLE') {
        throw new AwsError('InvalidChangeSetStatus', `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${changeSet.status}]`);
      }
      if (changeSet.onFailure && input.DisableRollback !== undefined) throw new AwsError('ValidationError', 'DisableRollback cannot be given with a change set that has OnStackFailure.');
      const onFailure = changeSet.onFailure ?? onFailureOf(input, 'OnStackFailure', 'DisableRollback');
      stack.clientRequestToken = input.ClientRequestToken;
      if (changeSet.type === 'CREATE') this.stacks.create(stack, plan, onFailure);
      else this.stacks.update(stack, plan, onFailure === 'DO_NOTHING');
      changeSet.executionStatus = 'EXECUTE_COMPLETE';
      // The other change sets were made for a stack that is no more as it was.
      this.stacks.changeSets.splice(0, Infinity, ...this.stacks.changeSets.filter((other) => other.stack !== stack || other === changeSet));
    },
  };

  private changeSet(nameOrArn: string, stackName: string): ChangeSet {
    const found = this.findChangeSet(nameOrArn, stackName);
    if (!found) throw new AwsError('ChangeSetNotFound', `ChangeSet [${nameOrArn}] does not exist`, 404);
    return found;
  }

  private findChangeSet(nameOrArn: string, stackName?: string): ChangeSet | undefined {
    return this.stacks.changeSets.find(({ id, name, stack }) => id === nameOrArn || (name === nameOrArn && stack === this.stacks.find(stackName ?? '')));
  }

  /** What a call about a stack is authorised on. */
  private arnFor(stackName?: string): string {
    const { region, account } = this.options;
    if (stackName === undefined) return `arn:aws:cloudformation:${region}:${account}:stack/*/*`;
    return this.stacks.find(stackName)?.id ?? (stackName.startsWith('arn:') ? stackName : `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/*`);
  }
}

/** Two ways to say the same thing: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
function onFailureOf(input: QueryInput, option: string, flag?: string): OnFailure {
  const given = input[option];
  const disabled = flag === undefined ? undefined : input[flag];
  if (given !== undefined && disabled !== undefined) throw new AwsError('ValidationError', `You can specify either ${flag} or ${option}, but not both.`);
  if (given !== undefined && !['ROLLBACK', 'DO_NOTHING', 'DELETE'].includes(given)) {
    throw new AwsError('ValidationError', `Value '${given}' at '${option}' failed to satisfy constraint: Member must satisfy enum value set: [DO_NOTHING, ROLLBACK, DELETE]`);
  }
  return given ?? (disabled === 'true' ? 'DO_NOTHING' : 'ROLLBACK');
}

/** Options that change what an operation does must not be passed over. */
function refuse(input: QueryInput, ...options: string[]): void {
  const given = options.find((option) => input[option] !== undefined && input[option] !== 'false');
  if (given) throw new NotImplemented(`${given} of CloudFormation ${input.Action}`);
}
