OPERATIONS = [
    'CreateTable', 'DescribeTable', 'UpdateTable', 'ListTables', 'PutItem', 'GetItem', 'UpdateItem', 'Query', 'Scan', 'BatchGetItem', 'BatchWriteItem',
    'DeleteItem', 'DeleteTable',
]
TABLE = {'TableName': 'targets'}
KEY = {**TABLE, 'Key': {'id': {'S': 'a'}}}
LOST = {**KEY, 'TableName': 'lost'}
QUERY = {'KeyConditionExpression': 'id = :id', 'ExpressionAttributeValues': {':id': {'S': 'a'}}}


def create(name):
    return {
        'TableName': name, 'AttributeDefinitions': [{'AttributeName': 'id', 'AttributeType': 'S'}], 'KeySchema': [{'AttributeName': 'id', 'KeyType': 'HASH'}],
        'BillingMode': 'PAY_PER_REQUEST',
    }


def scenario(dynamodb):
    dynamodb.good('CreateTable', create('targets'), 'TableDescription')
    dynamodb.wait('table_exists', **TABLE)
    dynamodb.fails('CreateTable', create('targets'), 400, 'ResourceInUseException')
    dynamodb.fails('CreateTable', {**create('other'), 'BillingMode': 'FOO'}, 400, 'ValidationException')
    dynamodb.good('DescribeTable', TABLE, 'Table')
    dynamodb.fails('DescribeTable', {'TableName': 'lost'}, 400, 'ResourceNotFoundException')
    dynamodb.good('ListTables', {}, 'TableNames')
    dynamodb.good('PutItem', {**TABLE, 'Item': {'id': {'S': 'a'}}})
    dynamodb.fails('PutItem', {**TABLE, 'Item': {'id': {'S': 'a'}}, 'ConditionExpression': 'attribute_not_exists(id)'}, 400, 'ConditionalCheckFailedException')
    dynamodb.fails('PutItem', {'TableName': 'lost', 'Item': {'id': {'S': 'a'}}}, 400, 'ResourceNotFoundException')
    dynamodb.good('GetItem', KEY, 'Item')
    dynamodb.fails('GetItem', LOST, 400, 'ResourceNotFoundException')
    dynamodb.good('UpdateItem', {**KEY, 'UpdateExpression': 'SET seen = :yes', 'ExpressionAttributeValues': {':yes': {'BOOL': True}}})
    dynamodb.fails('UpdateItem', LOST, 400, 'ResourceNotFoundException')
    dynamodb.good('Query', {**TABLE, **QUERY}, 'Items', 'Count')
    dynamodb.fails('Query', {'TableName': 'lost', **QUERY}, 400, 'ResourceNotFoundException')
    dynamodb.good('Scan', TABLE, 'Items', 'Count')
    dynamodb.fails('Scan', {'TableName': 'lost'}, 400, 'ResourceNotFoundException')
    dynamodb.good('BatchGetItem', {'RequestItems': {'targets': {'Keys': [{'id': {'S': 'a'}}]}}}, 'Responses')
    dynamodb.good('BatchWriteItem', {'RequestItems': {'targets': [{'PutRequest': {'Item': {'id': {'S': 'b'}}}}]}}, 'UnprocessedItems')
    never = {'ConditionExpression': 'attribute_exists(lost)'}
    dynamodb.fails('UpdateItem', {**KEY, **never}, 400, 'ConditionalCheckFailedException')
    dynamodb.fails('DeleteItem', {**KEY, **never}, 400, 'ConditionalCheckFailedException')
    dynamodb.fails('BatchGetItem', {'RequestItems': {'lost': {'Keys': [{'id': {'S': 'a'}}]}}}, 400, 'ResourceNotFoundException')
    dynamodb.fails('UpdateTable', {'TableName': 'lost', 'BillingMode': 'PAY_PER_REQUEST'}, 400, 'ResourceNotFoundException')
    dynamodb.good('DeleteItem', KEY)
    dynamodb.fails('DeleteItem', LOST, 400, 'ResourceNotFoundException')
    dynamodb.fails('UpdateTable', {**TABLE, 'BillingMode': 'FOO'}, 400, 'ValidationException')
    dynamodb.good('UpdateTable', {**TABLE, 'BillingMode': 'PROVISIONED', 'ProvisionedThroughput': {'ReadCapacityUnits': 1, 'WriteCapacityUnits': 1}}, 'TableDescription')
    dynamodb.wait('table_exists', **TABLE)
    dynamodb.good('DeleteTable', TABLE, 'TableDescription')
    dynamodb.wait('table_not_exists', **TABLE)
    dynamodb.fails('DeleteTable', TABLE, 400, 'ResourceNotFoundException')


SCENARIOS = {'dynamodb': scenario}
