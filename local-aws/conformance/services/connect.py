import time

IN_PROGRESS = {'Criteria': [{'TimestampCondition': {'Type': 'DISCONNECT_TIMESTAMP', 'ConditionType': 'NOT_EXISTS'}}], 'MatchType': 'MATCH_ALL'}


def contacts(connect):
    instance = {'InstanceId': connect.facts['instanceId']}
    start = {**instance, 'ContactFlowId': 'flow', 'ParticipantDetails': {'DisplayName': 'Ada'}, 'ChatDurationInMinutes': 60}
    connect.shared['token'] = connect.good('StartChatContact', start, 'ContactId', 'ParticipantId', 'ParticipantToken').get('ParticipantToken')
    connect.fails('StartChatContact', {**start, 'InstanceId': 'lost'}, 404, 'ResourceNotFoundException')

    task = {**instance, 'ContactFlowId': 'flow', 'Name': 'Call back', 'Attributes': {'floor': '2'}}
    contact = {**instance, 'ContactId': connect.good('StartTaskContact', task, 'ContactId')['ContactId']}
    connect.fails('StartTaskContact', {**task, 'InstanceId': 'lost'}, 404, 'ResourceNotFoundException')
    connect.fails('StartTaskContact', {**instance, 'Name': 'No flow'}, 400, 'InvalidRequestException')

    now = int(time.time())
    search = {
        **instance,
        'TimeRange': {'Type': 'INITIATION_TIMESTAMP', 'StartTime': now - 3600, 'EndTime': now + 60},
        'SearchCriteria': {
            'Channels': ['TASK'],
            'AdditionalTimeRange': IN_PROGRESS,
            'SearchableContactAttributes': {'Criteria': [{'Key': 'floor', 'Values': ['2']}], 'MatchType': 'MATCH_ALL'},
        },
        'Sort': {'FieldName': 'INITIATION_TIMESTAMP', 'Order': 'ASCENDING'},
    }
    connect.good('SearchContacts', search, 'Contacts', 'TotalCount')
    connect.fails('SearchContacts', {**search, 'InstanceId': 'lost'}, 404, 'ResourceNotFoundException')
    connect.fails('SearchContacts', {**search, 'TimeRange': {**search['TimeRange'], 'StartTime': now - 60 * 86400}}, 400, 'InvalidRequestException')

    connect.good('DescribeContact', contact, 'Contact')
    connect.fails('DescribeContact', {**contact, 'ContactId': 'lost'}, 404, 'ResourceNotFoundException')
    connect.good('StopContact', contact)
    connect.fails('StopContact', contact, 410, 'ContactNotFoundException')
    connect.fails('StopContact', {**contact, 'InstanceId': 'lost'}, 404, 'ResourceNotFoundException')
    connect.fails('StopContact', {**instance, 'ContactId': connect.facts['transferredCall']}, 400, 'InvalidRequestException')


def participant(api):
    token = {'ParticipantToken': api.shared['token']}
    connection = api.good(
        'CreateParticipantConnection', {**token, 'Type': ['WEBSOCKET', 'CONNECTION_CREDENTIALS'], 'ConnectParticipant': True}, 'Websocket', 'ConnectionCredentials',
    )
    api.fails('CreateParticipantConnection', {'ParticipantToken': 'wrong', 'Type': ['WEBSOCKET']}, 403, 'AccessDeniedException')
    api.good('DisconnectParticipant', {'ConnectionToken': connection['ConnectionCredentials']['ConnectionToken'], 'ClientToken': 'once'})
    api.fails('DisconnectParticipant', {'ConnectionToken': 'wrong'}, 403, 'AccessDeniedException')


SCENARIOS = {'connect': contacts, 'connectparticipant': participant}
