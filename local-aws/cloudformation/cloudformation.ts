import { queryReply } from '../query-protocol';
import type { S3 } from '../s3/s3';
import type { Api, Call, Reply, Service } from '../service';
import type { Ssm } from '../ssm/ssm';
import { changeSetOperations } from './change-set-api';
import { CustomResources, type CustomResourceOptions, type Exchange } from './custom-resources';
import { NestedStacks } from './nested-stacks';
import { ResourceHandler } from './resource-handler';
import type { ResourceTypes } from './resource-type';
import { ownResourceTypes } from './resource-types';
import type { Stack } from './stack';
import { stackOperations } from './stack-api';
import { Stacks } from './stacks';

export interface CloudFormationOptions extends CustomResourceOptions {
  readonly region: string;
  readonly account: string;
  readonly s3: S3;
  readonly ssm: Ssm;
  readonly resourceTypes: ResourceTypes;
}

/** The API of CloudFormation. */
export class CloudFormation implements Service {
  readonly signingNames = ['cloudformation'];
  readonly protocol = 'query';
  readonly denial = { code: 'AccessDenied', status: 403 };
  private readonly customResources: CustomResources;
  private readonly handler: ResourceHandler;
  private readonly stacks: Stacks;
  readonly api: Api<object | void>;

  constructor(private readonly options: CloudFormationOptions) {
    this.customResources = new CustomResources(options);
    this.handler = new ResourceHandler({ ...ownResourceTypes, ...options.resourceTypes }, this.customResources, new NestedStacks(() => this.stacks));
    this.stacks = new Stacks(options, this.handler);
    this.api = {
      name: 'cloudformation',
      prefix: 'cloudformation',
      invalid: 'ValidationError',
      operations: { ...stackOperations(this.stacks, this.onStack), ...changeSetOperations(this.stacks, this.handler, this.onStack) },
    };
  }

  /** Every request to a custom resource, and the answer to it. */
  get exchanges(): readonly Exchange[] {
    return this.customResources.exchanges;
  }

  /** What a template may name, custom resources aside, and the properties that are understood of it. */
  get resourceTypes(): ReadonlyMap<string, readonly string[]> {
    return this.handler.known;
  }

  /** For tests and the demo to look at. */
  stack(nameOrArn: string): Stack | undefined {
    return this.stacks.find(nameOrArn);
  }

  ownsUnsigned(call: Call): boolean {
    return this.customResources.owns(call);
  }

  handle(call: Call): Promise<Reply> | Reply {
    return call.caller.kind === 'anonymous' ? this.customResources.receive(call) : queryReply(this.api, '2010-05-15', call);
  }

  async stop(): Promise<void> {
    this.customResources.stop();
    await this.stacks.settled();
  }

  /** What a call about a stack is authorised on. */
  private onStack = ({ StackName }: { StackName?: string }): string => {
    const { region, account } = this.options;
    if (StackName === undefined) return `arn:aws:cloudformation:${region}:${account}:stack/*/*`;
    return this.stacks.find(StackName)?.id ?? (StackName.startsWith('arn:') ? StackName : `arn:aws:cloudformation:${region}:${account}:stack/${StackName}/*`);
  };
}
