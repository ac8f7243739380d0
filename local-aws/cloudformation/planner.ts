import type { S3 } from '../s3/s3';
import type { Ssm } from '../ssm/ssm';
import { AwsError } from '../service';
import { BoundTemplate } from './bound-template';
import { bindParameters } from './parameters';
import type { Plan, PlanInput } from './plan';
import type { ResourceHandler } from './resource-handler';
import type { Stack } from './stack';
import { parseTemplate, type Template } from './template';

/** Makes of a request what a stack's operation is to carry out. */
export class Planner {
  /** `exported`: the value of another stack's export. */
  constructor(
    private readonly options: { s3: S3; ssm: Ssm },
    private readonly handler: ResourceHandler,
    private readonly exported: (name: string) => string,
  ) {}

  /** Throws on what the stack's operation could not carry out. */
  plan(stack: Stack, input: PlanInput): Plan {
    const body = this.templateBody(input, stack);
    const template = parseTemplate(body);
    requireCapabilities(template, input.Capabilities ?? []);
    const readSsm = (name: string) => this.options.ssm.parameters.get(name)?.value;
    const { given, values } = bindParameters(template, input.Parameters ?? [], stack.parameters, readSsm);
    const target = new BoundTemplate(body, values, {
      region: stack.region,
      pseudo: {
        'AWS::AccountId': stack.account,
        'AWS::Region': stack.region,
        'AWS::Partition': 'aws',
        'AWS::URLSuffix': 'amazonaws.com',
        'AWS::StackId': stack.id,
        'AWS::StackName': stack.name,
        'AWS::NotificationARNs': [],
      },
      importValue: this.exported,
    });
    for (const { Type } of target.resources.values()) this.handler.typeOf(Type);
    const retyped = [...target.resources].filter(([id, { Type }]) => (stack.resources.get(id)?.type ?? Type) !== Type).map(([id]) => id);
    if (retyped.length > 0) {
      throw new AwsError(
        'ValidationError',
        `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${retyped.join(', ')}]`,
      );
    }
    return { target, parameters: given, tags: input.Tags ?? stack.tags, roleArn: input.RoleARN ?? stack.roleArn, capabilities: input.Capabilities ?? [] };
  }

  private templateBody({ TemplateBody, TemplateURL, UsePreviousTemplate }: PlanInput, stack: Stack): string {
    if (UsePreviousTemplate && stack.bound) return stack.bound.body;
    if (TemplateURL) return this.options.s3.getUrl(TemplateURL).toString('utf8');
    if (!TemplateBody) throw new AwsError('ValidationError', 'Either Template URL or Template Body must be specified.');
    return TemplateBody;
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html, "Capabilities" */
function requireCapabilities(template: Template, given: string[]): void {
  const iam = Object.values(template.Resources).filter(({ Type }) => ['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].includes(Type));
  const named = iam.some(({ Properties }) => Properties && ('RoleName' in Properties || 'ManagedPolicyName' in Properties));
  const missing = named ? !given.includes('CAPABILITY_NAMED_IAM') : iam.length > 0 && !given.some((capability) => capability.endsWith('_IAM'));
  if (missing) throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'}]`);
}
