import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Participant } from './chats';

const URL_LIFETIME = 100_000;
const MAX_WEBSOCKETS = 5;
const NORMAL_CLOSURE = 1000;

/** The websockets that chat clients hold open, by presigned URLs. */
export class ChatWebsockets {
  private readonly presigned = new Map<string, { participant: Participant; expiry: number }>();
  private readonly open = new Map<Participant, Set<WebSocket>>();
  private server?: WebSocketServer;

  constructor(private readonly now: () => number) {}

  async start(): Promise<void> {
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      verifyClient: ({ req }: { req: IncomingMessage }) => this.participantOf(req) !== undefined,
    });
    server.on('connection', (socket, request) => this.accept(socket, this.participantOf(request)!));
    await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
    this.server = server;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  }

  presign(participant: Participant): { url: string; expiry: number } {
    if (!this.server) throw new Error('the websocket server is not started');
    const signature = randomBytes(32).toString('hex');
    const expiry = this.now() + URL_LIFETIME;
    this.presigned.set(signature, { participant, expiry });
    const { port } = this.server.address() as AddressInfo;
    return { url: `ws://127.0.0.1:${port}/gateway?X-Amz-Signature=${signature}`, expiry };
  }

  /** From the server's side. */
  close(participant: Participant): void {
    for (const socket of this.open.get(participant) ?? []) socket.close(NORMAL_CLOSURE);
  }

  private participantOf(request: IncomingMessage): Participant | undefined {
    const signature = new URL(request.url ?? '/', 'ws://localhost').searchParams.get('X-Amz-Signature') ?? '';
    const { participant, expiry } = this.presigned.get(signature) ?? {};
    if (!participant || expiry! <= this.now() || participant.state === 'DISCONNECTED') return undefined;
    return (this.open.get(participant)?.size ?? 0) < MAX_WEBSOCKETS ? participant : undefined;
  }

  private accept(socket: WebSocket, participant: Participant): void {
    const sockets = this.open.get(participant) ?? new Set();
    this.open.set(participant, sockets.add(socket));
    participant.state = 'CONNECTED';
    socket.on('error', () => socket.terminate());
    socket.on('close', () => sockets.delete(socket));
  }
}
