import { LocalAws } from '../local-aws';
import { StackDriver } from './stack-driver';

/* A value in a template is looked at as the service's own calls would look at it. */

let aws: LocalAws;
let stacks = 0;

beforeAll(async () => {
  aws = await LocalAws.start();
});
afterAll(() => aws.stop());

const DOCUMENT = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }] };
const PARAMETER = { Name: 'parameter', Type: 'String', Value: 'v' };
const THING = { Role: 'DEVICE', AuthenticationMaterial: 'x', AuthenticationMaterialType: 'DISCOVERED_DEVICE' };
const KEYS = {
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};
const FUNCTION = { Runtime: 'nodejs22.x', Handler: 'index.handler', Role: 'arn:aws:iam::123456789012:role/r', Code: { ZipFile: 'x' } };
const INVOKED = { FunctionName: 'f', Qualifier: '$LATEST' };

const resource = (Type: string, Properties: object) => ({ R: { Type, Properties } });

async function driven(run: (stack: StackDriver) => Promise<void>): Promise<void> {
  const stack = new StackDriver(aws, `Properties${(stacks += 1)}`);
  try {
    await run(stack);
  } finally {
    stack.client.destroy();
  }
}

const mustBe = (constraint: string) => `failed to satisfy constraint: Member must ${constraint}`;

test.each<[string, object, string]>([
  ['AWS::SSM::Parameter', { ...PARAMETER, Type: 'Foo' }, `Value 'Foo' at 'type' ${mustBe('satisfy enum value set: [String, StringList, SecureString]')}`],
  ['AWS::SSM::Parameter', { Type: 'String' }, `Value null at 'value' ${mustBe('not be null')}`],
  ['AWS::SSM::Parameter', { ...PARAMETER, Value: { a: 1 } }, '{"a":1} at Value is not of type string'],
  [
    'AWS::IoT::Policy',
    { PolicyName: 'a b', PolicyDocument: DOCUMENT },
    `Value 'a b' at 'policyName' ${mustBe('satisfy regular expression pattern: [\\w+=,.@-]+')}`,
  ],
  ['AWS::IoT::Policy', { PolicyDocument: [] }, '[] at PolicyDocument is not of type document'],
  [
    'AWS::IoT::Thing',
    { AttributePayload: { Attributes: { site: 'a b' } } },
    "at 'attributePayload.attributes' failed to satisfy constraint: Map value must satisfy constraint: [",
  ],
  ['AWS::IoT::ThingGroup', { ThingGroupName: 'a/b' }, "Value 'a/b' at 'thingGroupName'"],
  ['AWS::IoTManagedIntegrations::ManagedThing', { ...THING, HubNetworkMode: 'FOO' }, "Value 'FOO' at 'hubNetworkMode'"],
  ['AWS::IoTManagedIntegrations::ManagedThing', { Role: 'DEVICE' }, `Value null at 'authenticationMaterial' ${mustBe('not be null')}`],
  // What is sensitive is not repeated.
  ['AWS::IoTManagedIntegrations::ManagedThing', { ...THING, Owner: 'a b' }, "1 validation error detected: Value at 'owner'"],
  ['AWS::IoTManagedIntegrations::CredentialLocker', { Name: 'a.b' }, "Value 'a.b' at 'name'"],
  ['AWS::Logs::LogGroup', { RetentionInDays: 2 }, `Value '2' at 'retentionInDays' ${mustBe('satisfy enum value set: [1, 3, 5,')}`],
  [
    'AWS::SecretsManager::Secret',
    { GenerateSecretString: { PasswordLength: 0 } },
    `Value '0' at 'generateSecretString.passwordLength' ${mustBe('have value greater than or equal to 1')}`,
  ],
  ['AWS::DynamoDB::Table', { ...KEYS, BillingMode: 'FREE' }, "Value 'FREE' at 'billingMode'"],
  ['AWS::DynamoDB::GlobalTable', { ...KEYS, Replicas: [] }, "Value '[]' at 'replicas'"],
  ['AWS::Lambda::Function', { ...FUNCTION, Timeout: 901 }, `Value '901' at 'timeout' ${mustBe('have value less than or equal to 900')}`],
  ['AWS::Lambda::EventInvokeConfig', { ...INVOKED, MaximumRetryAttempts: 3 }, "Value '3' at 'maximumRetryAttempts'"],
  ['AWS::Lambda::EventInvokeConfig', { ...INVOKED, MaximumEventAgeInSeconds: 'soon' }, '"soon" at MaximumEventAgeInSeconds is not of type integer'],
  ['AWS::IAM::Role', { AssumeRolePolicyDocument: DOCUMENT, RoleName: 'a b' }, "Value 'a b' at 'roleName'"],
  ['AWS::IAM::ManagedPolicy', { PolicyDocument: DOCUMENT, Path: 'nowhere' }, "Value 'nowhere' at 'path'"],
  ['AWS::S3::Bucket', { BucketName: 'Capitals' }, "Value 'Capitals' at 'bucketName'"],
  ['AWS::CloudFormation::Stack', { TemplateURL: 'https://s3/t', TimeoutInMinutes: 0 }, "Value '0' at 'timeoutInMinutes'"],
])('%s with %j fails, and the stack rolls back', async (type, properties, message) => {
  await driven(async (stack) => {
    const { StackStatus } = await stack.deploy(resource(type, properties));
    expect([StackStatus, await stack.reason('R', 'CREATE_FAILED')]).toEqual(['ROLLBACK_COMPLETE', expect.stringContaining(message)]);
  });
});

