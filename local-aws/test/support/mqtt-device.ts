import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { LocalAws } from '../../local-aws';

const POLICY = 'AllowAll';
/** Nothing is found by it but that a test hangs, and where. */
const LONGEST_WAIT_MS = 240_000;
const ECHO = 'echo/';

/** MQTT clients of a fleet whose certificate may do everything. */
export class Fleet {
  readonly principal: string;
  private readonly clients: MqttClient[] = [];

  constructor(private readonly aws: LocalAws) {
    this.principal = aws.iot.principal('f'.repeat(64));
    aws.iot.createPolicy(POLICY, { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] });
    aws.iot.attachPolicy(POLICY, this.principal);
  }

  async connect(clientId: string, options: IClientOptions = {}): Promise<MqttClient> {
    const client = mqtt.connect(this.aws.iot.brokerUrl, { clientId, username: this.principal, reconnectPeriod: 0, ...options });
    this.clients.push(client);
    await new Promise((resolve, reject) => client.once('connect', resolve).once('error', reject));
    client.on('error', () => undefined);
    return client;
  }

  /** Whether the broker had a session for a client that comes back. */
  async comesBackToSession(clientId: string): Promise<boolean> {
    const client = mqtt.connect(this.aws.iot.brokerUrl, { clientId, username: this.principal, clean: false, reconnectPeriod: 0 });
    const present = await new Promise<boolean>((resolve, reject) => client.once('connect', (ack) => resolve(ack.sessionPresent)).once('error', reject));
    await client.endAsync(true);
    return present;
  }

  async listen(topic: string): Promise<Listener> {
    const client = await this.connect(`listener-${topic.replace(/\W/g, '-')}`);
    return Listener.start(client, topic);
  }

  async leave(): Promise<void> {
    await Promise.all(this.clients.splice(0).map((client) => client.endAsync(true)));
  }
}

/** What arrives at a client. */
export class Listener {
  readonly heard: Array<[topic: string, payload: string]> = [];

  static async start(client: MqttClient, topic?: string, qos: 0 | 1 = 0): Promise<Listener> {
    const listener = new Listener(client);
    if (topic) await client.subscribeAsync(topic, { qos });
    return listener;
  }

  private constructor(private readonly client: MqttClient) {
    client.on('message', (topic, payload) => topic.startsWith(ECHO) || this.heard.push([topic, payload.toString()]));
  }

  /** Waits until so many messages are there, and until one more would be, if it was sent. */
  async hears(count: number): Promise<Listener['heard']> {
    await until(() => this.heard.length >= count);
    await this.echo();
    return this.heard;
  }

  /** What the broker had to deliver before comes before what the client sends itself. */
  private async echo(): Promise<void> {
    const topic = `${ECHO}${randomUUID()}`;
    await this.client.subscribeAsync(topic);
    const isBack = new Promise<void>((resolve) => this.client.on('message', (name) => name === topic && resolve()));
    await this.client.publishAsync(topic, '');
    await isBack;
  }
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${condition}`);
    await sleep(10);
  }
}
