import type { ResourceTypes } from '../cloudformation/resource-type';
import { jsonReply } from '../json-protocol';
import { AwsError, NotImplemented, type Api, type Call, type Reply, type Service } from '../service';
import { flag, list, map, oneOf, only, required, text } from '../shapes';

interface Parameter {
  readonly type: 'String' | 'StringList' | 'SecureString';
  readonly value: string;
  readonly version: number;
  readonly lastModified: number;
}

const NAME = text({ min: 1, max: 2048 });
const TYPE = oneOf('String', 'StringList', 'SecureString');
const PARAMETER = {
  Value: required(text({ sensitive: true })),
  // Neither changes what is read.
  Description: text({ min: 0, max: 1024 }),
  Tier: only(oneOf('Standard', 'Advanced', 'Intelligent-Tiering'), 'Standard'),
  DataType: only(text({ min: 0, max: 128 }), 'text'),
};

/** Parameter Store. */
export class Ssm implements Service {
  readonly signingNames = ['ssm'];
  readonly protocol = 'json';
  readonly denial = { code: 'AccessDeniedException', status: 400 };
  readonly parameters = new Map<string, Parameter>();
  readonly resourceTypes: ResourceTypes = {
    'AWS::SSM::Parameter': {
      properties: {
        Name: NAME,
        Type: required(TYPE),
        ...PARAMETER,
        AllowedPattern: text({ min: 0, max: 1024 }),
        Tags: map(text({ min: 1, max: 128 }), text({ min: 0, max: 256 })),
      },
      replacedBy: ['Name'],
      create: (properties, context) => {
        const name = properties.Name ?? context.generatedName();
        if (this.parameters.has(name)) throw new AwsError('ParameterAlreadyExists', `${name} already exists`);
        return this.fromTemplate(name, properties);
      },
      update: (name, properties) => this.fromTemplate(name, properties),
      delete: (name) => void this.parameters.delete(name),
    },
  };

  constructor(
    private readonly region: string,
    private readonly account: string,
  ) {}

  handle(call: Call): Promise<Reply> {
    return jsonReply(this.api, 'AmazonSSM', call);
  }

  readonly api: Api<object | void> = {
    name: 'ssm',
    prefix: 'ssm',
    invalid: 'ValidationException',
    operations: {
      GetParameter: {
        members: { Name: required(NAME), WithDecryption: flag() },
        on: ({ Name }) => this.arn(nameIn(Name)),
        handle: ({ Name, WithDecryption }) => {
          const parameter = this.read(Name, WithDecryption);
          if (!parameter) throw new AwsError('ParameterNotFound', '');
          return { Parameter: parameter };
        },
      },
      GetParameters: {
        members: { Names: required(list(NAME, { min: 1, max: 10 })), WithDecryption: flag() },
        on: ({ Names }) => Names.map((name: string) => this.arn(nameIn(name))),
        handle: ({ Names, WithDecryption }: { Names: string[]; WithDecryption?: boolean }) => {
          const found = Names.map((name) => this.read(name, WithDecryption));
          return { Parameters: found.filter(Boolean), InvalidParameters: Names.filter((_, index) => !found[index]) };
        },
      },
      PutParameter: {
        members: { Name: required(NAME), Type: TYPE, ...PARAMETER, Overwrite: flag() },
        on: ({ Name }) => this.arn(Name),
        handle: ({ Name, Value, Type, Overwrite }) => {
          const there = this.parameters.get(Name);
          if (there && !Overwrite)
            throw new AwsError(
              'ParameterAlreadyExists',
              'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
            );
          if (!there && !Type) throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
          return { Version: this.put(Name, Type ?? there!.type, Value).version, Tier: 'Standard' };
        },
      },
      DeleteParameter: {
        members: { Name: required(NAME) },
        on: ({ Name }) => this.arn(Name),
        handle: ({ Name }) => {
          if (!this.parameters.delete(Name)) throw new AwsError('ParameterNotFound', '');
        },
      },
    },
  };

  private read(nameOrArn: string, decrypted?: boolean): object | undefined {
    const name = nameIn(nameOrArn);
    if (name.includes(':')) throw new NotImplemented(`ssm versions and labels of parameters: ${name}`);
    const parameter = this.parameters.get(name);
    if (!parameter) return undefined;
    const { type, value, version, lastModified } = parameter;
    const encrypted = type === 'SecureString' && !decrypted;
    return {
      Name: name,
      Type: type,
      Value: encrypted ? 'AQICAHhsZWZ0IGVuY3J5cHRlZA==' : value,
      Version: version,
      LastModifiedDate: lastModified,
      ARN: this.arn(name),
      DataType: 'text',
    };
  }

  private put(name: string, type: Parameter['type'], value: string): Parameter {
    const parameter = { type, value, version: (this.parameters.get(name)?.version ?? 0) + 1, lastModified: Date.now() / 1000 };
    this.parameters.set(name, parameter);
    return parameter;
  }

  private fromTemplate(name: string, properties: Record<string, any>) {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
    if (properties.Type === 'SecureString') throw new AwsError('ValidationError', "CloudFormation doesn't support creating a SecureString parameter type.");
    this.put(name, properties.Type, properties.Value);
    return { physicalId: name, attributes: { Type: properties.Type, Value: properties.Value } };
  }

  private arn(name: string): string {
    return `arn:aws:ssm:${this.region}:${this.account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
  }
}

function nameIn(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn.replace(/^.*:parameter(\/[^/]+$)?/, (_, flat = '') => flat.slice(1)) : nameOrArn;
}
