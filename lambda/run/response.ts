import { setTimeout as sleep } from 'node:timers/promises';
import { HttpRequest } from '@smithy/core/protocols';
import { Explained } from '../../contract/explained-error';
import { text, type Fields } from '../../contract/fields';
import { Words } from '../calls/redaction';
import { WholeAnswers } from '../clients/http';
import { physicalIdOf } from './physical-id';
import type { Request } from './request';
import type { Answer } from './result';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html */
const MAX_BYTES = 4096;
const ATTEMPTS = 6;
const FIRST_WAIT_MS = 200;

export interface Response {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data?: Record<string, string>;
}

export function responseTo(event: Fields, request: Request | undefined, { reason, attributes }: Answer): Response {
  const given = (name: string) => (typeof event[name] === 'string' && event[name] !== '' ? event[name] : 'unknown');
  return {
    Status: reason === undefined ? 'SUCCESS' : 'FAILED',
    Reason: reason,
    PhysicalResourceId: request ? physicalIdOf(request, reason !== undefined) : given('PhysicalResourceId'),
    StackId: given('StackId'),
    RequestId: given('RequestId'),
    LogicalResourceId: given('LogicalResourceId'),
    Data: attributes,
  };
}

/** Where CloudFormation waits. The URL is a credential, so no message repeats it. */
export function answerUrl(event: Fields): URL {
  const given = text.read(event, 'ResponseURL');
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') throw new Explained('ResponseURL is no URL of http or https: CloudFormation cannot be answered');
  return url;
}

/** Answers CloudFormation. If that fails to the last, Lambda must try the whole request again. */
export async function respond(url: URL, response: Response): Promise<void> {
  const body = Buffer.from(fitting(response));
  // What the SDK's clients use: fetch would load another HTTP client, for as long as all the rest of the handler takes.
  const http = new WholeAnswers();
  try {
    for (let attempt = 1; !(await isTaken(http, put(url, body), attempt === ATTEMPTS)); attempt += 1) await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1));
  } finally {
    http.destroy();
  }
}

async function isTaken(http: WholeAnswers, request: HttpRequest, last: boolean): Promise<boolean> {
  try {
    const {
      response: { statusCode },
    } = await http.handle(request);
    if (statusCode >= 300) throw new Explained(`HTTP status ${statusCode}`);
    return true;
  } catch (error) {
    // Whatever Node says may name the URL.
    if (last) throw new Explained(`CloudFormation could not be answered: ${new Words(true).of(error).message}`);
    return false;
  }
}

/** Without a Content-Type, which the URL's signature does not cover. */
function put({ protocol, hostname, port, pathname, search }: URL, body: Buffer): HttpRequest {
  return new HttpRequest({
    method: 'PUT',
    protocol,
    hostname,
    port: port === '' ? undefined : Number(port),
    path: pathname + search,
    body,
  });
}

/** A reason that is too long loses something in its middle: its end says what to do. */
function fitting(response: Response): string {
  let body = JSON.stringify(response);
  const { Reason = '' } = response;
  for (let length = Reason.length; Buffer.byteLength(body) > MAX_BYTES && length > 1;) {
    length = Math.floor(length * 0.8);
    const end = Math.floor(length / 3);
    body = JSON.stringify({ ...response, Reason: `${Reason.slice(0, length - end)}…${Reason.slice(Reason.length - end)}` });
  }
  return body;
}
