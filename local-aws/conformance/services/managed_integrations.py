MATERIAL = {'AuthenticationMaterial': 'code', 'AuthenticationMaterialType': 'ZIGBEE_QR_BAR_CODE'}
LOST = {'Identifier': 'lost'}


def scenario(things):
    locker = things.good('CreateCredentialLocker', {'Name': 'locker', 'Tags': {'a': 'b'}}, 'Id', 'Arn', 'CreatedAt').get('Id')
    things.good('GetCredentialLocker', {'Identifier': locker}, 'Id', 'Arn', 'Name', 'CreatedAt')
    things.fails('GetCredentialLocker', LOST, 404, 'ResourceNotFoundException')
    thing = {'Role': 'DEVICE', 'CredentialLockerId': locker, 'Name': 'lamp', 'MetaData': {'site': 'oslo'}, **MATERIAL}
    identifier = {'Identifier': things.good('CreateManagedThing', thing, 'Id', 'Arn', 'CreatedAt').get('Id')}
    things.fails('CreateManagedThing', {**thing, 'CredentialLockerId': 'lost'}, 404, 'ResourceNotFoundException')
    things.good('GetManagedThing', identifier, 'Id', 'Arn', 'Role', 'ProvisioningStatus', 'MetaData', 'CreatedAt', 'UpdatedAt')
    things.fails('GetManagedThing', LOST, 404, 'ResourceNotFoundException')
    things.good('ListManagedThings', {'CredentialLockerFilter': locker, 'RoleFilter': 'DEVICE', 'MaxResults': 1}, 'Items')
    things.fails('ListManagedThings', {'NextToken': 'x'}, 400, 'ValidationException')
    things.good('UpdateManagedThing', {**identifier, 'Brand': 'Acme', 'HubNetworkMode': 'STANDARD'})
    things.fails('UpdateManagedThing', LOST, 404, 'ResourceNotFoundException')
    things.good('DeleteManagedThing', {**identifier, 'Force': True})
    things.fails('DeleteManagedThing', identifier, 404, 'ResourceNotFoundException')
    things.fails('DeleteManagedThing', {'Identifier': things.facts['hub']}, 409, 'ConflictException')
    things.fails('DeleteManagedThing', {'Identifier': things.facts['cloudToCloud']}, 400, 'ValidationException')
    things.good('DeleteCredentialLocker', {'Identifier': locker})
    things.fails('DeleteCredentialLocker', {'Identifier': locker}, 404, 'ResourceNotFoundException')


SCENARIOS = {'iot-managed-integrations': scenario}
