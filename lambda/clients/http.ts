import { Explained } from '../../contract/explained-error';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { HttpHandlerOptions } from '@smithy/types';

/** Of one attempt, from its beginning to the last byte of its answer: the SDK's own limits end with the headers. */
const ATTEMPT_MS = 10_000;

/** Of somebody else, or of a service that is not well: no proof that anything ended. Worth another attempt. */
class MalformedAnswer extends Explained {
  override readonly name = 'MalformedAnswer';
  readonly $retryable = {};
}

/**
 * For every client: without limits a call that nobody answers, or whose answer does not end, would outlast the function, and
 * CloudFormation would wait in vain.
 */
export class WholeAnswers extends NodeHttpHandler {
  /** @param answers what the service's answers are written in, if they are to be checked */
  constructor(private readonly answers?: 'JSON') {
    super({
      connectionTimeout: 3_000,
      requestTimeout: 5_000,
      throwOnRequestTimeout: true,
      // The run decides how many calls are under way.
      httpsAgent: { maxSockets: Infinity },
      httpAgent: { maxSockets: Infinity },
    });
  }

  override async handle(request: HttpRequest, options?: HttpHandlerOptions): Promise<{ response: HttpResponse }> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), ATTEMPT_MS);
    try {
      const { response } = await super.handle(request, { ...options, abortSignal: limit.signal as HttpHandlerOptions['abortSignal'] });
      // Whoever aborts destroys the request, and the answer with it.
      const body = await buffer(response.body).catch(() => {
        throw new MalformedAnswer('the answer broke off');
      });
      response.body = Readable.from([this.answers === 'JSON' ? checked(body, response.statusCode) : body]);
      return { response };
    } catch (error) {
      throw limit.signal.aborted ? Object.assign(new Explained(`no whole answer came within ${ATTEMPT_MS / 1000} seconds`), { name: 'TimeoutError' }) : error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Of a refusal the status tells enough. */
function checked(body: Buffer, status: number): Buffer {
  try {
    if (body.length > 0) JSON.parse(body.toString());
    return body;
  } catch {
    if (status >= 300) return Buffer.alloc(0);
    throw new MalformedAnswer(`the answer has the status ${status} and is not JSON`);
  }
}
