import {
  AttachPolicyCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  DeleteCertificateCommand,
  DeletePolicyCommand,
  DetachPolicyCommand,
  ListTargetsForPolicyCommand,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { until } from './clock';
import type { Room } from './room';

/** A new attachment is not in force at once either. */
const UNTIL_LET_IN = { everyMs: 2_000, mostMs: 2 * 60_000 };
const CONNECT_TIMEOUT_MS = 15_000;

export interface Certificate {
  readonly id: string;
  readonly arn: string;
  readonly pem: string;
  readonly key: string;
}

export interface Device {
  readonly client: MqttClient;
  readonly sessionPresent: boolean;
}

export async function certificate({ clients, undo, secrets }: Room): Promise<Certificate> {
  const { certificateId: id, certificateArn, certificatePem, keyPair } = await clients.iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  secrets.add(keyPair!.PrivateKey!);
  undo.add(`certificate ${id}`, async () => {
    await clients.iot.send(new UpdateCertificateCommand({ certificateId: id, newStatus: 'INACTIVE' }));
    await clients.iot.send(new DeleteCertificateCommand({ certificateId: id }));
  });
  return { id: id!, arn: certificateArn!, pem: certificatePem!, key: keyPair!.PrivateKey! };
}

export async function certificates(room: Room, count: number): Promise<Certificate[]> {
  const all: Certificate[] = [];
  while (all.length < count) all.push(await certificate(room));
  return all;
}

/** Lets clients connect, by default those whose ids begin with the prefix, and subscribe to topics that do. */
export function policyDocument({ account, prefix }: Room, clients = `${prefix}*`): string {
  const arn = (resource: string) => `arn:${account.partition}:iot:${account.region}:${account.id}:${resource}`;
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['iot:Connect', 'iot:Subscribe'], Resource: [arn(`client/${clients}`), arn(`topicfilter/${prefix}*`)] }],
  });
}

export async function policy(room: Room, name: string, clients?: string): Promise<string> {
  const policyName = `${room.prefix}-${name}`;
  room.undo.add(`IoT policy ${policyName}`, () => room.clients.iot.send(new DeletePolicyCommand({ policyName })));
  await room.clients.iot.send(new CreatePolicyCommand({ policyName, policyDocument: policyDocument(room, clients) }));
  return policyName;
}

export async function attach({ clients, undo }: Room, policyName: string, target: string): Promise<void> {
  undo.add(`attachment of ${policyName}`, () => clients.iot.send(new DetachPolicyCommand({ policyName, target })));
  await clients.iot.send(new AttachPolicyCommand({ policyName, target }));
}

export async function targetsOf({ clients }: Room, policyName: string): Promise<string[]> {
  const all: string[] = [];
  let marker: string | undefined;
  do {
    const page = await clients.iot.send(new ListTargetsForPolicyCommand({ policyName, marker, pageSize: 250 }));
    all.push(...(page.targets ?? []));
    marker = page.nextMarker;
  } while (marker);
  return all;
}

/** Rejects if it is not let in. */
export async function connect(room: Room, { arn, pem, key }: Certificate, clientId: string, options: IClientOptions = {}): Promise<Device> {
  const { brokerUrl } = room.given;
  const door = brokerUrl ? { username: arn } : { cert: pem, key };
  const client = mqtt.connect(brokerUrl ?? `mqtts://${room.clients.mqttHost}:8883`, {
    clientId,
    protocolVersion: 4,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    ...door,
    ...options,
  });
  try {
    const { sessionPresent } = await new Promise<{ sessionPresent: boolean }>((resolve, reject) => {
      client.once('connect', resolve).once('error', reject);
      // AWS IoT closes the connection of a client that it does not let in.
      client.once('close', () => reject(new Error('the connection was closed')));
    });
    client.on('error', () => undefined);
    room.undo.add(`connection of ${clientId}`, () => client.endAsync(true));
    return { client, sessionPresent };
  } catch (error) {
    await client.endAsync(true);
    throw error;
  }
}

export async function connectWhenLetIn(room: Room, how: Certificate, clientId: string, options: IClientOptions = {}): Promise<Device> {
  let device: Device | undefined;
  let refusal: unknown;
  const tryIt = () =>
    connect(room, how, clientId, options).then(
      (connected) => Boolean((device = connected)),
      (error) => {
        refusal = error;
        return false;
      },
    );
  await until(room.clock, tryIt, UNTIL_LET_IN);
  if (!device) throw refusal;
  return device;
}

/** A certificate whose policy lets it connect. */
export async function certificateLetIn(room: Room, name: string, clients?: string): Promise<{ certificate: Certificate; policyName: string }> {
  const policyName = await policy(room, name, clients);
  const one = await certificate(room);
  await attach(room, policyName, one.arn);
  return { certificate: one, policyName };
}
