import { randomUUID } from 'node:crypto';
import type { BoundTemplate } from './bound-template';
import type { GivenParameter } from './parameters';
import type { Properties } from './resource-type';
import type { ResourceDefinition } from './template';

/** One resource of a stack, as it is in the world. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly definition: ResourceDefinition;
  readonly physicalId: string;
  /** As they were when it was last created or updated with success. */
  readonly properties: Properties;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly noEcho: boolean;
  /** Of its definition, with intrinsic functions resolved. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What it depended on then, which says what outlives it. */
  readonly dependencies: ReadonlySet<string>;
  status: string;
  reason?: string;
  timestamp: Date;
}

export interface StackEvent {
  readonly EventId: string;
  readonly StackId: string;
  readonly StackName: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
  readonly Timestamp: Date;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
  readonly ClientRequestToken?: string;
}

export interface Output {
  readonly OutputKey: string;
  readonly OutputValue: string;
  readonly Description?: string;
  readonly ExportName?: string;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export class Stack {
  readonly creationTime = new Date();
  readonly id: string;
  readonly events: StackEvent[] = [];
  status = 'REVIEW_IN_PROGRESS';
  statusReason?: string;
  lastUpdatedTime?: Date;
  deletionTime?: Date;
  /** Absent until the first template is carried out. */
  bound?: BoundTemplate;
  resources = new Map<string, Resource>();
  outputs: Output[] = [];
  tags: readonly Tag[] = [];
  parameters: GivenParameter[] = [];
  capabilities: readonly string[] = [];
  roleArn?: string;
  clientRequestToken?: string;
  /** A failure stops the operation where it is. */
  disableRollback = false;
  /** A rollback deletes even what is to be retained, if it is new. */
  retainExceptOnCreate = false;
  private lastEventAt = 0;

  constructor(
    readonly name: string,
    readonly region: string,
    readonly account: string,
    readonly parent?: Stack,
  ) {
    this.id = `arn:aws:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`;
  }

  get inProgress(): boolean {
    return this.status.endsWith('_IN_PROGRESS') && this.status !== 'REVIEW_IN_PROGRESS';
  }

  /** Stopped half-way, without a rollback. */
  get paused(): boolean {
    return this.status === 'CREATE_FAILED' || this.status === 'UPDATE_FAILED';
  }

  get root(): Stack {
    return this.parent?.root ?? this;
  }

  get deleted(): boolean {
    return this.status === 'DELETE_COMPLETE';
  }

  setStatus(status: string, reason?: string): void {
    this.status = status;
    this.statusReason = reason;
    if (status === 'UPDATE_IN_PROGRESS') this.lastUpdatedTime = new Date();
    if (status === 'DELETE_COMPLETE') this.deletionTime = new Date();
    this.event(this.name, this.id, 'AWS::CloudFormation::Stack', status, reason);
  }

  event(logicalId: string, physicalId: string, type: string, status: string, reason?: string): void {
    // Readers sort by time, those of nested stacks together: no two events of a tree share one.
    this.root.lastEventAt = Math.max(Date.now(), this.root.lastEventAt + 1);
    this.events.push({
      EventId: randomUUID(),
      StackId: this.id,
      StackName: this.name,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      Timestamp: new Date(this.root.lastEventAt),
      ResourceStatus: status,
      ResourceStatusReason: reason,
      ClientRequestToken: this.clientRequestToken,
    });
  }
}
