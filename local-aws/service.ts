import type { IncomingHttpHeaders } from 'node:http';
import type { Members } from './shapes';

/** Who signed a call: a person's or the CLI's credentials, a Lambda function's role, or nobody. */
export type Caller = { kind: 'operator' } | { kind: 'function'; roleArn: string; session?: string } | { kind: 'anonymous' };

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

/** One operation of a service. */
export interface Operation<Output> {
  /** In a REST service, its method and path; `{name}` is a member, `{name+}` one that may have slashes, `{name/}` one that a slash may follow. */
  readonly http?: string;
  /** The members of a request that it understands; with any other it is not implemented. */
  readonly members: Members;
  /** What the caller must be allowed to do. @default - what is named as the operation */
  readonly action?: string;
  /** The resources to do it on; without it, no permission is needed. */
  readonly on?: (input: any) => string | readonly string[];
  readonly handle: (input: any, call: Call) => Output | Promise<Output>;
}

export type Operations<Output> = Readonly<Record<string, Operation<Output>>>;

/** All that a service does. */
export interface Api<Output> {
  /** As its clients call it. */
  readonly name: string;
  /** Of its actions in IAM. */
  readonly prefix: string;
  /** The code of its error about a member that is not allowed. */
  readonly invalid: string;
  /** Throws if one call more is too many. */
  readonly admit?: (operation: string, input: any) => void;
  readonly operations: Operations<Output>;
}

export interface Service {
  /** Names in the credential scope of a signature. */
  readonly signingNames: readonly string[];
  readonly protocol: Protocol;
  readonly denial: Denial;
  /** What it does, if it declares it. */
  readonly api?: Api<any>;
  /** Names of operations that a server behind it carries out. */
  readonly passedOn?: readonly string[];
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