test.each<[string, object, string]>([
  ['AWS::SSM::Parameter', { ...PARAMETER, Policies: '[]' }, 'Policies'],
  ['AWS::SSM::Parameter', { ...PARAMETER, Tier: 'Advanced' }, 'Tier "Advanced"'],
  ['AWS::IoT::Thing', { ThingTypeName: 't' }, 'ThingTypeName'],
  ['AWS::IoT::Policy', { PolicyDocument: DOCUMENT, Versions: 1 }, 'Versions'],
  // Dynamic groups.
  ['AWS::IoT::ThingGroup', { QueryString: 'thingName:a' }, 'QueryString'],
  ['AWS::IoT::ThingGroup', { ThingGroupProperties: { AttributePayload: { Merge: true } } }, 'ThingGroupProperties.AttributePayload.Merge'],
  ['AWS::DynamoDB::Table', { ...KEYS, StreamSpecification: {} }, 'StreamSpecification'],
  ['AWS::DynamoDB::Table', { ...KEYS, DeletionProtectionEnabled: true }, 'DeletionProtectionEnabled true'],
  ['AWS::Lambda::EventInvokeConfig', { ...INVOKED, Qualifier: 'live' }, 'Qualifier "live"'],
  ['AWS::Lambda::Function', { ...FUNCTION, VpcConfig: {} }, 'VpcConfig'],
  ['AWS::CloudFormation::WaitConditionHandle', { Foo: 1 }, 'Foo'],
])('%s with %j is not implemented', async (type, properties, what) => {
  await driven(async (stack) => {
    await stack.deploy(resource(type, properties));
    expect(await stack.reason('R', 'CREATE_FAILED')).toBe(`local-aws does not implement ${type} with ${what}`);
  });
});

test('an update to a value that is not allowed fails, and the resource stays as it was', async () => {
  await driven(async (stack) => {
    await stack.deploy(resource('AWS::SSM::Parameter', PARAMETER));
    const { StackStatus } = await stack.deploy(resource('AWS::SSM::Parameter', { ...PARAMETER, Type: 'Foo', Value: 'w' }));
    expect([StackStatus, await stack.reason('R', 'UPDATE_FAILED')]).toEqual(['UPDATE_ROLLBACK_COMPLETE', expect.stringContaining("Value 'Foo' at 'type'")]);
    expect(aws.ssm.parameters.get('parameter')).toMatchObject({ type: 'String', value: 'v', version: 1 });
    expect((await stack.deploy(resource('AWS::SSM::Parameter', { ...PARAMETER, Value: 'x' }))).StackStatus).toBe('UPDATE_COMPLETE');
    await stack.delete();
  });
});

// As in custom resources: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1037
test('numbers and booleans may be written as texts, and texts as numbers and booleans', async () => {
  await driven(async (stack) => {
    const { StackStatus } = await stack.deploy({
      Parameter: { Type: 'AWS::SSM::Parameter', Properties: { ...PARAMETER, Value: 5 } },
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'group', RetentionInDays: '7', Tags: [{ Key: 'n', Value: 1 }] } },
      Secret: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: { Name: 'secret', GenerateSecretString: { PasswordLength: '40', ExcludePunctuation: 'true' } },
      },
    });
    expect([StackStatus, aws.ssm.parameters.get('parameter')?.value, aws.logs.groups.get('group')?.retentionInDays]).toEqual(['CREATE_COMPLETE', '5', 7]);
    expect(aws.secrets.find('secret')!.value!.SecretString).toMatch(/^[A-Za-z0-9]{40}$/);
    await stack.delete();
  });
});
