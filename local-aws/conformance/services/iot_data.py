def scenario(data):
    data.good('GetConnection', {'clientId': 'kiosk-1'}, 'connected', 'cleanSession', 'connectedSince')
    data.fails('GetConnection', {'clientId': 'nobody'}, 404, 'ResourceNotFoundException')
    data.good('DeleteConnection', {'clientId': 'kiosk-1', 'cleanSession': False, 'preventWillMessage': True})
    data.good('DeleteConnection', {'clientId': 'kiosk-2', 'cleanSession': True})
    data.fails('DeleteConnection', {'clientId': 'kiosk-2'}, 404, 'ResourceNotFoundException')


SCENARIOS = {'iot-data': scenario}
