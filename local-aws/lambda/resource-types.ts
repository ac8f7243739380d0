import { only, type Properties, type ResourceTypes } from '../cloudformation/resource-type';
import { AwsError, NotImplemented } from '../service';
import { unpack, writeInline } from './code';
import type { Lambda } from './lambda';
import { nodeOf } from './runtimes';

export function lambdaResourceTypes(lambda: Lambda): ResourceTypes {
  const deploy = async (name: string, properties: Properties) => {
    check(properties);
    nodeOf(properties.Runtime, lambda.options.node);
    assertAssumable(lambda, properties.Role);
    const { Code } = properties;
    const folder = Code.ZipFile === undefined ? await unpack(lambda.options.s3.get(Code.S3Bucket, Code.S3Key).body) : await writeInline(Code.ZipFile);
    lambda.deploy({
      name,
      folder,
      arn: lambda.arn(name),
      roleArn: properties.Role,
      runtime: properties.Runtime,
      handler: properties.Handler,
      timeoutSeconds: Number(properties.Timeout ?? 3),
      memorySize: Number(properties.MemorySize ?? 128),
      logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
      logFormat: properties.LoggingConfig?.LogFormat ?? 'Text',
      environment: properties.Environment?.Variables ?? {},
    });
    return { physicalId: name, attributes: { Arn: lambda.arn(name) } };
  };

  return {
    'AWS::Lambda::Function': {
      replacedBy: ['FunctionName'],
      create(properties, context) {
        const name = properties.FunctionName ?? context.generatedName(64);
        if (lambda.has(name)) throw new AwsError('ResourceConflictException', `Function already exist: ${name}`, 409);
        return deploy(name, properties);
      },
      update: (name, properties) => deploy(name, properties),
      delete: (name) => lambda.delete(name),
    },
    // Only other accounts and services need one, and none of them calls here.
    'AWS::Lambda::Permission': {
      create: (_, { generatedName }) => ({ physicalId: generatedName(100) }),
      delete: () => undefined,
    },
    'AWS::Lambda::EventInvokeConfig': {
      replacedBy: ['FunctionName', 'Qualifier'],
      create: (properties, { generatedName }) => ({ physicalId: (configure(lambda, properties), generatedName()) }),
      update: (physicalId, properties) => ({ physicalId: (configure(lambda, properties), physicalId) }),
      delete: (_, { FunctionName }) => void lambda.maximumRetryAttempts.delete(FunctionName),
    },
  };
}

function configure(lambda: Lambda, properties: Properties): void {
  // The age of an event never matters here: nothing is throttled.
  only('AWS::Lambda::EventInvokeConfig', properties, 'FunctionName', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts', 'Qualifier');
  if (properties.Qualifier !== '$LATEST') throw new NotImplemented(`Qualifier ${properties.Qualifier} of AWS::Lambda::EventInvokeConfig`);
  lambda.maximumRetryAttempts.set(properties.FunctionName, Number(properties.MaximumRetryAttempts ?? 2));
}

function check(properties: Properties): void {
  only(
    'AWS::Lambda::Function', properties,
    'Architectures', 'Code', 'Description', 'Environment', 'FunctionName', 'Handler', 'LoggingConfig', 'MemorySize', 'Role', 'Runtime', 'Tags', 'Timeout',
  );
  only('AWS::Lambda::Function', properties.Code, 'S3Bucket', 'S3Key', 'ZipFile');
}

/** Lambda refuses a role that is not there, or that does not trust it. */
function assertAssumable(lambda: Lambda, roleArn: string): void {
  const trust = lambda.options.iam.roleByArn(roleArn)?.trust as Properties | undefined;
  const trusted = [trust?.Statement ?? []].flat().some(
    ({ Effect, Principal }: Properties) => Effect === 'Allow' && [Principal?.Service ?? []].flat().includes('lambda.amazonaws.com'),
  );
  if (!trusted) throw new AwsError('InvalidParameterValueException', 'The role defined for the function cannot be assumed by Lambda.');
}
