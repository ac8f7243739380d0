import type { Logger } from '@aws-lambda-powertools/logger';
import type { Fields } from '../../contract/fields';
import { physicalIdOf } from './moment';
import type { Request } from './request';
import { respond, type Response } from './response';

/** What a request came to. */
export type Answer = Pick<Response, 'Status' | 'Reason' | 'Data'>;

/** @param request undefined where the event makes none */
export async function answer(url: URL, event: Fields, request: Request | undefined, { Status, Reason, Data }: Answer, logger: Logger): Promise<void> {
  const given = (name: string) => (typeof event[name] === 'string' && event[name] !== '' ? event[name] : 'unknown');
  await respond(url, {
    Status,
    Reason,
    PhysicalResourceId: request ? physicalIdOf(request, Status === 'FAILED') : given('PhysicalResourceId'),
    StackId: given('StackId'),
    RequestId: given('RequestId'),
    LogicalResourceId: given('LogicalResourceId'),
    Data,
  });
  if (Status === 'SUCCESS') logger.info('answered SUCCESS');
  else logger.error('answered FAILED', { reason: Reason });
}
