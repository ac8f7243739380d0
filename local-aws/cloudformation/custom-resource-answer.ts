import type { CustomResourceRequest } from './custom-resource-request';
import { ResourceFailed } from './resource-type';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
export interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly NoEcho?: boolean | string;
  readonly Data?: Record<string, unknown>;
}

const MAX_BODY_BYTES = 4096;
const MAX_PHYSICAL_ID_BYTES = 1024;

/** An answer that CloudFormation does not accept. */
export class InvalidAnswer extends ResourceFailed {}

/** The answer, if it is a valid success; throws what CloudFormation would say of it if not. */
export function readAnswer(body: string, request: CustomResourceRequest): Answer {
  if (Buffer.byteLength(body) > MAX_BODY_BYTES) throw new InvalidAnswer('Response object is too long.');
  const answer = parse(body);
  for (const field of ['StackId', 'RequestId', 'LogicalResourceId'] as const) {
    if (answer[field] !== request[field]) throw new InvalidAnswer(`Invalid Response object: Value of ${field} does not match the request`);
  }
  const { Status, Reason, PhysicalResourceId } = answer;
  const validId = typeof PhysicalResourceId === 'string' && PhysicalResourceId !== '' && Buffer.byteLength(PhysicalResourceId) <= MAX_PHYSICAL_ID_BYTES;
  if (Status !== 'SUCCESS' && Status !== 'FAILED') throw new InvalidAnswer('Invalid Response object: Value of Status must be SUCCESS or FAILED');
  if (Status === 'FAILED') {
    if (!Reason) throw new InvalidAnswer('Invalid Response object: Reason is required if Status is FAILED');
    throw new ResourceFailed(
      `Received response status [FAILED] from custom resource. Message returned: ${Reason} (RequestId: ${request.RequestId})`,
      validId ? PhysicalResourceId : undefined,
    );
  }
  if (!validId) throw new InvalidAnswer('Invalid PhysicalResourceId');
  if (answer.Data !== undefined && (typeof answer.Data !== 'object' || answer.Data === null || Array.isArray(answer.Data))) {
    throw new InvalidAnswer('Invalid Response object: Data must be a map of name-value pairs');
  }
  return answer as Answer;
}

function parse(body: string): Partial<Answer> {
  try {
    const answer = JSON.parse(body);
    if (typeof answer === 'object' && answer !== null) return answer;
  } catch {
    // Said below.
  }
  throw new InvalidAnswer('Response is not valid JSON');
}
