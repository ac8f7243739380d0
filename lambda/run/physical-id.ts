import type { Request } from './request';

const CREATED = 'cdk-teardown/';
const FAILED_CREATE = 'cdk-teardown-create-failed/';

/** Chosen once, at Create: the same for every delivery of the same request. */
export function physicalIdOf(request: Request, failed: boolean): string {
  if (request.physicalId !== undefined) return request.physicalId;
  return `${failed ? FAILED_CREATE : CREATED}${request.requestId}`;
}

/** Whether the Create of what is deleted has succeeded. CloudFormation makes up an id for one that never answered. */
export function wasCreated({ physicalId }: Request): boolean {
  return physicalId?.startsWith(CREATED) ?? false;
}
