import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toXml } from './query-protocol';
import { AwsError, NotImplemented, type Call, type Caller, type Protocol, type Reply, type Service } from './service';

/** What the server asks of IAM: whose key signed a call, and whether that caller may do what it asks. */
export interface Authority {
  callerOf(accessKeyId: string): Caller;
  /** Throws AccessDenied. */
  check(caller: Caller, action: string, resource: string): void;
}

/** One call that reached the server, for tests and the demo to look at. */
export interface Recorded {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly caller: Caller['kind'];
  /** Whose signature it carries. */
  readonly accessKeyId?: string;
  /** When it was answered, in the time of `performance.now()`. */
  readonly at: number;
}

/** One HTTP endpoint on loopback for every service. */
export class AwsServer {
  readonly calls: Recorded[] = [];
  private readonly http: Server;

  constructor(private readonly services: readonly Service[], private readonly authority: Authority) {
    this.http = createServer((request, response) => void this.answer(request, response));
    this.http.keepAliveTimeout = 60_000;
  }

  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', reject);
      this.http.listen(port, 'localhost', resolve);
    });
    // "localhost" and not an address: with an address the CLI would write S3 URLs in virtual-host style.
    return `http://localhost:${(this.http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const scope = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? '');
    const url = new URL(request.url ?? '/', 'http://localhost');
    const caller: Caller = scope ? this.authority.callerOf(scope[1]) : { kind: 'anonymous' };
    const call: Call = {
      method: request.method ?? 'GET',
      path: (request.url ?? '/').split('?')[0],
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks),
      caller,
      authorize: (action, resource) => this.authority.check(caller, action, resource),
    };
    const service = this.services.find((s) => (scope ? s.signingNames.includes(scope[2]) : s.ownsUnsigned?.(call)));
    let reply: Reply;
    try {
      if (!service) throw new NotImplemented(`${scope?.[2] ?? 'unsigned'} ${call.method} ${call.path}`);
      reply = await service.handle(call);
    } catch (error) {
      reply = errorReply(error, service?.protocol ?? 'rest-json');
    }
    this.calls.push({
      service: scope?.[2] ?? 'unsigned', method: call.method, path: call.path, status: reply.status ?? 200, caller: caller.kind,
      accessKeyId: scope?.[1], at: performance.now(),
    });
    response.writeHead(reply.status ?? 200, { 'x-amzn-requestid': `local-${this.calls.length}`, ...reply.headers });
    response.end(call.method === 'HEAD' ? undefined : reply.body);
  }
}

function errorReply(error: unknown, protocol: Protocol): Reply {
  const known = error instanceof AwsError;
  const { code, message, status } = known
    ? error
    : { code: 'InternalFailure', message: `local-aws failed: ${error instanceof Error ? error.stack : String(error)}`, status: 500 };
  switch (protocol) {
    case 'query':
      return xml(status, toXml('ErrorResponse', { Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message } }));
    case 'rest-xml':
      return xml(status, toXml('Error', { Code: code, Message: message }));
    case 'json':
      return { status, headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code }, body: JSON.stringify({ __type: code, message, Message: message }) };
    case 'rest-json':
      return { status, headers: { 'content-type': 'application/json', 'x-amzn-errortype': code }, body: JSON.stringify({ message, Message: message }) };
  }
}

function xml(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>${body}` };
}
