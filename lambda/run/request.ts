import { optional, record, text } from './parse';

/** What CloudFormation asks of a custom resource. */
export interface Request {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly stackId: string;
  readonly requestId: string;
  readonly logicalId: string;
  /** CloudFormation knows none at Create. */
  readonly physicalId?: string;
  readonly properties: Record<string, unknown>;
  /** Only at Update. */
  readonly oldProperties?: Record<string, unknown>;
}

export function parseRequest(event: Record<string, unknown>): Request {
  const type = text(event, 'RequestType');
  if (type !== 'Create' && type !== 'Update' && type !== 'Delete') {
    throw new Error(`RequestType ${JSON.stringify(type)} is not one of Create, Update, Delete`);
  }
  return {
    type,
    stackId: text(event, 'StackId'),
    requestId: text(event, 'RequestId'),
    logicalId: text(event, 'LogicalResourceId'),
    physicalId: type === 'Create' ? undefined : text(event, 'PhysicalResourceId'),
    properties: record(event, 'ResourceProperties'),
    oldProperties: type === 'Update' ? optional(record)(event, 'OldResourceProperties') : undefined,
  };
}
