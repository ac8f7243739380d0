DEVIATIONS = {('AssumeRole', 'RoleArn', 'pattern'): 'it only leaves out control characters'}


def scenario(sts):
    sts.good('GetCallerIdentity', {}, 'UserId', 'Account', 'Arn')
    sts.good('AssumeRole', {'RoleArn': sts.facts['role'], 'RoleSessionName': 'session', 'DurationSeconds': 900}, 'Credentials', 'AssumedRoleUser')
    sts.fails('AssumeRole', {'RoleArn': sts.facts['role'] + '2', 'RoleSessionName': 'session'}, 403, 'AccessDenied')


SCENARIOS = {'sts': scenario}
