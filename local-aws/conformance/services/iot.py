import json

ALLOW = json.dumps({'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': 'iot:Connect', 'Resource': '*'}]})
THING, GROUP = {'thingName': 'lamp'}, {'thingGroupName': 'lamps'}
BOTH, LOST = {**THING, **GROUP}, {**GROUP, 'thingName': 'lost'}
LOST_GROUP = {'thingGroupName': 'lost'}

GRAPH = 'JavaScript has no \\p{Graph}'
DEVIATIONS = {
    ('CreateThingGroup', 'thingGroupProperties.thingGroupDescription', 'pattern'): GRAPH,
    ('SearchIndex', 'maxResults', 'max'): 'https://docs.aws.amazon.com/iot/latest/apireference/API_SearchIndex.html',
}


def scenario(iot):
    registry(iot)
    groups(iot)
    index(iot)
    policies(iot)
    certificates(iot)


def registry(iot):
    iot.good('DescribeEndpoint', {'endpointType': 'iot:Data-ATS'}, 'endpointAddress')
    iot.good('CreateThing', {**THING, 'attributePayload': {'attributes': {'site': 'oslo'}}}, 'thingName', 'thingArn', 'thingId')
    iot.fails('CreateThing', {**THING, 'attributePayload': {'attributes': {'site': 'bergen'}}}, 409, 'ResourceAlreadyExistsException')
    iot.good('DescribeThing', THING, 'thingName', 'thingArn', 'thingId', 'version', 'attributes', 'defaultClientId')
    iot.fails('DescribeThing', {'thingName': 'lost'}, 404, 'ResourceNotFoundException')
    iot.good('ListThings', {'maxResults': 1, 'attributeName': 'site', 'attributeValue': 'os', 'usePrefixAttributeValue': True}, 'things')
    iot.fails('ListThings', {'nextToken': 'x'}, 400, 'InvalidRequestException')


def groups(iot):
    iot.good('CreateThingGroup', {**GROUP, 'thingGroupProperties': {'thingGroupDescription': 'all'}}, 'thingGroupName', 'thingGroupArn', 'thingGroupId')
    iot.fails('CreateThingGroup', GROUP, 409, 'ResourceAlreadyExistsException')
    iot.good('DescribeThingGroup', GROUP, 'thingGroupName', 'thingGroupArn', 'version', 'thingGroupProperties', 'thingGroupMetadata')
    iot.fails('DescribeThingGroup', LOST_GROUP, 404, 'ResourceNotFoundException')
    iot.good('AddThingToThingGroup', BOTH)
    iot.fails('AddThingToThingGroup', LOST, 404, 'ResourceNotFoundException')
    iot.good('ListThingsInThingGroup', {**GROUP, 'recursive': True, 'maxResults': 250}, 'things')
    iot.fails('ListThingsInThingGroup', LOST_GROUP, 404, 'ResourceNotFoundException')
    iot.good('RemoveThingFromThingGroup', BOTH)
    iot.fails('RemoveThingFromThingGroup', LOST, 404, 'ResourceNotFoundException')
    iot.fails('DeleteThingGroup', {**GROUP, 'expectedVersion': 7}, 409, 'VersionConflictException')
    iot.good('DeleteThingGroup', GROUP)
    iot.good('DeleteThing', THING)


def index(iot):
    iot.good('GetIndexingConfiguration', {}, 'thingIndexingConfiguration')
    iot.fails('SearchIndex', {'queryString': 'thingName:*'}, 404, 'ResourceNotFoundException')
    modes = {'thingIndexingMode': 'REGISTRY', 'thingConnectivityIndexingMode': 'STATUS'}
    iot.good('UpdateIndexingConfiguration', {'thingIndexingConfiguration': modes})
    iot.fails('UpdateIndexingConfiguration', {'thingIndexingConfiguration': {**modes, 'thingIndexingMode': 'OFF'}}, 400, 'InvalidRequestException')
    iot.good('DescribeIndex', {'indexName': 'AWS_Things'}, 'indexName', 'indexStatus', 'schema')
    iot.fails('DescribeIndex', {'indexName': 'lost'}, 404, 'ResourceNotFoundException')
    iot.good('SearchIndex', {'queryString': 'thingName:*', 'maxResults': 100, 'queryVersion': '2017-09-30'}, 'things')
    iot.fails('SearchIndex', {'queryString': 'thingName:'}, 400, 'InvalidQueryException')


def policies(iot):
    policy, target = {'policyName': 'allow'}, {'target': iot.facts['principal']}
    iot.good('CreatePolicy', {**policy, 'policyDocument': ALLOW}, 'policyName', 'policyArn', 'policyDocument', 'policyVersionId')
    iot.fails('CreatePolicy', {**policy, 'policyDocument': ALLOW}, 409, 'ResourceAlreadyExistsException')
    iot.fails('CreatePolicy', {'policyName': 'bad', 'policyDocument': '{'}, 400, 'MalformedPolicyException')
    iot.good('AttachPolicy', {**policy, **target})
    iot.fails('AttachPolicy', {'policyName': 'lost', **target}, 404, 'ResourceNotFoundException')
    iot.good('ListTargetsForPolicy', {**policy, 'pageSize': 1}, 'targets')
    iot.fails('ListTargetsForPolicy', {'policyName': 'lost'}, 404, 'ResourceNotFoundException')
    iot.fails('DeletePolicy', policy, 409, 'DeleteConflictException')
    iot.good('DetachPolicy', {**policy, **target})
    iot.good('DeletePolicy', policy)
    iot.fails('DeletePolicy', policy, 404, 'ResourceNotFoundException')


def certificates(iot):
    made = iot.good('CreateKeysAndCertificate', {'setAsActive': True}, 'certificateArn', 'certificateId', 'certificatePem', 'keyPair')
    one, lost = {'certificateId': made['certificateId']}, {'certificateId': '0' * 64}
    iot.fails('DeleteCertificate', one, 406, 'CertificateStateException')
    iot.good('UpdateCertificate', {**one, 'newStatus': 'INACTIVE'})
    iot.fails('UpdateCertificate', {**lost, 'newStatus': 'INACTIVE'}, 404, 'ResourceNotFoundException')
    iot.good('DeleteCertificate', one)
    iot.fails('DeleteCertificate', one, 404, 'ResourceNotFoundException')


SCENARIOS = {'iot': scenario}
