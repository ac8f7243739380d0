STREAM = {'logGroupName': 'group', 'logStreamName': 'stream'}
LOST = {'logGroupName': 'lost', 'logStreamName': 'stream'}
EVENTS = {'logEvents': [{'timestamp': 1, 'message': 'hello'}]}

OR_IDENTIFIER = 'the model also takes logGroupIdentifier, which is not implemented'
DEVIATIONS = {(operation, 'logGroupName', 'required'): OR_IDENTIFIER for operation in ('GetLogEvents', 'FilterLogEvents')}


def scenario(logs):
    logs.good('CreateLogGroup', {'logGroupName': 'group'})
    logs.fails('CreateLogGroup', {'logGroupName': 'group'}, 400, 'ResourceAlreadyExistsException')
    logs.good('CreateLogStream', STREAM)
    logs.fails('CreateLogStream', STREAM, 400, 'ResourceAlreadyExistsException')
    logs.fails('CreateLogStream', LOST, 400, 'ResourceNotFoundException')
    logs.good('PutLogEvents', {**STREAM, **EVENTS})
    logs.fails('PutLogEvents', {**LOST, **EVENTS}, 400, 'ResourceNotFoundException')
    logs.good('DescribeLogGroups', {'logGroupNamePrefix': 'gr'}, 'logGroups')
    logs.good('GetLogEvents', {**STREAM, 'startFromHead': True}, 'events', 'nextForwardToken', 'nextBackwardToken')
    logs.fails('GetLogEvents', LOST, 400, 'ResourceNotFoundException')
    logs.good('FilterLogEvents', {'logGroupName': 'group', 'startTime': 0, 'endTime': 2, 'limit': 5, 'logStreamNames': ['stream']}, 'events')
    logs.fails('FilterLogEvents', {'logGroupName': 'lost'}, 400, 'ResourceNotFoundException')


SCENARIOS = {'logs': scenario}
