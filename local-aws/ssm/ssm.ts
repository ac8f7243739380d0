import { only, type ResourceTypes } from '../cloudformation/resource-type';
import { jsonReply } from '../json-protocol';
import { AwsError, NotImplemented, type Call, type Reply, type Service } from '../service';

interface Parameter {
  readonly type: 'String' | 'StringList' | 'SecureString';
  readonly value: string;
  readonly version: number;
  readonly lastModified: number;
}

/** Parameter Store. */
export class Ssm implements Service {
  readonly signingNames = ['ssm'];
  readonly protocol = 'json';
  readonly denial = { code: 'AccessDeniedException', status: 400 };
  readonly parameters = new Map<string, Parameter>();
  readonly resourceTypes: ResourceTypes = {
    'AWS::SSM::Parameter': {
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

  constructor(private readonly region: string, private readonly account: string) {}

  handle(call: Call): Reply {
    return jsonReply(call, {
      GetParameter: ({ Name, WithDecryption }) => {
        const parameter = this.read(call, 'ssm:GetParameter', Name, WithDecryption);
        if (!parameter) throw new AwsError('ParameterNotFound', '');
        return { Parameter: parameter };
      },
      GetParameters: ({ Names, WithDecryption }) => {
        const found = (Names as string[]).map((name) => this.read(call, 'ssm:GetParameters', name, WithDecryption));
        return { Parameters: found.filter(Boolean), InvalidParameters: (Names as string[]).filter((_, index) => !found[index]) };
      },
      PutParameter: ({ Name, Value, Type, Overwrite }) => {
        call.authorize('ssm:PutParameter', this.arn(Name));
        if (this.parameters.has(Name) && !Overwrite) throw new AwsError('ParameterAlreadyExists', 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.');
        return { Version: this.put(Name, Type ?? this.parameters.get(Name)?.type ?? 'String', Value).version, Tier: 'Standard' };
      },
      DeleteParameter: ({ Name }) => {
        call.authorize('ssm:DeleteParameter', this.arn(Name));
        if (!this.parameters.delete(Name)) throw new AwsError('ParameterNotFound', '');
      },
    });
  }

  private read(call: Call, action: string, nameOrArn: string, decrypted?: boolean): object | undefined {
    const name = nameOrArn.startsWith('arn:') ? nameOrArn.replace(/^.*:parameter(\/[^/]+$)?/, (_, flat = '') => flat.slice(1)) : nameOrArn;
    call.authorize(action, this.arn(name));
    const parameter = this.parameters.get(name);
    if (!parameter) return undefined;
    const { type, value, version, lastModified } = parameter;
    const encrypted = type === 'SecureString' && !decrypted;
    return {
      Name: name, Type: type, Value: encrypted ? 'AQICAHhsZWZ0IGVuY3J5cHRlZA==' : value,
      Version: version, LastModifiedDate: lastModified, ARN: this.arn(name), DataType: 'text',
    };
  }

  private put(name: string, type: Parameter['type'], value: string): Parameter {
    const parameter = { type, value, version: (this.parameters.get(name)?.version ?? 0) + 1, lastModified: Date.now() / 1000 };
    this.parameters.set(name, parameter);
    return parameter;
  }

  private fromTemplate(name: string, properties: Record<string, any>) {
    only('AWS::SSM::Parameter', properties, 'AllowedPattern', 'DataType', 'Description', 'Name', 'Tags', 'Tier', 'Type', 'Value');
    if (properties.DataType && properties.DataType !== 'text') throw new NotImplemented(`DataType ${properties.DataType} of AWS::SSM::Parameter`);
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
    if (properties.Type === 'SecureString') throw new AwsError('ValidationError', "CloudFormation doesn't support creating a SecureString parameter type.");
    this.put(name, properties.Type, properties.Value);
    return { physicalId: name, attributes: { Type: properties.Type, Value: properties.Value } };
  }

  private arn(name: string): string {
    return `arn:aws:ssm:${this.region}:${this.account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
  }
}
