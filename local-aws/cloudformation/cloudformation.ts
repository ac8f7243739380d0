import type { Api } from '../operation';
import { queryReply } from '../query-protocol';
import type { S3 } from '../s3/s3';
import { AwsError, type Call, type Reply, type Service } from '../service';
import { flag, integer, list, oneOf, only, required, structure, text } from '../shapes';
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

const STACK = text({ min: 1, pattern: /([a-zA-Z][-a-zA-Z0-9]*)|(arn:\b(aws|aws-us-gov|aws-cn)\b:[-a-zA-Z0-9:/._+]*)/ });
const CHANGE_SET = text({ min: 1, max: 1600, pattern: /[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*/ });
const TOKEN = text({ min: 1, max: 128, pattern: /[a-zA-Z0-9][-a-zA-Z0-9]*/ });
/** Nobody is kept from anything by it. */
const ROLE_ARN = text({ min: 20, max: 2048 });
const ON_FAILURE = oneOf('DO_NOTHING', 'ROLLBACK', 'DELETE');
/** The CLI names the mode at each operation. */
const DEPLOYMENT = { DeploymentConfig: structure({ Mode: only(oneOf('STANDARD', 'EXPRESS'), 'STANDARD'), DisableRollback: only(flag(), false) }) };
const TEMPLATE = { TemplateBody: text({ min: 1 }), TemplateURL: text({ min: 1, max: 5120 }) };
const PLAN = {
  Parameters: list(structure({ ParameterKey: text(), ParameterValue: text(), UsePreviousValue: flag() })),
  Capabilities: list(oneOf('CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND')),
  Tags: list(structure({ Key: required(text({ min: 1, max: 128 })), Value: required(text({ min: 1, max: 256 })) }), { max: 50 }),
  RoleARN: ROLE_ARN,
  ...DEPLOYMENT,
  NotificationARNs: only(list(text(), { max: 5 })),
  RollbackConfiguration: structure({ RollbackTriggers: only(list(text(), { max: 5 })), MonitoringTimeInMinutes: only(integer({ min: 0, max: 180 }), 0) }),
};
const STACK_STATUSES = [
  'CREATE_IN_PROGRESS', 'CREATE_FAILED', 'CREATE_COMPLETE', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_FAILED', 'ROLLBACK_COMPLETE', 'DELETE_IN_PROGRESS',
  'DELETE_FAILED', 'DELETE_COMPLETE', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE', 'UPDATE_FAILED',
  'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE',
  'REVIEW_IN_PROGRESS', 'IMPORT_IN_PROGRESS', 'IMPORT_COMPLETE', 'IMPORT_ROLLBACK_IN_PROGRESS', 'IMPORT_ROLLBACK_FAILED', 'IMPORT_ROLLBACK_COMPLETE',
];

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

  handle(call: Call): Promise<Reply> | Reply {
    return call.caller.kind === 'anonymous' ? this.customResources.receive(call) : queryReply(this.api, '2010-05-15', call);
  }

  async stop(): Promise<void> {
    this.customResources.stop();
    await this.stacks.settled();
  }

  /** What a call about a stack is authorised on. */
  private onStack = ({ StackName }: { StackName?: string }): string => {
    const { region, account } = this.options;
    if (StackName === undefined) return `arn:aws:cloudformation:${region}:${account}:stack/*/*`;
    return this.stacks.find(StackName)?.id ?? (StackName.startsWith('arn:') ? StackName : `arn:aws:cloudformation:${region}:${account}:stack/${StackName}/*`);
  };

  readonly api: Api<object | void> = {
    name: 'cloudformation', prefix: 'cloudformation', invalid: 'ValidationError',
    operations: {
      CreateStack: {
        members: {
          StackName: required(text()), ...PLAN, ...TEMPLATE, DisableRollback: flag(), OnFailure: ON_FAILURE, ClientRequestToken: TOKEN,
          EnableTerminationProtection: only(flag(), false), RetainExceptOnCreate: only(flag(), false),
        },
        on: this.onStack,
        handle: (input) => {
          const onFailure = onFailureOf(input);
          const stack = this.stacks.newStack(input.StackName);
          const plan = this.stacks.plan(stack, input);
          this.stacks.add(stack);
          stack.clientRequestToken = input.ClientRequestToken;
          this.stacks.create(stack, plan, onFailure);
          return { StackId: stack.id };
        },
      },
      UpdateStack: {
        members: {
          StackName: required(text()), ...PLAN, ...TEMPLATE, UsePreviousTemplate: flag(), DisableRollback: flag(), ClientRequestToken: TOKEN,
          RetainExceptOnCreate: only(flag(), false),
        },
        on: this.onStack,
        handle: (input) => {
          const stack = this.stacks.get(input.StackName);
          this.stacks.assertUpdatable(stack);
          const plan = this.stacks.plan(stack, input);
          if (!hasChanges(stack, plan)) throw new AwsError('ValidationError', 'No updates are to be performed.');
          stack.clientRequestToken = input.ClientRequestToken;
          this.stacks.update(stack, plan, input.DisableRollback);
          return { StackId: stack.id };
        },
      },
      RollbackStack: {
        members: { StackName: required(STACK), RoleARN: ROLE_ARN, ClientRequestToken: TOKEN, RetainExceptOnCreate: flag(), ...DEPLOYMENT },
        on: this.onStack,
        handle: ({ StackName, ClientRequestToken, RetainExceptOnCreate = false }) => {
          const stack = this.stacks.get(StackName);
          stack.clientRequestToken = ClientRequestToken;
          this.stacks.rollBack(stack, RetainExceptOnCreate);
          return { StackId: stack.id };
        },
      },
      ContinueUpdateRollback: {
        members: {
          StackName: required(STACK), RoleARN: ROLE_ARN, ClientRequestToken: TOKEN,
          ResourcesToSkip: list(text({ pattern: /[a-zA-Z0-9]+|[a-zA-Z][-a-zA-Z0-9]*\.[a-zA-Z0-9]+/ })), ForceRollback: only(flag(), false),
        },
        on: this.onStack,
        handle: ({ StackName, ClientRequestToken, ResourcesToSkip = [] }) => {
          const stack = this.stacks.get(StackName);
          stack.clientRequestToken = ClientRequestToken;
          this.stacks.continueRollback(stack, ResourcesToSkip);
        },
      },
      DeleteStack: {
        members: {
          StackName: required(text()), RetainResources: list(text()), RoleARN: ROLE_ARN, ClientRequestToken: TOKEN,
          DeletionMode: only(oneOf('STANDARD', 'FORCE_DELETE_STACK'), 'STANDARD'), ...DEPLOYMENT,
        },
        on: this.onStack,
        handle: ({ StackName, ClientRequestToken, RetainResources = [] }) => {
          const stack = this.stacks.find(StackName);
          if (!stack) return;
          stack.clientRequestToken = ClientRequestToken;
          this.stacks.delete(stack, RetainResources);
        },
      },
      DescribeStacks: {
        members: { StackName: text() },
        on: this.onStack,
        handle: ({ StackName }) => {
          const stacks = StackName ? [this.stacks.get(StackName)] : this.stacks.all.filter(({ deleted }) => !deleted);
          return { Stacks: stacks.map(describeStack) };
        },
      },
      ListStacks: {
        members: { StackStatusFilter: list(oneOf(...STACK_STATUSES)) },
        on: this.onStack,
        handle: ({ StackStatusFilter }) => ({
          StackSummaries: this.stacks.all.filter(({ status }) => !StackStatusFilter || StackStatusFilter.includes(status)).map(summarizeStack),
        }),
      },
      DescribeStackEvents: {
        members: { StackName: required(text()) },
        on: this.onStack,
        // One page, newest first.
        handle: ({ StackName }) => ({ StackEvents: [...this.stacks.get(StackName).events].reverse() }),
      },
      DescribeStackResources: {
        members: { StackName: required(text()), LogicalResourceId: text() },
        on: this.onStack,
        handle: ({ StackName, LogicalResourceId }) => {
          const stack = this.stacks.get(StackName);
          const found = [...stack.resources.values()].filter(({ logicalId }) => !LogicalResourceId || logicalId === LogicalResourceId);
          return { StackResources: found.map((resource) => describeResource(stack, resource)) };
        },
      },
      ListStackResources: {
        members: { StackName: required(text()) },
        on: this.onStack,
        handle: ({ StackName }) => ({ StackResourceSummaries: [...this.stacks.get(StackName).resources.values()].map(summarizeResource) }),
      },
      GetTemplate: {
        // Both stages are the same, as no template is transformed.
        members: { StackName: text(), ChangeSetName: CHANGE_SET, TemplateStage: oneOf('Original', 'Processed') },
        on: this.onStack,
        handle: ({ StackName, ChangeSetName }) => {
          const bound = ChangeSetName ? this.changeSet(ChangeSetName, StackName).plan.target : this.stacks.get(StackName ?? '').bound;
          return { TemplateBody: bound?.body, StagesAvailable: ['Original', 'Processed'] };
        },
      },
      CreateChangeSet: {
        members: {
          StackName: required(STACK), ChangeSetName: required(text({ min: 1, max: 128, pattern: /[a-zA-Z][-a-zA-Z0-9]*/ })),
          ChangeSetType: only(oneOf('CREATE', 'UPDATE', 'IMPORT'), 'CREATE', 'UPDATE'), ...PLAN, ...TEMPLATE, UsePreviousTemplate: flag(),
          Description: text({ min: 1, max: 1024 }), ClientToken: text({ min: 1, max: 128 }), OnStackFailure: ON_FAILURE,
          // The CLI's bootstrap sets it; nothing is imported here: what exists makes the create fail.
          ImportExistingResources: flag(),
          // It only shows more: what happens to nested stacks is the same, and they get no change sets here.
          IncludeNestedStacks: flag(),
        },
        on: this.onStack,
        handle: (input) => {
          const onFailure = input.OnStackFailure;
          const type = input.ChangeSetType ?? 'UPDATE';
          if (type === 'UPDATE' && onFailure === 'DELETE') throw new AwsError('ValidationError', 'OnStackFailure DELETE is only valid for a change set of type CREATE.');
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
      },
      DescribeChangeSet: {
        // The CLI asks for values, and does without where AWS can't show them, as here: https://github.com/aws/aws-cdk-cli/issues/1780
        members: { ChangeSetName: required(CHANGE_SET), StackName: STACK, IncludePropertyValues: flag() },
        on: this.onStack,
        handle: ({ ChangeSetName, StackName }) => describeChangeSet(this.changeSet(ChangeSetName, StackName)),
      },
      ListChangeSets: {
        members: { StackName: required(STACK) },
        on: this.onStack,
        handle: ({ StackName }) => {
          const stack = this.stacks.get(StackName);
          return { Summaries: this.stacks.changeSets.filter((changeSet) => changeSet.stack === stack).map(describeChangeSet) };
        },
      },
      DeleteChangeSet: {
        members: { ChangeSetName: required(CHANGE_SET), StackName: STACK },
        on: this.onStack,
        handle: ({ ChangeSetName, StackName }) => {
          const changeSet = this.findChangeSet(ChangeSetName, StackName);
          if (changeSet) this.stacks.changeSets.splice(this.stacks.changeSets.indexOf(changeSet), 1);
        },
      },
      ExecuteChangeSet: {
        members: {
          ChangeSetName: required(CHANGE_SET), StackName: STACK, ClientRequestToken: TOKEN, DisableRollback: flag(), RetainExceptOnCreate: only(flag(), false),
        },
        on: this.onStack,
        handle: (input) => {
          const changeSet = this.changeSet(input.ChangeSetName, input.StackName);
          const { stack, plan } = changeSet;
          if (changeSet.executionStatus !== 'AVAILABLE') {
            throw new AwsError('InvalidChangeSetStatus', `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${changeSet.status}]`);
          }
          if (changeSet.onFailure && input.DisableRollback !== undefined) throw new AwsError('ValidationError', 'DisableRollback cannot be given with a change set that has OnStackFailure.');
          const onFailure = changeSet.onFailure ?? onFailureOf(input);
          stack.clientRequestToken = input.ClientRequestToken;
          if (changeSet.type === 'CREATE') this.stacks.create(stack, plan, onFailure);
          else this.stacks.update(stack, plan, onFailure === 'DO_NOTHING');
          changeSet.executionStatus = 'EXECUTE_COMPLETE';
          // The other change sets were made for a stack that is no more as it was.
          this.stacks.changeSets.splice(0, Infinity, ...this.stacks.changeSets.filter((other) => other.stack !== stack || other === changeSet));
        },
      },
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
}

/** Two ways to say the same thing: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
function onFailureOf({ DisableRollback, OnFailure }: { DisableRollback?: boolean; OnFailure?: OnFailure }): OnFailure {
  if (OnFailure !== undefined && DisableRollback !== undefined) throw new AwsError('ValidationError', 'You can specify either DisableRollback or OnFailure, but not both.');
  return OnFailure ?? (DisableRollback ? 'DO_NOTHING' : 'ROLLBACK');
}
