import { Explained } from '../../contract/explained-error';
import { optional, record, text, type Fields } from '../../contract/fields';

/** What CloudFormation asks of a custom resource. */
export interface Request {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly stackId: string;
  readonly requestId: string;
  readonly logicalId: string;
  /** CloudFormation knows none at Create. */
  readonly physicalId?: string;
  readonly resourceType: string;
  /** From when CloudFormation asked until the run began; an earlier delivery may have done its part. 0 where that cannot be told. */
  readonly ageMs: number;
  readonly properties: Fields;
  /** Only at Update. */
  readonly oldProperties?: Fields;
}

export function parseRequest(event: Fields, ageMs: number): Request {
  const type = text.read(event, 'RequestType');
  if (type !== 'Create' && type !== 'Update' && type !== 'Delete') {
    throw new Explained(`RequestType ${JSON.stringify(type)} is not one of Create, Update, Delete`);
  }
  return {
    type,
    stackId: text.read(event, 'StackId'),
    requestId: text.read(event, 'RequestId'),
    logicalId: text.read(event, 'LogicalResourceId'),
    physicalId: type === 'Create' ? undefined : text.read(event, 'PhysicalResourceId'),
    resourceType: text.read(event, 'ResourceType'),
    ageMs,
    properties: record.read(event, 'ResourceProperties'),
    oldProperties: type === 'Update' ? optional(record).read(event, 'OldResourceProperties') : undefined,
  };
}
