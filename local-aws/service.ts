import type { IncomingHttpHeaders } from 'node:http';
import type { Api } from './operation';

/** Who signed a call: a person's or the CLI's credentials, a Lambda function's role, or nobody. */
export type Caller =
  | { kind: 'operator' }
  | { kind: 'function'; roleArn: string; session?: string }
  | { kind: 'anonymous' };

/** One HTTP request, told apart by the service in its SigV4 scope or, where there is none, by its path. */
export interface Call {
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly caller: Caller;
  /** Throws the service's denial if the caller is a function whose role does not allow the action on the resource. */
  authorize(action: string, resource: string): void;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** How a service writes errors on the wire. */
export type Protocol = 'query' | 'rest-xml' | 'json' | 'rest-json';

/** How a service words what IAM refuses. */
export interface Denial {
  readonly code: string;
  readonly status: number;
  /** In place of IAM's own sentence, which names the caller, the action and the resource. */
  readonly message?: string;
}

export interface Service {
  /** Names in the credential scope of a signature. */
  readonly signingNames: readonly string[];
  readonly protocol: Protocol;
  readonly denial: Denial;
  /** What it does, if it declares it. */
  readonly api?: Api<any>;
  /** For calls that carry no signature. */
  ownsUnsigned?(call: Call): boolean;
  handle(call: Call): Promise<Reply> | Reply;
}

/** An error as AWS would answer it. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = code;
  }
}

/** IAM refuses a call; how that reaches the caller is its service's. */
export class AccessDenied extends AwsError {
  constructor(message: string) {
    super('AccessDeniedException', message, 403);
  }
}

/** The stand-in does not know the call; it must never pretend that it does. */
export class NotImplemented extends AwsError {
  constructor(what: string) {
    super('NotImplemented', `local-aws does not implement ${what}`, 501);
  }
}

export function json(value: unknown, status = 200): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
