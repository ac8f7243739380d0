import { TAGS, type Properties, type ResourceTypes } from '../cloudformation/resource-type';
import { AwsError } from '../service';
import { integer, list, map, oneOf, only, required, structure, text } from '../shapes';
import { unpack, writeInline } from './code';
import type { Lambda } from './lambda';
import { nodeOf } from './runtimes';

const FUNCTION_NAME = required(text({ min: 1, max: 256 }));

export function lambdaResourceTypes(lambda: Lambda): ResourceTypes {
  const deploy = async (name: string, properties: Properties) => {
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
      timeoutSeconds: properties.Timeout ?? 3,
      memorySize: properties.MemorySize ?? 128,
      logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
      logFormat: properties.LoggingConfig?.LogFormat ?? 'Text',
      environment: properties.Environment?.Variables ?? {},
    });
    return { physicalId: name, attributes: { Arn: lambda.arn(name) } };
  };

  return {
    'AWS::Lambda::Function': {
      // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
      properties: {
        FunctionName: text({ min: 1, max: 64, pattern: /[a-zA-Z0-9-_]+/ }),
        Runtime: required(text()),
        Handler: required(text({ max: 128, pattern: /\S+/ })),
        Role: required(text({ pattern: /arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+/ })),
        Description: text({ min: 0, max: 256 }),
        Code: required(structure({ S3Bucket: text({ min: 3, max: 63 }), S3Key: text({ min: 1, max: 1024 }), ZipFile: text() })),
        Timeout: integer({ min: 1, max: 900 }),
        MemorySize: integer({ min: 128, max: 10240 }),
        Architectures: list(oneOf('x86_64', 'arm64'), { min: 1, max: 1 }),
        Environment: structure({ Variables: map(text({ pattern: /[a-zA-Z]\w+/ }), text()) }),
        Tags: TAGS,
        LoggingConfig: structure({ LogGroup: text({ min: 1, max: 512, pattern: /[.\-_/#A-Za-z0-9]+/ }), LogFormat: oneOf('JSON', 'Text') }),
      },
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
      properties: {
        FunctionName: FUNCTION_NAME,
        Action: required(text({ pattern: /lambda:[*]|lambda:[a-zA-Z]+|[*]/ })),
        Principal: required(text({ pattern: /\S+/ })),
        SourceAccount: text({ pattern: /\d{12}/ }),
        SourceArn: text(),
      },
      create: (_, { generatedName }) => ({ physicalId: generatedName(100) }),
      delete: () => undefined,
    },
    'AWS::Lambda::EventInvokeConfig': {
      properties: {
        FunctionName: FUNCTION_NAME,
        Qualifier: required(only(text(), '$LATEST')),
        MaximumRetryAttempts: integer({ min: 0, max: 2 }),
        MaximumEventAgeInSeconds: integer({ min: 60, max: 21600 }),
      },
      replacedBy: ['FunctionName', 'Qualifier'],
      create: (properties, { generatedName }) => ({ physicalId: (lambda.eventInvokeConfigs.set(properties.FunctionName, properties), generatedName()) }),
      update: (physicalId, properties) => ({ physicalId: (lambda.eventInvokeConfigs.set(properties.FunctionName, properties), physicalId) }),
      delete: (_, { FunctionName }) => void lambda.eventInvokeConfigs.delete(FunctionName),
    },
  };
}

/** Lambda refuses a role that is not there, or that does not trust it. */
function assertAssumable(lambda: Lambda, roleArn: string): void {
  if (lambda.options.iam.isTrusted(roleArn, 'lambda.amazonaws.com')) return;
  throw new AwsError('InvalidParameterValueException', 'The role defined for the function cannot be assumed by Lambda.');
}
