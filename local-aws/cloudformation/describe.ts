import type { ChangeSet } from './change-set';
import { describeParameters } from './parameters';
import type { Resource, Stack } from './stack';

/* Stacks, resources and change sets as the API shows them. */

export function describeStack(stack: Stack): object {
  return {
    StackId: stack.id,
    StackName: stack.name,
    Description: stack.bound?.template.Description,
    Parameters: stack.bound ? describeParameters(stack.bound.template, stack.parameters) : undefined,
    CreationTime: stack.creationTime,
    LastUpdatedTime: stack.lastUpdatedTime,
    DeletionTime: stack.deletionTime,
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DisableRollback: stack.disableRollback,
    EnableTerminationProtection: false,
    Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
    Outputs: stack.outputs,
    RoleARN: stack.roleArn,
    Tags: stack.tags,
    NotificationARNs: [],
    ...family(stack),
  };
}

export function summarizeStack(stack: Stack): object {
  return {
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: stack.creationTime,
    LastUpdatedTime: stack.lastUpdatedTime,
    DeletionTime: stack.deletionTime,
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    ...family(stack),
  };
}

/** Only nested stacks have a parent and a root. */
function family({ parent, root }: Stack): object {
  return parent ? { ParentId: parent.id, RootId: root.id } : {};
}

export function describeResource(stack: Stack, resource: Resource): object {
  return { StackId: stack.id, StackName: stack.name, Timestamp: resource.timestamp, ...summary(resource) };
}

export function detailOf(stack: Stack, resource: Resource): object {
  const Metadata = JSON.stringify(resource.metadata);
  return { StackId: stack.id, StackName: stack.name, LastUpdatedTimestamp: resource.timestamp, Metadata, ...summary(resource) };
}

export function summarizeResource(resource: Resource): object {
  return { LastUpdatedTimestamp: resource.timestamp, ...summary(resource) };
}

function summary({ logicalId, physicalId, type, status, reason }: Resource): object {
  return { LogicalResourceId: logicalId, PhysicalResourceId: physicalId, ResourceType: type, ResourceStatus: status, ResourceStatusReason: reason };
}

export function describeChangeSet(changeSet: ChangeSet): object {
  const { stack, plan } = changeSet;
  return {
    ChangeSetName: changeSet.name,
    ChangeSetId: changeSet.id,
    StackId: stack.id,
    StackName: stack.name,
    Description: changeSet.description,
    Parameters: describeParameters(plan.target.template, plan.parameters),
    CreationTime: changeSet.creationTime,
    ExecutionStatus: changeSet.executionStatus,
    Status: changeSet.status,
    StatusReason: changeSet.statusReason,
    Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
    Tags: plan.tags,
    Changes: changeSet.changes.map((ResourceChange) => ({ Type: 'Resource', ResourceChange })),
  };
}
