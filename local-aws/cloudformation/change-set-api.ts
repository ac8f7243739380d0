import { AwsError, type Operations } from '../service';
import { flag, oneOf, only, required, text } from '../shapes';
import { ChangeSet } from './change-set';
import { describeChangeSet } from './describe';
import { CHANGE_SET, ON_FAILURE, PLAN, STACK, TEMPLATE, TOKEN } from './members';
import type { ResourceHandler } from './resource-handler';
import { onFailureOf, type OnStack } from './stack-api';
import type { Stacks } from './stacks';

/** The calls on change sets. */
export function changeSetOperations(stacks: Stacks, handler: ResourceHandler, on: OnStack): Operations<object | void> {
  return {
    CreateChangeSet: {
      members: {
        StackName: required(STACK),
        ChangeSetName: required(text({ min: 1, max: 128, pattern: /[a-zA-Z][-a-zA-Z0-9]*/ })),
        ChangeSetType: only(oneOf('CREATE', 'UPDATE', 'IMPORT'), 'CREATE', 'UPDATE'),
        ...PLAN,
        ...TEMPLATE,
        UsePreviousTemplate: flag(),
        Description: text({ min: 1, max: 1024 }),
        ClientToken: text({ min: 1, max: 128 }),
        OnStackFailure: ON_FAILURE,
        // The CLI's bootstrap sets it; nothing is imported here: what exists makes the create fail.
        ImportExistingResources: flag(),
        // It only shows more: what happens to nested stacks is the same, and they get no change sets here.
        IncludeNestedStacks: flag(),
      },
      on,
      handle: (input) => {
        const onFailure = input.OnStackFailure;
        const type = input.ChangeSetType ?? 'UPDATE';
        if (type === 'UPDATE' && onFailure === 'DELETE')
          throw new AwsError('ValidationError', 'OnStackFailure DELETE is only valid for a change set of type CREATE.');
        const existing = stacks.find(input.StackName);
        const inReview = existing?.status === 'REVIEW_IN_PROGRESS';
        if (type === 'CREATE' && existing && !inReview)
          throw new AwsError(
            'ValidationError',
            `Stack [${input.StackName}] already exists and cannot be created again with the changeSet [${input.ChangeSetName}].`,
          );
        if (type === 'UPDATE') stacks.assertUpdatable(stacks.get(input.StackName));
        if (existing && stacks.findChangeSet(input.ChangeSetName, input.StackName)) {
          throw new AwsError('AlreadyExistsException', `ChangeSet ${input.ChangeSetName} already exists`);
        }
        const stack = existing ?? stacks.newStack(input.StackName);
        const changeSet = new ChangeSet(input.ChangeSetName, stack, type, stacks.planner.plan(stack, input), input.Description, handler, onFailure);
        if (!existing) {
          stacks.add(stack);
          stack.setStatus('REVIEW_IN_PROGRESS', 'User Initiated');
        }
        stacks.changeSets.push(changeSet);
        return { Id: changeSet.id, StackId: stack.id };
      },
    },
    DescribeChangeSet: {
      // The CLI asks for values, and does without where AWS can't show them, as here: https://github.com/aws/aws-cdk-cli/issues/1780
      members: { ChangeSetName: required(CHANGE_SET), StackName: STACK, IncludePropertyValues: flag() },
      on,
      handle: ({ ChangeSetName, StackName }) => describeChangeSet(stacks.changeSet(ChangeSetName, StackName)),
    },
    ListChangeSets: {
      members: { StackName: required(STACK) },
      on,
      handle: ({ StackName }) => {
        const stack = stacks.get(StackName);
        return { Summaries: stacks.changeSets.filter((changeSet) => changeSet.stack === stack).map(describeChangeSet) };
      },
    },
    DeleteChangeSet: {
      members: { ChangeSetName: required(CHANGE_SET), StackName: STACK },
      on,
      handle: ({ ChangeSetName, StackName }) => {
        const changeSet = stacks.findChangeSet(ChangeSetName, StackName);
        if (changeSet) stacks.changeSets.splice(stacks.changeSets.indexOf(changeSet), 1);
      },
    },
    ExecuteChangeSet: {
      members: {
        ChangeSetName: required(CHANGE_SET),
        StackName: STACK,
        ClientRequestToken: TOKEN,
        DisableRollback: flag(),
        RetainExceptOnCreate: only(flag(), false),
      },
      on,
      handle: (input) => {
        const changeSet = stacks.changeSet(input.ChangeSetName, input.StackName);
        const { stack, plan } = changeSet;
        if (changeSet.executionStatus !== 'AVAILABLE') {
          throw new AwsError('InvalidChangeSetStatus', `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${changeSet.status}]`);
        }
        if (changeSet.onFailure && input.DisableRollback !== undefined)
          throw new AwsError('ValidationError', 'DisableRollback cannot be given with a change set that has OnStackFailure.');
        const onFailure = changeSet.onFailure ?? onFailureOf(input);
        stack.clientRequestToken = input.ClientRequestToken;
        if (changeSet.type === 'CREATE') stacks.create(stack, plan, onFailure);
        else stacks.update(stack, plan, onFailure === 'DO_NOTHING');
        changeSet.executionStatus = 'EXECUTE_COMPLETE';
        // The other change sets were made for a stack that is no more as it was.
        stacks.changeSets.splice(0, Infinity, ...stacks.changeSets.filter((other) => other.stack !== stack || other === changeSet));
      },
    },
  };
}
