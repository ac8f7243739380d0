import json

STACK = {'StackName': 'conformance'}
LOST = {'StackName': 'lost'}
ROLE = {
    'Type': 'AWS::IAM::Role',
    'Properties': {'AssumeRolePolicyDocument': {'Statement': [{'Effect': 'Allow', 'Action': 'sts:AssumeRole', 'Principal': {'Service': 'lambda.amazonaws.com'}}]}},
}
CODE = "exports.handler = async (event) => { if (event === 'throw') throw new Error('thrown'); return event; };"
ECHO = {
    'Type': 'AWS::Lambda::Function',
    'Properties': {
        'FunctionName': 'echo', 'Runtime': 'nodejs22.x', 'Handler': 'index.handler', 'Role': {'Fn::GetAtt': ['Role', 'Arn']}, 'Code': {'ZipFile': CODE},
    },
}
IAM = {'Capabilities': ['CAPABILITY_IAM']}

# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html: by the stack's name or by a physical id
DEVIATIONS = {('DescribeStackResources', 'StackName', 'required'): 'the physical id is not implemented'}


def template(**parameters):
    resources = {'Role': ROLE, 'Echo': ECHO, **{
        name: {'Type': 'AWS::SSM::Parameter', 'Properties': {'Type': 'String', 'Value': value}} for name, value in parameters.items()
    }}
    return {'TemplateBody': json.dumps({'Resources': resources})}


def scenario(cloudformation):
    stacks(cloudformation)
    change_sets(cloudformation)
    rollbacks(cloudformation)
    # The other stack's function is for the checks of Lambda.
    doomed = {'StackName': 'doomed'}
    cloudformation.good('CreateStack', {**doomed, 'TemplateBody': json.dumps({'Resources': {'Role': ROLE}}), **IAM}, 'StackId')
    cloudformation.wait('stack_create_complete', **doomed)
    cloudformation.good('DeleteStack', {**doomed, 'DeletionMode': 'STANDARD', 'ClientRequestToken': 'token'})
    cloudformation.wait('stack_delete_complete', **doomed)


def stacks(cloudformation):
    tags = {'Tags': [{'Key': 'a', 'Value': 'b'}]}
    cloudformation.good('CreateStack', {**STACK, **template(A='1'), **IAM, **tags, 'OnFailure': 'ROLLBACK'}, 'StackId')
    cloudformation.wait('stack_create_complete', **STACK)
    cloudformation.fails('CreateStack', {**STACK, **template()}, 400, 'AlreadyExistsException')
    cloudformation.fails('CreateStack', {**LOST, **template()}, 400, 'InsufficientCapabilitiesException')
    cloudformation.fails('CreateStack', LOST, 400, 'ValidationError')
    cloudformation.good('DescribeStacks', STACK, 'Stacks')
    cloudformation.fails('DescribeStacks', LOST, 400, 'ValidationError')
    cloudformation.good('ListStacks', {'StackStatusFilter': ['CREATE_COMPLETE']}, 'StackSummaries')
    cloudformation.good('DescribeStackEvents', STACK, 'StackEvents')
    cloudformation.fails('DescribeStackEvents', LOST, 400, 'ValidationError')
    cloudformation.good('DescribeStackResources', {**STACK, 'LogicalResourceId': 'A'}, 'StackResources')
    cloudformation.fails('DescribeStackResources', LOST, 400, 'ValidationError')
    cloudformation.good('DescribeStackResource', {**STACK, 'LogicalResourceId': 'A'}, 'StackResourceDetail')
    cloudformation.fails('DescribeStackResource', {**STACK, 'LogicalResourceId': 'Lost'}, 400, 'ValidationError')
    cloudformation.good('ListStackResources', STACK, 'StackResourceSummaries')
    cloudformation.fails('ListStackResources', LOST, 400, 'ValidationError')
    cloudformation.good('GetTemplate', {**STACK, 'TemplateStage': 'Original'}, 'TemplateBody', 'StagesAvailable')
    cloudformation.fails('GetTemplate', LOST, 400, 'ValidationError')
    cloudformation.good('UpdateStack', {**STACK, **template(A='2'), **IAM}, 'StackId')
    cloudformation.wait('stack_update_complete', **STACK)
    cloudformation.fails('UpdateStack', {**STACK, 'UsePreviousTemplate': True, **IAM}, 400, 'ValidationError')
    cloudformation.fails('UpdateStack', {**STACK, **template(A='3')}, 400, 'InsufficientCapabilitiesException')


def change_sets(cloudformation):
    change_set = {**STACK, 'ChangeSetName': 'change'}
    cloudformation.good('CreateChangeSet', {**change_set, **template(A='3'), **IAM, 'ChangeSetType': 'UPDATE', 'Description': 'd'}, 'Id', 'StackId')
    cloudformation.fails('CreateChangeSet', {**change_set, **template(A='3'), **IAM}, 400, 'AlreadyExistsException')
    cloudformation.fails('CreateChangeSet', {**change_set, **LOST, **template()}, 400, 'ValidationError')
    cloudformation.fails('CreateChangeSet', {**STACK, 'ChangeSetName': 'other', **template(A='4')}, 400, 'InsufficientCapabilitiesException')
    cloudformation.good('DescribeChangeSet', {**change_set, 'IncludePropertyValues': True}, 'ChangeSetId', 'Status', 'ExecutionStatus', 'Changes')
    cloudformation.fails('DescribeChangeSet', {**STACK, 'ChangeSetName': 'lost'}, 404, 'ChangeSetNotFound')
    cloudformation.good('ListChangeSets', STACK, 'Summaries')
    cloudformation.fails('ListChangeSets', LOST, 400, 'ValidationError')
    cloudformation.fails('GetTemplate', {**STACK, 'ChangeSetName': 'lost'}, 404, 'ChangeSetNotFound')
    cloudformation.good('ExecuteChangeSet', change_set)
    cloudformation.fails('ExecuteChangeSet', {**STACK, 'ChangeSetName': 'lost'}, 404, 'ChangeSetNotFound')
    cloudformation.wait('stack_update_complete', **STACK)
    cloudformation.fails('ExecuteChangeSet', change_set, 400, 'InvalidChangeSetStatus')
    cloudformation.good('DeleteChangeSet', change_set)


def rollbacks(cloudformation):
    cloudformation.fails('ContinueUpdateRollback', STACK, 400, 'ValidationError')
    cloudformation.fails('RollbackStack', STACK, 400, 'ValidationError')


SCENARIOS = {'cloudformation': scenario}
