def scenario(secrets):
    secrets.good('CreateSecret', {'Name': 'tokens', 'SecretString': 'a', 'Description': 'd'}, 'ARN', 'VersionId')
    secrets.fails('CreateSecret', {'Name': 'tokens', 'SecretString': 'b'}, 400, 'ResourceExistsException')
    secrets.good('CreateSecret', {'Name': 'empty'}, 'ARN')
    secrets.good('GetSecretValue', {'SecretId': 'tokens', 'VersionStage': 'AWSCURRENT'}, 'SecretString', 'VersionId', 'VersionStages')
    secrets.fails('GetSecretValue', {'SecretId': 'empty'}, 400, 'ResourceNotFoundException')
    secrets.good('PutSecretValue', {'SecretId': 'tokens', 'SecretBinary': b'b'}, 'ARN', 'VersionId')
    secrets.fails('PutSecretValue', {'SecretId': 'tokens'}, 400, 'InvalidParameterException')
    secrets.fails('PutSecretValue', {'SecretId': 'lost', 'SecretString': 'b'}, 400, 'ResourceNotFoundException')
    secrets.good('DescribeSecret', {'SecretId': 'tokens'}, 'ARN', 'Name', 'CreatedDate')
    secrets.fails('DescribeSecret', {'SecretId': 'lost'}, 400, 'ResourceNotFoundException')
    secrets.good('DeleteSecret', {'SecretId': 'tokens', 'RecoveryWindowInDays': 7}, 'DeletionDate')
    secrets.fails('DeleteSecret', {'SecretId': 'tokens'}, 400, 'InvalidRequestException')
    secrets.fails('DeleteSecret', {'SecretId': 'tokens', 'RecoveryWindowInDays': 6}, 400, 'InvalidParameterException')
    secrets.fails('DeleteSecret', {'SecretId': 'lost'}, 400, 'ResourceNotFoundException')
    secrets.fails('GetSecretValue', {'SecretId': 'tokens'}, 400, 'InvalidRequestException')
    secrets.fails('PutSecretValue', {'SecretId': 'tokens', 'SecretString': 'b'}, 400, 'InvalidRequestException')
    secrets.fails('CreateSecret', {'Name': 'tokens'}, 400, 'InvalidRequestException')
    secrets.good('RestoreSecret', {'SecretId': 'tokens'}, 'ARN', 'Name')
    secrets.fails('RestoreSecret', {'SecretId': 'lost'}, 400, 'ResourceNotFoundException')
    secrets.good('DeleteSecret', {'SecretId': 'empty', 'ForceDeleteWithoutRecovery': True}, 'DeletionDate')


SCENARIOS = {'secretsmanager': scenario}
