import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Reasons } from './acknowledge';

const NO_RESOURCE = 'AWS authorizes this action on no resource';
const MANY = 'are found when a run happens, or are too many to be named in a policy; of the latter cdk-teardown:wildcardPermission warns';
const OF_CLIENTS = `Which clients to disconnect ${MANY}`;
const OF_CONTACTS = `Which contacts of the one instance to stop ${MANY}`;
const OF_THINGS = `Which things to delete, or are children of those, ${MANY}`;
const LOG_DELIVERY = 'AWS authorizes what a state machine needs in order to log on no resource';
const INTERFACES = "EC2 does not tell the function's network interfaces from others; granted only with `vpc`";
const LOG_STREAMS = "The streams of the provider's one log group";

/**
 * Why the library has permissions on more than one resource. An action that it does not use so is the user's, to be judged by the user.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const WHY_WILDCARD: { readonly [action: string]: string } = {
  'iot:DeleteConnection': OF_CLIENTS,
  'iot:GetConnection': OF_CLIENTS,
  'iot:DescribeEndpoint': NO_RESOURCE,
  'iot:GetIndexingConfiguration': NO_RESOURCE,
  'iot:DetachPolicy': "AWS authorizes it on what loses the policy, and Amazon Cognito identities have no ARN; granted in the stack's region only",
  'connect:StopContact': OF_CONTACTS,
  'connect:DescribeContact': OF_CONTACTS,
  'connect:GetContactAttributes': 'A search by attributes reads them of any contact of the one instance',
  'iotmanagedintegrations:DeleteManagedThing': OF_THINGS,
  'iotmanagedintegrations:GetManagedThing': OF_THINGS,
  'iotmanagedintegrations:ListManagedThings': NO_RESOURCE,
  'kms:Decrypt': 'IAM knows keys by their ids only; a condition allows the one that has the alias, and only through the service that it encrypts for',
  'states:DescribeExecution': 'Executions of the one state machine, which are named when they start',
  'logs:CreateLogStream': LOG_STREAMS,
  'logs:PutLogEvents': LOG_STREAMS,
  'logs:CreateLogDelivery': LOG_DELIVERY,
  'logs:GetLogDelivery': LOG_DELIVERY,
  'logs:UpdateLogDelivery': LOG_DELIVERY,
  'logs:DeleteLogDelivery': LOG_DELIVERY,
  'logs:ListLogDeliveries': LOG_DELIVERY,
  'logs:PutResourcePolicy': LOG_DELIVERY,
  'logs:DescribeResourcePolicies': LOG_DELIVERY,
  'logs:DescribeLogGroups': LOG_DELIVERY,
  'xray:PutTraceSegments': NO_RESOURCE,
  'xray:PutTelemetryRecords': NO_RESOURCE,
  'ec2:CreateNetworkInterface': INTERFACES,
  'ec2:DescribeNetworkInterfaces': INTERFACES,
  'ec2:DescribeSubnets': INTERFACES,
  'ec2:DeleteNetworkInterface': INTERFACES,
  'ec2:AssignPrivateIpAddresses': INTERFACES,
  'ec2:UnassignPrivateIpAddresses': INTERFACES,
};

/** The findings that cdk-nag has of wildcards in a policy. */
export function wildcardFindings(document: iam.PolicyDocument, stack: Stack): string[] {
  return statementsOf(document, stack).flatMap(({ Resource }) => findingsOf(Resource));
}

/** Those of them that are the library's, and why they must be. */
export function wildcardReasons(document: iam.PolicyDocument, stack: Stack): Reasons {
  const reasons: Record<string, Set<string>> = {};
  for (const { Action, Resource, Condition } of statementsOf(document, stack)) {
    const why = [Action].flat().map((action) => (action === 'kms:Decrypt' && !isOfAlias(Condition) ? undefined : WHY_WILDCARD[action]));
    for (const finding of findingsOf(Resource)) for (const reason of why) if (reason) (reasons[finding] ??= new Set()).add(reason);
  }
  return Object.fromEntries(Object.entries(reasons).map(([finding, why]) => [finding, [...why].join('. ')]));
}

function statementsOf(document: iam.PolicyDocument, stack: Stack): any[] {
  return [stack.resolve(document)?.Statement ?? []].flat();
}

function isOfAlias(condition: any): boolean {
  return condition?.['ForAnyValue:StringEquals']?.['kms:ResourceAliases'] !== undefined;
}

function findingsOf(resources: unknown): string[] {
  return [resources]
    .flat()
    .map(asWritten)
    .filter((resource) => resource.includes('*'))
    .map((resource) => `AwsSolutions-IAM5[Resource::${resource}]`);
}

/** An ARN as it is in the id of a finding. */
function asWritten(value: any): string {
  if (typeof value === 'string') return value.replace(/\$\{/g, '<').replace(/\}/g, '>');
  const [[name, of] = ['']] = Object.entries<any>(value ?? {});
  switch (name) {
    case 'Ref':
      return `<${of}>`;
    case 'Fn::GetAtt':
      return `<${of.join('.')}>`;
    case 'Fn::Join':
      return of[1].map(asWritten).join(of[0]);
    case 'Fn::Sub':
    case 'Fn::ImportValue':
      return asWritten(of);
    default:
      return JSON.stringify(value);
  }
}
