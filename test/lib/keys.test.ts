import { App, Stack, type CfnElement } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Alias, Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { ChatDisconnection, ChatParticipants, MqttClients, MqttDisconnection } from '../../lib';

/* Keys that are known by an alias: IAM takes an alias for no key. */

const env = { account: '123456789012', region: 'ca-central-1' };
let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env });
});

const stores: Array<[string, string, (key: IKey) => unknown]> = [
  [
    'secret',
    'secretsmanager',
    (encryptionKey) => new ChatDisconnection(stack, 'It', { participants: ChatParticipants.fromSecret(new Secret(stack, 'Store', { encryptionKey })) }),
  ],
  [
    'parameter',
    'ssm',
    (encryptionKey) =>
      new ChatDisconnection(stack, 'It', {
        participants: ChatParticipants.fromParameter(StringParameter.fromSecureStringParameterAttributes(stack, 'Store', { parameterName: '/tokens' }), {
          encryptionKey,
        }),
      }),
  ],
  [
    'table',
    'dynamodb',
    (encryptionKey) =>
      new MqttDisconnection(stack, 'It', {
        clients: MqttClients.fromTable(
          new Table(stack, 'Store', {
            partitionKey: { name: 'id', type: AttributeType.STRING },
            encryption: TableEncryption.CUSTOMER_MANAGED,
            encryptionKey,
          }),
          { attribute: 'id' },
        ),
      }),
  ],
  [
    'manifest',
    's3',
    (encryptionKey) => new MqttDisconnection(stack, 'It', { clients: MqttClients.fromManifest(new Bucket(stack, 'Store', { encryptionKey }), 'a.txt') }),
  ],
];

/** The statement of the construct's policy that lets it decrypt. */
function decrypts() {
  const policies = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('ItPolicy'));
  const [statement, ...more] = policies.flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement).filter(({ Action }) => Action === 'kms:Decrypt');
  expect(more).toEqual([]);
  return { ...statement, Resource: JSON.stringify(statement.Resource).replace('{"Ref":"AWS::Partition"}', '"aws"') };
}

describe.each(stores)('of a %s', (_, service, declare) => {
  const through = { 'kms:ViaService': `${service}.ca-central-1.amazonaws.com` };

  test('an alias made in the app is the key that it stands for, also in the policy of that', () => {
    const key = new Key(stack, 'Key');
    declare(new Alias(stack, 'Alias', { aliasName: 'alias/mine', targetKey: key }));
    expect(decrypts()).toMatchObject({ Resource: JSON.stringify(stack.resolve(key.keyArn)), Condition: { StringEquals: through } });
    const { KeyPolicy } = Template.fromStack(stack).findResources('AWS::KMS::Key')[stack.getLogicalId(key.node.defaultChild as CfnElement)].Properties;
    expect(KeyPolicy.Statement.filter(({ Principal }: any) => JSON.stringify(Principal).includes('ProviderRole'))).toEqual([
      expect.objectContaining({ Action: 'kms:Decrypt', Condition: { StringEquals: through } }),
    ]);
  });

  test('an alias that is known by its name is any key of its account and region that has it', () => {
    declare(Alias.fromAliasName(stack, 'Alias', 'alias/mine'));
    expect(decrypts()).toMatchObject({
      Resource: '{"Fn::Join":["",["arn:","aws",":kms:ca-central-1:123456789012:key/*"]]}',
      Condition: { StringEquals: through, 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/mine' } },
    });
  });

  test('so is the ARN of an alias that is passed off as a key', () => {
    declare(Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:ca-central-1:999999999999:alias/theirs'));
    expect(decrypts()).toMatchObject({
      Resource: '{"Fn::Join":["",["arn:","aws",":kms:ca-central-1:999999999999:key/*"]]}',
      Condition: { StringEquals: through, 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/theirs' } },
    });
  });

  test('an alias that is imported with its key is that key', () => {
    const keyArn = 'arn:aws:kms:ca-central-1:123456789012:key/1234';
    declare(Alias.fromAliasAttributes(stack, 'Alias', { aliasName: 'alias/mine', aliasTargetKey: Key.fromKeyArn(stack, 'Key', keyArn) }));
    expect(decrypts()).toMatchObject({ Resource: JSON.stringify(keyArn), Condition: { StringEquals: through } });
  });
});
