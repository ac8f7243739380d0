import { setTimeout as sleep } from 'node:timers/promises';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html */
const MAX_BYTES = 4096;
const ATTEMPTS = 6;
const FIRST_WAIT_MS = 200;
const ATTEMPT_TIMEOUT_MS = 10_000;

export interface Response {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data?: Record<string, string>;
}

/** Answers CloudFormation. If that fails to the last, Lambda must try the whole request again. */
export async function respond(url: string, response: Response): Promise<void> {
  const body = Buffer.from(fitting(response));
  for (let attempt = 1; ; attempt += 1) {
    try {
      // As bytes: a string would add a Content-Type, which the URL's signature does not cover.
      const answer = await fetch(url, { method: 'PUT', body, signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS) });
      if (answer.ok) return;
      throw new Error(`HTTP status ${answer.status}`);
    } catch (error) {
      // The URL is a credential, and fetch may name it in its cause.
      if (attempt === ATTEMPTS) throw new Error(`CloudFormation could not be answered: ${error instanceof Error ? error.message : 'no connection'}`);
      await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1));
    }
  }
}

function fitting(response: Response): string {
  let body = JSON.stringify(response);
  for (let reason = response.Reason; reason && Buffer.byteLength(body) > MAX_BYTES;) {
    reason = reason.slice(0, Math.floor(reason.length * 0.8));
    body = JSON.stringify({ ...response, Reason: `${reason}…` });
  }
  return body;
}
