import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Aedes, type Broker, type Client } from './aedes';

const SESSION_EXPIRY_SECONDS = 3600;
const INFORMATION_KEPT_MS = 30 * 60_000;
const MAX_CLIENT_ID_BYTES = 128;
const [IDENTIFIER_REJECTED, NOT_AUTHORIZED] = [2, 5];

export type OfflineSession = 'ENDED' | 'NOT_FOUND';

export interface BrokerOptions {
  /** May this principal (the MQTT username) connect with this client id? */
  allowsConnect(principal: string | undefined, clientId: string): boolean;
  now(): number;
  /**
   * What DeleteConnection does for a client that is not connected, and has a persistent session. AWS documents both: the developer guide
   * answers 404 to one that "is not currently connected, and doesn't have a persistent session", the API reference speaks of connected
   * clients only.
   */
  readonly offlineSession: OfflineSession;
  /** A client connected or disconnected. */
  presence?(clientId: string, presence: Presence): void;
}

export interface Presence {
  readonly connected: boolean;
  readonly timestamp: number;
  readonly disconnectReason?: string;
}

/** What GetConnection tells of a client. */
export interface Connection {
  readonly connected: boolean;
  readonly cleanSession: boolean;
  readonly connectedSince?: number;
  readonly disconnectedSince?: number;
  readonly disconnectReason?: string;
  readonly sessionExpiry?: number;
}

interface Session {
  /** While connected. */
  client?: Client;
  /** Outlives the connection. */
  persistent: boolean;
  readonly cleanSession: boolean;
  readonly connectedSince: number;
  disconnectedSince?: number;
  disconnectReason?: string;
}

/** Where clients connect. */
export interface Listener {
  readonly url: string;
  /** Takes no further connection. */
  close(): void;
}

/** An MQTT broker on loopback with IoT's rules for connections. */
export class MqttBroker {
  private readonly sessions = new Map<string, Session>();
  private readonly sockets = new Set<Socket>();
  /** Whether clients are let in where they knock. */
  private readonly doors = new WeakMap<object, () => boolean>();
  /** Clients whose will DeleteConnection keeps back. */
  private readonly withoutWill = new WeakSet<Client>();
  private readonly servers = new Set<Server>();
  private aedes?: Broker;
  private main?: Listener;

  constructor(private readonly options: BrokerOptions) {}

  get url(): string {
    if (!this.main) throw new Error('the MQTT broker is not started');
    return this.main.url;
  }

  async start(): Promise<void> {
    const aedes = await Aedes.createBroker({
      preConnect: (_client, packet, done) => {
        this.expire(packet.clientId).then(
          () => done(null, true),
          (error: Error) => done(error, false),
        );
      },
      authenticate: (client, username, _password, done) => {
        const refused = this.doors.get(client.conn)?.() === false ? NOT_AUTHORIZED : this.refusal(client.id, username);
        if (refused) return done(Object.assign(new Error('refused'), { returnCode: refused }), false);
        const old = this.sessions.get(client.id);
        if (old?.client) old.disconnectReason = 'DUPLICATE_CLIENTID';
        done(null, true);
      },
      // Aedes asks for a will, too, when it is about to be published.
      authorizePublish: (client, _packet, done) => {
        done(client && this.withoutWill.has(client) ? new Error('the will is prevented') : null);
      },
    });
    aedes.on('client', (client) => this.connected(client));
    aedes.on('clientDisconnect', (client) => this.disconnected(client));
    aedes.on('keepaliveTimeout', (client) => this.reason(client, 'MQTT_KEEP_ALIVE_TIMEOUT'));
    this.aedes = aedes;
    this.main = await this.listen();
  }

