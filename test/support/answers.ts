import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** Where CloudFormation waits for answers, for handlers that run in the test's own process. */
export class Answers {
  readonly received: any[] = [];
  private readonly server: Server = createServer((request, response) => {
    void json(request).then((answer) => {
      this.received.push(answer);
      this.onReceived(answer);
      response.end();
    });
  });

  constructor(private readonly onReceived: (answer: any) => void = () => undefined) {}

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/answer`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
