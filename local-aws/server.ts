import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorReply } from './error-reply';
import { AccessDenied, AwsError, NotImplemented, type Call, type Caller, type Denial, type Reply, type Service } from './service';
import { assertRegion, protocolOf, scopeOf, unauthenticated, type Scope } from './signature';

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

  constructor(
    private readonly services: readonly Service[],
    private readonly authority: Authority,
    private readonly region: string,
  ) {
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
    const url = new URL(request.url ?? '/', 'http://localhost');
    const { headers, method = 'GET' } = request;
    const requestId = `local-${this.calls.length + 1}`;
    const path = (request.url ?? '/').split('?')[0];
    let scope: Scope | undefined;
    let caller: Caller = { kind: 'anonymous' };
    let service: Service | undefined;
    let reply: Reply;
    try {
      scope = scopeOf(headers);
      if (scope) caller = this.authority.callerOf(scope.accessKeyId);
      const call: Call = {
        method,
        path,
        query: url.searchParams,
        headers,
        body: Buffer.concat(chunks),
        caller,
        authorize: (action, resource) => this.authorize(service!.denial, caller, action, resource),
      };
      service = this.services.find((each) => (scope ? each.signingNames.includes(scope.service) : each.ownsUnsigned?.(call)));
      if (!scope && !service) throw unauthenticated('MissingAuthenticationToken', 'Missing Authentication Token', headers);
      if (!service) throw new NotImplemented(`${scope!.service} ${method} ${path}`);
      if (scope) assertRegion(scope, this.region, service.protocol);
      reply = await service.handle(call);
    } catch (error) {
      reply = errorReply(error, service?.protocol ?? protocolOf(headers), requestId);
    }
    this.calls.push({
      service: scope?.service ?? 'unsigned',
      method,
      path,
      status: reply.status ?? 200,
      caller: caller.kind,
      accessKeyId: scope?.accessKeyId,
      at: performance.now(),
    });
    response.writeHead(reply.status ?? 200, { 'x-amzn-requestid': requestId, ...reply.headers });
    response.end(method === 'HEAD' ? undefined : reply.body);
  }

  private authorize({ code, status, message }: Denial, caller: Caller, action: string, resource: string): void {
    try {
      this.authority.check(caller, action, resource);
    } catch (error) {
      throw error instanceof AccessDenied ? new AwsError(code, message ?? error.message, status) : error;
    }
  }
}
