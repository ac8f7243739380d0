def scenario(states):
    machine = {'stateMachineArn': states.facts['stateMachine']}
    lost = {'stateMachineArn': machine['stateMachineArn'] + '-lost'}
    started = {**machine, 'name': 'one', 'input': '{}'}
    execution = {'executionArn': states.good('StartExecution', started, 'executionArn', 'startDate').get('executionArn')}
    states.good('StartExecution', started, 'executionArn')
    states.fails('StartExecution', {**started, 'input': '{"a": 1}'}, 400, 'ExecutionAlreadyExists')
    states.fails('StartExecution', {**machine, 'input': '{'}, 400, 'InvalidExecutionInput')
    states.fails('StartExecution', {**machine, 'name': 'one two'}, 400, 'InvalidName')
    states.fails('StartExecution', lost, 400, 'StateMachineDoesNotExist')
    states.good('DescribeExecution', execution, 'executionArn', 'stateMachineArn', 'status', 'input', 'startDate')
    states.fails('DescribeExecution', {'executionArn': execution['executionArn'] + '-lost'}, 400, 'ExecutionDoesNotExist')
    states.good('ListExecutions', {**machine, 'statusFilter': 'RUNNING', 'maxResults': 1}, 'executions')
    states.fails('ListExecutions', lost, 400, 'StateMachineDoesNotExist')
    states.fails('ListExecutions', {**machine, 'nextToken': 'x'}, 400, 'InvalidToken')
    states.good('StopExecution', {**execution, 'error': 'E', 'cause': 'C'}, 'stopDate')
    states.fails('StopExecution', {'executionArn': execution['executionArn'] + '-lost'}, 400, 'ExecutionDoesNotExist')


SCENARIOS = {'stepfunctions': scenario}
