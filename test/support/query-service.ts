import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Stands in for CloudFormation where the stand-in cannot be brought to an answer; handlers in this process call it. */
export class QueryService {
  private readonly env = { ...process.env };
  private readonly server: Server;

  /** @param resultOf the members of the result, in XML; `Action` is the operation */
  constructor(resultOf: (parameters: URLSearchParams) => string) {
    this.server = createServer((request, response) => {
      void text(request).then((body) => {
        const parameters = new URLSearchParams(body);
        const operation = parameters.get('Action');
        response.writeHead(200, { 'content-type': 'text/xml' }).end(`<${operation}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
          <${operation}Result>${resultOf(parameters)}</${operation}Result></${operation}Response>`);
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    Object.assign(process.env, {
      AWS_REGION: 'ca-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
    });
  }

  async stop(): Promise<void> {
    process.env = this.env;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
