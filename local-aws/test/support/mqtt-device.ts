import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { LocalAws } from '../../local-aws';

const POLICY = 'AllowAll';
const LONGEST_WAIT_MS = 20_000;

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

  /** The topics of the messages that arrive; the list grows. */
  async listen(topic: string): Promise<string[]> {
    const arrived: string[] = [];
    const client = await this.connect(`listener-${topic.replace(/\W/g, '-')}`);
    client.on('message', (name) => arrived.push(name));
    await client.subscribeAsync(topic);
    return arrived;
  }

  async leave(): Promise<void> {
    await Promise.all(this.clients.splice(0).map((client) => client.endAsync(true)));
  }
}

/** Long enough for a message on loopback to arrive, for tests that expect none. */
export function silence(): Promise<void> {
  return sleep(150);
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${condition}`);
    await sleep(10);
  }
}
