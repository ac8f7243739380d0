import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of an answer. */
export type Fault = 'STALLS' | 'TRICKLES' | 'IS_CUT' | 'NOT_JSON';

export interface Faulty {
  readonly url: string;
  /** In the order in which they came. */
  readonly calls: string[];
  stop(): Promise<void>;
}

/** A service whose answers are faulty once their headers are sent: all, or the first so many. */
export async function faulty(fault: Fault, { status = 200, times = Infinity, then = '{}' } = {}): Promise<Faulty> {
  const calls: string[] = [];
  const timers: NodeJS.Timeout[] = [];
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    request.resume();
    if (calls.length > times) response.writeHead(200, { 'content-type': 'application/json' }).end(then);
    else spoil(response, fault, status, timers);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async stop() {
      timers.forEach((timer) => clearInterval(timer));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function spoil(response: ServerResponse, fault: Fault, status: number, timers: NodeJS.Timeout[]): void {
  response.writeHead(status, { 'content-type': 'application/json', ...(fault !== 'NOT_JSON' && { 'content-length': 1_000 }) });
  switch (fault) {
    case 'STALLS':
      response.write('{');
      break;
    case 'TRICKLES':
      response.flushHeaders();
      timers.push(setInterval(() => response.write(' '), 200));
      break;
    case 'IS_CUT':
      response.write('{', () => response.destroy());
      break;
    case 'NOT_JSON':
      response.end('<html>{"connected": false');
      break;
  }
}
