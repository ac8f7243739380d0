import { Explained } from './failure';
import { optional, record, text, type Fields } from './parse';

/** What CloudFormation asks of a custom resource. */
export interface Request {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly stackId: string;
  readonly requestId: string;
  readonly logicalId: string;
  /** CloudFormation knows none at Create. */
  readonly physicalId?: string;
  readonly resourceType: string;
  readonly properties: Fields;
  /** Only at Update. */
  readonly oldProperties?: Fields;
}

export function parseRequest(event: Fields): Request {
  const type = text(event, 'RequestType');
  if (type !== 'Create' && type !== 'Update' && type !== 'Delete') {
    throw new Explained(`RequestType ${JSON.stringify(type)} is not one of Create, Update, Delete`);
  }
  return {
    type,
    stackId: text(event, 'StackId'),
    requestId: text(event, 'RequestId'),
    logicalId: text(event, 'LogicalResourceId'),
    physicalId: type === 'Create' ? undefined : text(event, 'PhysicalResourceId'),
    resourceType: text(event, 'ResourceType'),
    properties: record(event, 'ResourceProperties'),
    oldProperties: type === 'Update' ? optional(record)(event, 'OldResourceProperties') : undefined,
  };
}
