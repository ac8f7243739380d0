import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

/** Node's own work that is under way. https://nodejs.org/api/process.html#processgetactiveresourcesinfo */
const WORK = new Set(['FSReqCallback', 'FSReqPromise', 'GetAddrInfoReqWrap', 'TCPConnectWrap']);
/** Until what was read has gone through all promises that wait for it. */
const QUIET_TURNS = 3;

/** Both ends of a connection within this process. */
interface Connection {
  client?: Socket;
  server?: Socket;
}

/** A process of its own, as far as a test can tell: when it is killed, it never comes to its next line. */
export class Life {
  isKilled = false;
}

/**
 * Time that passes only when all are waiting for it, for handlers in the test's own process: HTTP takes none, an hour passes at once, and
 * nothing depends on how fast the machine is.
 */
export class VirtualTime {
  private readonly lives = new AsyncLocalStorage<Life>();
  private readonly requests = new Set<ClientRequest>();
  private jests: Partial<typeof globalThis> = {};
  private readonly stalling = new Set<string>();
  private readonly onRequest = (message: unknown) => {
    const { request } = message as { readonly request: ClientRequest };
    this.requests.add(request);
    const isOver = () => void this.requests.delete(request);
    request.once('close', isOver);
    if (this.stalling.has(String(request.getHeader('host')))) request.once('response', isOver);
  };
  private followed?: number;
  /** By the client's port. */
  private readonly connections = new Map<number, Connection>();
  private readonly onClientSocket = (message: unknown) => {
    const { socket: client } = message as { readonly socket: Socket };
    client.once('connect', () => client.remotePort === this.followed && this.connect(client.localPort!, { client }));
  };
  private readonly onServerSocket = (message: unknown) => {
    const { socket: server } = message as { readonly socket: Socket };
    if (server.localPort === this.followed) this.connect(server.remotePort!, { server });
  };

  start(): void {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'hrtime'] });
    const { setTimeout, setInterval } = globalThis;
    this.jests = { setTimeout, setInterval };
    for (const name of ['setTimeout', 'setInterval'] as const) this.letDie(name);
    // Jest replaces globals alone.
    jest
      .spyOn(jest.requireActual('node:timers/promises'), 'setTimeout')
      .mockImplementation(((milliseconds: number) => new Promise((resolve) => globalThis.setTimeout(resolve, milliseconds))) as any);
    subscribe('http.client.request.start', this.onRequest);
    subscribe('net.client.socket', this.onClientSocket);
    subscribe('net.server.socket', this.onServerSocket);
  }

  stop(): void {
    unsubscribe('http.client.request.start', this.onRequest);
    unsubscribe('net.client.socket', this.onClientSocket);
    unsubscribe('net.server.socket', this.onServerSocket);
    this.connections.clear();
    jest.restoreAllMocks();
    // Jest takes back its own alone.
    Object.assign(globalThis, this.jests);
    jest.useRealTimers();
  }

  /** The answers of a service end with their headers: who waits for more waits for time to pass. */
  stalls(url: string): void {
    this.stalling.add(new URL(url).host);
  }

  /** What is on its way to or from a server takes no time either, though it speaks no HTTP. */
  follows(url: string): void {
    this.followed = Number(new URL(url).port);
  }

  live<T>(life: Life, work: () => T): T {
    return this.lives.run(life, work);
  }

  get life(): Life | undefined {
    return this.lives.getStore();
  }

  /** Lets time pass until some work is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    done.catch(() => undefined);
    for (await this.quiet(); !isDone; await this.quiet()) {
      if (jest.getTimerCount() === 0) throw new Error('everybody waits, and nobody for time to pass');
      jest.advanceTimersToNextTimer();
    }
    const now = Date.now();
    jest.clearAllTimers();
    // That has set the clocks back.
    jest.advanceTimersByTime(now - Date.now());
    return done;
  }

  private async quiet(): Promise<void> {
    for (let turns = 0; turns < QUIET_TURNS; turns = this.isBusy ? 0 : turns + 1) await new Promise(setImmediate);
  }

  private get isBusy(): boolean {
    return this.requests.size > 0 || this.isSomethingOnItsWay || process.getActiveResourcesInfo().some((resource) => WORK.has(resource));
  }

  private connect(port: number, end: Connection): void {
    this.connections.set(port, { ...this.connections.get(port), ...end });
  }

  private get isSomethingOnItsWay(): boolean {
    return [...this.connections].some(([port, { client, server }]) => {
      if (!client || !server) return true;
      if (client.destroyed && server.destroyed) return !this.connections.delete(port);
      return client.destroyed !== server.destroyed || client.bytesWritten !== server.bytesRead || server.bytesWritten !== client.bytesRead;
    });
  }

  /** All that somebody who was killed could still wait for is time. Delays are Node's: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
  private letDie(name: 'setTimeout' | 'setInterval'): void {
    const { lives } = this;
    const set: (callback: () => void, milliseconds?: number) => unknown = globalThis[name];
    Object.assign(globalThis, {
      [name](callback: (...args: unknown[]) => void, milliseconds = 1, ...args: unknown[]) {
        const life = lives.getStore();
        return set(() => (life ? !life.isKilled && lives.run(life, callback, ...args) : callback(...args)), Math.max(1, Math.trunc(milliseconds)));
      },
    });
  }
}

/** For all tests of a file, each of which says in what time passes. */
export function virtualTime(): VirtualTime {
  const time = new VirtualTime();
  beforeEach(() => time.start());
  afterEach(() => time.stop());
  return time;
}
