import { Stack, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';

/** `{"Version":"2012-10-17","Statement":[]}` */
const AROUND_STATEMENTS = 40;
/** `arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:` */
const BEFORE_NAME = 64;
/** What CloudFormation and services append to a name that they generate, with its hyphens. */
const AFTER_NAME = 22;
/** Of a name that nothing is known about. */
const NAME = 80;

/** Each statement as the template has it, and how many characters it has when it is deployed. */
export type Statements = ReadonlyMap<string, number>;

/** What a document of these statements takes of IAM's quotas, which do not count white space. */
export function documentSize(statements: Statements): number {
  return [...statements.values()].reduce((sum, characters) => sum + characters + 1, AROUND_STATEMENTS - 1);
}

/** The statements of a document. What is known only when they are deployed counts as long as it may well be. */
export function statementsOf(document: unknown, stack: Stack): Statements {
  const { Statement = [] } = stack.resolve(document) ?? {};
  return new Map([Statement].flat().map((statement) => [JSON.stringify(statement), JSON.stringify(deployed(statement, stack)).length]));
}

/** @param start whether the value is the start of a text, where a reference is taken for an ARN and not for a name */
function deployed(value: unknown, stack: Stack, start = true): unknown {
  if (Array.isArray(value)) return value.map((element) => deployed(element, stack));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[name, of] = ['']] = entries;
  if (entries.length !== 1 || !/^(Ref$|Fn::)/.test(name)) return Object.fromEntries(entries.map(([key, inner]) => [key, deployed(inner, stack)]));
  if (name === 'Fn::Join' && Array.isArray(of[1])) return of[1].map((part: unknown, n: number) => deployed(part, stack, n === 0)).join(of[0]);
  return 'x'.repeat(pseudoParameter(of, stack) ?? (start ? BEFORE_NAME : 0) + nameLength(of, stack));
}

function nameLength(of: unknown, stack: Stack): number {
  const [logicalId] = [of].flat();
  return typeof logicalId === 'string' ? lengthOf(stack.stackName, NAME) + logicalId.length + AFTER_NAME : NAME;
}

function pseudoParameter(name: unknown, stack: Stack): number | undefined {
  switch (name) {
    case 'AWS::Partition':
      return Token.isUnresolved(stack.region) ? 'aws-us-gov'.length : (RegionInfo.get(stack.region).partition ?? 'aws').length;
    case 'AWS::Region':
      return lengthOf(stack.region, 'ap-southeast-1'.length);
    case 'AWS::AccountId':
      return 12;
    case 'AWS::StackName':
      return lengthOf(stack.stackName, NAME);
    case 'AWS::StackId':
      return BEFORE_NAME + lengthOf(stack.stackName, NAME) + 37;
    case 'AWS::URLSuffix':
      return 'amazonaws.com.cn'.length;
    default:
      return undefined;
  }
}

function lengthOf(text: string, unknown: number): number {
  return Token.isUnresolved(text) ? unknown : text.length;
}
