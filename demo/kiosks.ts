/* The MQTT clients of the demo. */
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { LiveThing } from './live-thing';

/** Long enough for a packet on loopback, or for a client's next try to connect. */
const A_MOMENT_MS = 300;
const RECONNECT_MS = 100;

export interface Door {
  readonly brokerUrl: string;
  /** Stands for the certificate that a device connects with. */
  readonly principal: string;
}

function connect({ brokerUrl, principal }: Door, clientId: string, options: IClientOptions): MqttClient {
  const client = mqtt.connect(brokerUrl, { clientId, username: principal, reconnectPeriod: 0, ...options });
  client.on('error', () => undefined);
  return client;
}

/** A client with a last will, and somebody who would read it. */
export class KioskWithWill implements LiveThing {
  readonly name = 'kiosk-1, with a last will';
  private readonly client: MqttClient;
  private readonly reader: MqttClient;
  private willRead = false;

  constructor(door: Door) {
    this.reader = connect(door, 'reader', {});
    this.reader.subscribe('kiosk-1/gone');
    this.reader.on('message', () => {
      this.willRead = true;
    });
    this.client = connect(door, 'kiosk-1', { will: { topic: 'kiosk-1/gone', payload: Buffer.from('kiosk-1 is gone'), qos: 0, retain: false } });
  }

  async state() {
    await sleep(A_MOMENT_MS);
    if (this.client.connected) return 'connected';
    return this.willRead ? 'disconnected, will published' : 'disconnected, will held back';
  }

  stop() {
    this.client.end(true);
    this.reader.end(true);
  }
}

/** A client that is away while its persistent session keeps a message for it. */
export class KioskWithSession implements LiveThing {
  readonly name = 'kiosk-2, away, with a persistent session';

  constructor(private readonly door: Door) {}

  async leaveWithMessage(): Promise<void> {
    const client = connect(this.door, 'kiosk-2', { clean: false });
    await new Promise((resolve) => client.once('connect', resolve));
    await client.subscribeAsync('kiosk-2/orders', { qos: 1 });
    await client.endAsync();
    const sender = connect(this.door, 'sender', {});
    await sender.publishAsync('kiosk-2/orders', 'one coffee', { qos: 1 });
    await sender.endAsync();
  }

  /** Comes back to look what is left of its session, and leaves again without acknowledging a message. */
  async state() {
    const client = connect(this.door, 'kiosk-2', { clean: false });
    let messages = 0;
    client.handleMessage = () => {
      messages += 1;
    };
    const kept = await new Promise<boolean>((resolve, reject) => {
      client.once('connect', ({ sessionPresent }) => resolve(sessionPresent));
      client.once('error', reject);
    });
    await sleep(A_MOMENT_MS);
    client.end(true);
    return kept ? `session kept, ${messages} message waiting` : 'session gone, message too';
  }

  stop() {}
}

/** A client that connects again whenever it is dropped, with a certificate that provisioning registered. */
export class KioskThatComesBack implements LiveThing {
  readonly name = 'kiosk-3, provisioned, comes back';
  private readonly client: MqttClient;
  private refused = false;

  constructor(door: Door) {
    this.client = connect(door, 'kiosk-3', { reconnectPeriod: RECONNECT_MS, reconnectOnConnackError: true });
    this.client.on('connect', () => {
      this.refused = false;
    });
    this.client.on('error', () => {
      this.refused = true;
    });
  }

  async state() {
    // Time to come back, if it is let in.
    await sleep(A_MOMENT_MS + RECONNECT_MS);
    if (this.client.connected) return 'connected';
    return this.refused ? 'kept out: no policy lets it in' : 'disconnected';
  }

  stop() {
    this.client.end(true);
  }
}
