def chat(connect):
    start = {'InstanceId': connect.facts['instanceId'], 'ContactFlowId': 'flow', 'ParticipantDetails': {'DisplayName': 'Ada'}, 'ChatDurationInMinutes': 60}
    connect.shared['token'] = connect.good('StartChatContact', start, 'ContactId', 'ParticipantId', 'ParticipantToken').get('ParticipantToken')
    connect.fails('StartChatContact', {**start, 'InstanceId': 'lost'}, 404, 'ResourceNotFoundException')


def participant(api):
    token = {'ParticipantToken': api.shared['token']}
    connection = api.good(
        'CreateParticipantConnection', {**token, 'Type': ['WEBSOCKET', 'CONNECTION_CREDENTIALS'], 'ConnectParticipant': True}, 'Websocket', 'ConnectionCredentials',
    )
    api.fails('CreateParticipantConnection', {'ParticipantToken': 'wrong', 'Type': ['WEBSOCKET']}, 403, 'AccessDeniedException')
    api.good('DisconnectParticipant', {'ConnectionToken': connection['ConnectionCredentials']['ConnectionToken'], 'ClientToken': 'once'})
    api.fails('DisconnectParticipant', {'ConnectionToken': 'wrong'}, 403, 'AccessDeniedException')


SCENARIOS = {'connect': chat, 'connectparticipant': participant}
