def scenario(ssm):
    ssm.good('PutParameter', {'Name': 'plain', 'Value': 'v', 'Type': 'String'}, 'Version')
    ssm.good('PutParameter', {'Name': '/a/secure', 'Value': 'v', 'Type': 'SecureString', 'Description': 'd', 'Tier': 'Standard', 'DataType': 'text'}, 'Version')
    ssm.good('PutParameter', {'Name': 'plain', 'Value': 'w', 'Overwrite': True}, 'Version')
    ssm.fails('PutParameter', {'Name': 'plain', 'Value': 'w', 'Type': 'String'}, 400, 'ParameterAlreadyExists')
    ssm.fails('PutParameter', {'Name': 'new', 'Value': 'w'}, 400, 'ValidationException')
    ssm.good('GetParameter', {'Name': '/a/secure', 'WithDecryption': True}, 'Parameter')
    ssm.fails('GetParameter', {'Name': 'lost'}, 400, 'ParameterNotFound')
    ssm.good('GetParameters', {'Names': ['plain', 'lost']}, 'Parameters', 'InvalidParameters')
    ssm.good('DeleteParameter', {'Name': '/a/secure'})
    ssm.fails('DeleteParameter', {'Name': '/a/secure'}, 400, 'ParameterNotFound')


SCENARIOS = {'ssm': scenario}