  /** On a port of its own. */
  async listen(isOpen: () => boolean = () => true): Promise<Listener> {
    const aedes = this.aedes!;
    const server = createServer((socket) => {
      this.sockets.add(socket.on('close', () => this.sockets.delete(socket)));
      this.doors.set(socket, isOpen);
      aedes.handle(socket);
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    this.servers.add(server.on('close', () => this.servers.delete(server)));
    return { url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
  }

  async stop(): Promise<void> {
    const { aedes } = this;
    if (!aedes) return;
    this.aedes = this.main = undefined;
    await new Promise<void>((resolve) => aedes.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await Promise.all([...this.servers].map((server) => new Promise((resolve) => server.close(resolve))));
    this.sessions.clear();
  }

  /** Nothing once the information is no longer kept. */
  async connection(clientId: string): Promise<Connection | undefined> {
    await this.expire(clientId);
    const session = this.sessions.get(clientId);
    if (!session) return undefined;
    const { client, cleanSession, connectedSince, disconnectedSince, disconnectReason } = session;
    const sessionExpiry = cleanSession ? undefined : SESSION_EXPIRY_SECONDS;
    if (client) return { connected: true, cleanSession, connectedSince, sessionExpiry };
    if (this.options.now() - disconnectedSince! >= INFORMATION_KEPT_MS) return undefined;
    return { connected: false, cleanSession, disconnectedSince, disconnectReason, sessionExpiry };
  }

  /** Ends a connection; false if there is nothing to end: the client is neither connected nor has a session that counts. */
  async disconnect(clientId: string, cleanSession: boolean, preventWillMessage: boolean): Promise<boolean> {
    await this.expire(clientId);
    const session = this.sessions.get(clientId);
    if (!session?.client && !(session?.persistent && this.options.offlineSession === 'ENDED')) return false;
    const { client } = session;
    if (client) {
      session.disconnectReason = 'API_INITIATED_DISCONNECT';
      if (preventWillMessage) this.withoutWill.add(client);
      await new Promise<void>((resolve) => client.close(resolve));
    }
    if (cleanSession) await this.discard(clientId, session);
    return true;
  }

  private refusal(clientId: string, principal: string | undefined): number | undefined {
    if (Buffer.byteLength(clientId) > MAX_CLIENT_ID_BYTES) return IDENTIFIER_REJECTED;
    return this.options.allowsConnect(principal, clientId) ? undefined : NOT_AUTHORIZED;
  }

  private connected(client: Client): void {
    const connectedSince = this.options.now();
    this.sessions.set(client.id, { client, persistent: !client.clean, cleanSession: client.clean, connectedSince });
    this.options.presence?.(client.id, { connected: true, timestamp: connectedSince });
    this.publishPresence('connected', client.id, connectedSince);
  }

  private disconnected(client: Client): void {
    const session = this.sessions.get(client.id);
    // A takeover can end the old connection after the new one has begun.
    if (session?.client !== client) return;
    session.client = undefined;
    session.disconnectedSince = this.options.now();
    session.disconnectReason ??= client._disconnected ? 'CLIENT_INITIATED_DISCONNECT' : 'CONNECTION_LOST';
    const { disconnectedSince: timestamp, disconnectReason } = session;
    this.options.presence?.(client.id, { connected: false, timestamp, disconnectReason });
    this.publishPresence('disconnected', client.id, timestamp, {
      clientInitiatedDisconnect: client._disconnected === true,
      disconnectReason,
    });
  }

  private reason(client: Client, reason: string): void {
    const session = this.sessions.get(client.id);
    if (session?.client === client) session.disconnectReason = reason;
  }

  private publishPresence(eventType: 'connected' | 'disconnected', clientId: string, timestamp: number, rest: object = {}): void {
    if (/[#+]/.test(clientId)) return;
    this.aedes?.publish(
      {
        cmd: 'publish',
        qos: 0,
        retain: false,
        dup: false,
        topic: `$aws/events/presence/${eventType}/${clientId}`,
        payload: Buffer.from(JSON.stringify({ clientId, timestamp, eventType, ...rest })),
      },
      () => undefined,
    );
  }

  private async expire(clientId: string): Promise<void> {
    const session = this.sessions.get(clientId);
    if (!session?.persistent || session.client) return;
    if (this.options.now() - session.disconnectedSince! >= SESSION_EXPIRY_SECONDS * 1000) await this.discard(clientId, session);
  }

  /** Subscriptions and queued messages: Aedes has no one call for both. */
  private async discard(id: string, session: Session): Promise<void> {
    const { persistence } = this.aedes!;
    session.persistent = false;
    await persistence.cleanSubscriptions({ id });
    for await (const packet of persistence.outgoingStream({ id })) await persistence.outgoingClearMessageId({ id }, packet);
  }
}
