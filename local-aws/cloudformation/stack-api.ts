import { AwsError, type Operations } from '../service';
import { flag, list, oneOf, only, required, text } from '../shapes';
import { hasChanges } from './change-set';
import { describeResource, detailOf, describeStack, summarizeResource, summarizeStack } from './describe';
import { CHANGE_SET, DEPLOYMENT, ON_FAILURE, PLAN, ROLE_ARN, STACK, STACK_STATUSES, TEMPLATE, TOKEN } from './members';
import type { OnFailure } from './plan';
import type { Stacks } from './stacks';

/** What is authorised on a stack. */
export type OnStack = (input: { StackName?: string }) => string;

/** The calls on stacks. */
export function stackOperations(stacks: Stacks, on: OnStack): Operations<object | void> {
  return {
    CreateStack: {
      members: {
        StackName: required(text()),
        ...PLAN,
        ...TEMPLATE,
        DisableRollback: flag(),
        OnFailure: ON_FAILURE,
        ClientRequestToken: TOKEN,
        EnableTerminationProtection: only(flag(), false),
        RetainExceptOnCreate: only(flag(), false),
      },
      on,
      handle: (input) => {
        const onFailure = onFailureOf(input);
        const stack = stacks.newStack(input.StackName);
        const plan = stacks.planner.plan(stack, input);
        stacks.add(stack);
        stack.clientRequestToken = input.ClientRequestToken;
        stacks.create(stack, plan, onFailure);
        return { StackId: stack.id };
      },
    },
    UpdateStack: {
      members: {
        StackName: required(text()),
        ...PLAN,
        ...TEMPLATE,
        UsePreviousTemplate: flag(),
        DisableRollback: flag(),
        ClientRequestToken: TOKEN,
        RetainExceptOnCreate: only(flag(), false),
      },
      on,
      handle: (input) => {
        const stack = stacks.get(input.StackName);
        stacks.assertUpdatable(stack);
        const plan = stacks.planner.plan(stack, input);
        if (!hasChanges(stack, plan)) throw new AwsError('ValidationError', 'No updates are to be performed.');
        stack.clientRequestToken = input.ClientRequestToken;
        stacks.update(stack, plan, input.DisableRollback);
        return { StackId: stack.id };
      },
    },
    RollbackStack: {
      members: { StackName: required(STACK), RoleARN: ROLE_ARN, ClientRequestToken: TOKEN, RetainExceptOnCreate: flag(), ...DEPLOYMENT },
      on,
      handle: ({ StackName, ClientRequestToken, RetainExceptOnCreate = false }) => {
        const stack = stacks.get(StackName);
        stack.clientRequestToken = ClientRequestToken;
        stacks.rollBack(stack, RetainExceptOnCreate);
        return { StackId: stack.id };
      },
    },
    ContinueUpdateRollback: {
      members: {
        StackName: required(STACK),
        RoleARN: ROLE_ARN,
        ClientRequestToken: TOKEN,
        ResourcesToSkip: list(text({ pattern: /[a-zA-Z0-9]+|[a-zA-Z][-a-zA-Z0-9]*\.[a-zA-Z0-9]+/ })),
        ForceRollback: only(flag(), false),
      },
      on,
      handle: ({ StackName, ClientRequestToken, ResourcesToSkip = [] }) => {
        const stack = stacks.get(StackName);
        stack.clientRequestToken = ClientRequestToken;
        stacks.continueRollback(stack, ResourcesToSkip);
      },
    },
    DeleteStack: {
      members: {
        StackName: required(text()),
        RetainResources: list(text()),
        RoleARN: ROLE_ARN,
        ClientRequestToken: TOKEN,
        DeletionMode: only(oneOf('STANDARD', 'FORCE_DELETE_STACK'), 'STANDARD'),
        ...DEPLOYMENT,
      },
      on,
      handle: ({ StackName, ClientRequestToken, RetainResources = [] }) => {
        const stack = stacks.find(StackName);
        if (!stack) return;
        stack.clientRequestToken = ClientRequestToken;
        stacks.delete(stack, RetainResources);
      },
    },
    DescribeStacks: {
      members: { StackName: text() },
      on,
      handle: ({ StackName }) => {
        const found = StackName ? [stacks.get(StackName)] : stacks.all.filter(({ deleted }) => !deleted);
        return { Stacks: found.map(describeStack) };
      },
    },
    ListStacks: {
      members: { StackStatusFilter: list(oneOf(...STACK_STATUSES)) },
      on,
      handle: ({ StackStatusFilter }) => ({
        StackSummaries: stacks.all.filter(({ status }) => !StackStatusFilter || StackStatusFilter.includes(status)).map(summarizeStack),
      }),
    },
    DescribeStackEvents: {
      members: { StackName: required(text()) },
      on,
      // One page, newest first.
      handle: ({ StackName }) => ({ StackEvents: [...stacks.get(StackName).events].reverse() }),
    },
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html
    DescribeStackResource: {
      members: { StackName: required(text()), LogicalResourceId: required(text()) },
      on,
      handle: ({ StackName, LogicalResourceId }) => {
        const stack = stacks.get(StackName);
        const resource = stack.resources.get(LogicalResourceId);
        if (!resource) throw new AwsError('ValidationError', `Resource ${LogicalResourceId} does not exist for stack ${stack.name}`);
        return { StackResourceDetail: detailOf(stack, resource) };
      },
    },
    DescribeStackResources: {
      members: { StackName: required(text()), LogicalResourceId: text() },
      on,
      handle: ({ StackName, LogicalResourceId }) => {
        const stack = stacks.get(StackName);
        const found = [...stack.resources.values()].filter(({ logicalId }) => !LogicalResourceId || logicalId === LogicalResourceId);
        return { StackResources: found.map((resource) => describeResource(stack, resource)) };
      },
    },
    ListStackResources: {
      members: { StackName: required(text()) },
      on,
      handle: ({ StackName }) => ({ StackResourceSummaries: [...stacks.get(StackName).resources.values()].map(summarizeResource) }),
    },
    GetTemplate: {
      // Both stages are the same, as no template is transformed.
      members: { StackName: text(), ChangeSetName: CHANGE_SET, TemplateStage: oneOf('Original', 'Processed') },
      on,
      handle: ({ StackName, ChangeSetName }) => {
        const bound = ChangeSetName ? stacks.changeSet(ChangeSetName, StackName).plan.target : stacks.get(StackName ?? '').bound;
        return { TemplateBody: bound?.body, StagesAvailable: ['Original', 'Processed'] };
      },
    },
  };
}

/** Two ways to say the same thing: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
export function onFailureOf({ DisableRollback, OnFailure }: { DisableRollback?: boolean; OnFailure?: OnFailure }): OnFailure {
  if (OnFailure !== undefined && DisableRollback !== undefined)
    throw new AwsError('ValidationError', 'You can specify either DisableRollback or OnFailure, but not both.');
  return OnFailure ?? (DisableRollback ? 'DO_NOTHING' : 'ROLLBACK');
}
