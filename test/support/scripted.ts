import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Scripted {
  readonly url: string;
  /** In the order in which they came. */
  readonly calls: string[];
  stop(): Promise<void>;
}

/** [HTTP status, members or the name of an error] */
export type Line = readonly [number, (object | string)?];

/** What is answered to the calls of each method; the last line again and again. */
export type Script = Record<string, ReadonlyArray<Line | (() => Promise<Line>)>>;

/** Answers what the stand-in cannot be brought to. */
export async function scripted(script: Script): Promise<Scripted> {
  const calls: string[] = [];
  async function nextLine(method: string): Promise<Line> {
    const said = calls.filter((call) => call.startsWith(`${method} `)).length;
    const line = script[method][Math.min(said, script[method].length) - 1];
    return typeof line === 'function' ? line() : line;
  }
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    calls.push(`${method} ${url}`);
    void nextLine(method).then(([status, what]) => {
      const error = typeof what === 'string' ? what : undefined;
      response.writeHead(status, { 'content-type': 'application/json', ...(error && { 'x-amzn-errortype': error }) });
      response.end(status === 204 ? undefined : JSON.stringify(error ? { message: 'scripted', Message: 'scripted' } : (what ?? {})));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
