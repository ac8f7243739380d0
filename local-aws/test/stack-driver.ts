import {
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  RollbackStackCommand,
  UpdateStackCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalAws } from '../local-aws';

/* Drives stacks of hand-written templates through the real SDK client. */

export type Resources = Record<string, object>;

/** What a scripted custom resource answers to one type of request; a null takes a field out of the answer. */
export interface Step {
  readonly answer?: Record<string, unknown>;
  /** The body as it is, in place of an answer. */
  readonly body?: string;
  readonly headers?: Record<string, string>;
  /** Milliseconds before the answer. */
  readonly delay?: number;
  readonly silent?: boolean;
  /** Answers twice; this is the second one. */
  readonly then?: Record<string, unknown>;
  /** How many times the function fails before it answers. */
  readonly crashes?: number;
  /** How many times the answer is FAILED before it is SUCCESS. */
  readonly failures?: number;
}

export type Script = Partial<Record<'Create' | 'Update' | 'Delete', Step>>;

const PROVIDER = `
const times = {};
exports.handler = async (event) => {
  const script = JSON.parse(event.ResourceProperties.Script || '{}')[event.RequestType] || {};
  const seen = times[event.RequestId + 'crash'] = (times[event.RequestId + 'crash'] || 0) + 1;
  if (seen <= (script.crashes || 0)) throw new Error('crashed as the script says');
  if (script.delay) await new Promise((resolve) => setTimeout(resolve, script.delay));
  if (script.silent) return;
  const key = event.LogicalResourceId + event.RequestType;
  times[key] = (times[key] || 0) + 1;
  const failed = times[key] <= (script.failures || 0) ? { Status: 'FAILED', Reason: 'as the script says' } : {};
  const put = async (overrides) => {
    const answer = {
      Status: 'SUCCESS', PhysicalResourceId: event.PhysicalResourceId || event.LogicalResourceId + '-id', StackId: event.StackId,
      RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId, ...overrides, ...failed,
    };
    for (const name of Object.keys(answer)) if (answer[name] === null) delete answer[name];
    const reply = await fetch(event.ResponseURL, { method: 'PUT', headers: { 'content-type': '', ...script.headers }, body: script.body || JSON.stringify(answer) });
    console.log('PUT', reply.status, await reply.text());
  };
  await put(script.answer);
  if (script.then) await put(script.then);
};`;

export const FAILED = { Status: 'FAILED', Reason: 'as the script says' };

/** A function that answers as the script in the properties says, with all that it needs. */
export function provider(timeout = 10): Resources {
  return {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
        },
        ManagedPolicyArns: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' }],
      },
    },
    Provider: {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: timeout, Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Code: { ZipFile: PROVIDER } },
    },
  };
}

export function scripted(script: Script = {}, properties: Record<string, unknown> = {}, attributes: object = {}): object {
  return {
    Type: 'Custom::Scripted',
    Properties: { ServiceToken: { 'Fn::GetAtt': ['Provider', 'Arn'] }, Script: JSON.stringify(script), ...properties },
    ...attributes,
  };
}

export class StackDriver {
  readonly client: CloudFormationClient;
  /** Of the latest stack of this name, which may be gone. */
  id = '';

  constructor(
    private readonly aws: LocalAws,
    readonly name = 'Test',
  ) {
    const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = aws.env;
    this.client = new CloudFormationClient({
      endpoint: AWS_ENDPOINT_URL,
      region: AWS_REGION,
      credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    });
  }

  /** Creates or updates, and waits for the end of it. */
  async deploy(resources: Resources, rest: object = {}, options: object = {}): Promise<Stack> {
    const exists = this.aws.cloudformation.stack(this.name) !== undefined;
    const input = {
      StackName: this.name,
      TemplateBody: JSON.stringify({ Resources: resources, ...rest }),
      Capabilities: ['CAPABILITY_NAMED_IAM' as const],
      ...options,
    };
    const { StackId } = exists ? await this.client.send(new UpdateStackCommand(input)) : await this.client.send(new CreateStackCommand(input));
    this.id = StackId!;
    return this.settled(this.id);
  }

  async delete(retain?: string[]): Promise<Stack> {
    await this.client.send(new DeleteStackCommand({ StackName: this.id, RetainResources: retain }));
    return this.settled(this.id);
  }

  async settled(id: string): Promise<Stack> {
    for (;;) {
      const found = await this.describe(id);
      if (!found.StackStatus!.endsWith('_IN_PROGRESS')) return found;
      await sleep(10);
    }
  }

  async describe(id = this.id): Promise<Stack> {
    return (await this.client.send(new DescribeStacksCommand({ StackName: id }))).Stacks![0];
  }

  /** What `cdk rollback` calls for a stack that `--no-rollback` left half-way. */
  async rollBack(options: object = {}): Promise<Stack> {
    await this.client.send(new RollbackStackCommand({ StackName: this.id, ...options }));
    return this.settled(this.id);
  }

  async continueRollback(skip?: string[]): Promise<Stack> {
    await this.client.send(new ContinueUpdateRollbackCommand({ StackName: this.id, ResourcesToSkip: skip }));
    return this.settled(this.id);
  }

  /** `AWS::CloudFormation::Stack`, with its template in S3. */
  nested(resources: Resources, { template = {}, properties = {} }: { template?: object; properties?: object } = {}): object {
    if (!this.aws.s3.buckets.has('templates')) this.aws.s3.buckets.set('templates', { objects: new Map(), sseAlgorithm: 'AES256' });
    const body = Buffer.from(JSON.stringify({ Resources: resources, ...template }));
    const key = `${createHash('sha256').update(body).digest('hex')}.json`;
    this.aws.s3.put('templates', key, body);
    const TemplateURL = { 'Fn::Sub': `https://s3.\${AWS::Region}.\${AWS::URLSuffix}/templates/${key}` };
    return { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL, ...properties } };
  }

  /** The ARN of the nested stack. */
  childId(logicalId: string, stackId = this.id): string {
    return this.aws.cloudformation.stack(stackId)!.resources.get(logicalId)!.physicalId;
  }

  /** The statuses of the stack itself, oldest first. */
  async statuses(id = this.id): Promise<string[]> {
    const { StackEvents } = await this.client.send(new DescribeStackEventsCommand({ StackName: id }));
    return StackEvents!
      .reverse()
      .filter(({ PhysicalResourceId }) => PhysicalResourceId === id)
      .map(({ ResourceStatus }) => ResourceStatus!);
  }

  /** `LogicalId STATUS`, oldest first, of all events but the provider's. */
  async events(): Promise<string[]> {
    const { StackEvents } = await this.client.send(new DescribeStackEventsCommand({ StackName: this.id }));
    const own = StackEvents!.reverse().filter((event) => !['AWS::IAM::Role', 'AWS::Lambda::Function'].includes(event.ResourceType!));
    return own.map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}`);
  }

  async reason(logicalId: string, status: string): Promise<string | undefined> {
    const { StackEvents } = await this.client.send(new DescribeStackEventsCommand({ StackName: this.id }));
    return StackEvents!.find((event) => event.LogicalResourceId === logicalId && event.ResourceStatus === status)?.ResourceStatusReason;
  }

  /** `RequestType LogicalId PhysicalId` of every request to a custom resource. */
  get requests(): string[] {
    return this.aws.cloudformation.exchanges.map(({ request }) =>
      [request.RequestType, request.LogicalResourceId, request.PhysicalResourceId].filter(Boolean).join(' '),
    );
  }
}
