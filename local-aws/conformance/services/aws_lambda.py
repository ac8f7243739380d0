ECHO = {'FunctionName': 'echo', 'Payload': b'{"a":1}'}


def scenario(functions):
    functions.good('Invoke', ECHO, 'StatusCode', 'Payload', 'ExecutedVersion')
    functions.good('Invoke', {**ECHO, 'InvocationType': 'Event'}, 'StatusCode')
    functions.good('Invoke', {**ECHO, 'FunctionName': 'echo:$LATEST', 'LogType': 'None', 'Qualifier': '$LATEST'}, 'StatusCode')
    functions.good('Invoke', {**ECHO, 'Payload': b'"throw"'}, 'FunctionError')
    functions.fails('Invoke', {**ECHO, 'FunctionName': 'lost'}, 404, 'ResourceNotFoundException')
    functions.fails('Invoke', {**ECHO, 'Payload': b'{'}, 400, 'InvalidRequestContentException')
    functions.fails('Invoke', {**ECHO, 'FunctionName': 'echo:live'}, 501, 'NotImplemented')


SCENARIOS = {'lambda': scenario}
