import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LocalAws } from '../../local-aws/local-aws';
import { Fleet } from '../../local-aws/test/support/mqtt-device';
import { startChat, type Customer } from '../support/chat-customer';
import { storeParameter } from '../support/parameter';
import { storeSecret } from '../support/secret';

/** Of the apps that are recorded. */
export const CONNECT_INSTANCE = '25e68f8b-a1a8-4b62-9e25-152af9bb4b70';

const KIOSKS = ['kiosk-1', 'kiosk-2', 'kiosk-thing', 'kiosk-grouped', 'kiosk-indexed', 'kiosk-row', 'kiosk-filed', 'kiosk-nested'];
const THINGS = ['thing1', 'thing-of-us', 'thing-row', 'thing-filed'];

/** The targets of the apps that are recorded, and what the apps refer to outside of their stack. */
export class WhatIsLive {
  private readonly fleet: Fleet;
  private readonly customers: Customer[] = [];
  private readonly states = new Map<string, () => boolean>();

  constructor(private readonly aws: LocalAws) {
    this.fleet = new Fleet(aws);
  }

  /** What the first deploy has to find; nothing is live yet, which it might end. */
  async prepare(): Promise<void> {
    this.aws.iot.createThingGroup('kiosks');
    this.aws.iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' });
    this.aws.s3.buckets.set('manifests', { objects: new Map(), sseAlgorithm: 'AES256' });
    this.aws.s3.put('manifests', 'kiosks.csv', Buffer.from('clientId\nkiosk-filed\n'));
    this.aws.s3.put('manifests', 'things.txt', Buffer.from('thing-filed\n'));
    await storeParameter(this.aws, '/chats/token', '{"chats":[]}');
  }

  async start(): Promise<void> {
    for (const name of ['kiosk-grouped', 'kiosk-indexed']) this.aws.iot.createThing(name);
    this.aws.iot.addThingToThingGroup('kiosks', 'kiosk-grouped');
    for (const id of KIOSKS) await this.connect(id);

    for (const id of THINGS) this.register({ Id: id, Owner: id === 'thing-of-us' ? 'us' : 'others' });
    this.register({ Id: 'hub1', Role: 'CONTROLLER' });
    this.register({ Id: 'thing-of-hub', ParentControllerId: 'hub1' });

    const [stored, parametrised, listed] = [await this.chat('stored'), await this.chat('parametrised'), await this.chat('listed')];
    storeSecret(this.aws, 'tokens', JSON.stringify([stored.connectionToken]));
    await storeParameter(this.aws, '/chats/token', JSON.stringify({ chats: [parametrised.connectionToken] }));
    await this.write({ 'kiosk-row': 'kiosk', 'thing-row': 'thing', [listed.participantToken]: 'chat' });
  }

  /** Of what 0.2.0 did not have. */
  async startWhatCameLater(): Promise<void> {
    for (const id of ['kiosk-of-policy', 'kiosk-at-length']) await this.connect(id);
    const certificate = this.aws.iot.principal('c'.repeat(64));
    this.aws.iot.attachPolicy('fleet', certificate);
    // A policy cannot be deleted before.
    this.states.set('attachment', () => this.aws.cloudformation.stack('Upgraded') !== undefined && this.aws.iot.policyTargets('fleet').includes(certificate));
    await this.write({ 'kiosk-at-length': 'kiosk-at-length', [this.task('listed', 'queue-2')]: 'contact' });
    this.task('queued', 'queue-1');
  }

  get all(): string[] {
    return [...this.states.keys()];
  }

  get ended(): string[] {
    return this.all.filter((name) => !this.states.get(name)!());
  }

  async leave(): Promise<void> {
    this.customers.forEach((customer) => customer.leave());
    await this.fleet.leave();
  }

  private async connect(id: string): Promise<void> {
    const client = await this.fleet.connect(id);
    this.states.set(id, () => client.connected);
  }

  private register(device: Parameters<LocalAws['things']['create']>[0] & { Id: string }): void {
    this.aws.things.create({ ...device, acknowledgesAfter: 0 });
    this.states.set(device.Id, () => this.aws.things.list().some(({ Id }) => Id === device.Id));
  }

  private async chat(name: string): Promise<Customer> {
    const customer = await startChat(this.aws);
    this.customers.push(customer);
    this.states.set(`chat ${name}`, () => customer.isConnected());
    return customer;
  }

  private task(name: string, queueId: string): string {
    const { id } = this.aws.connect.startContact({ channel: 'TASK', queueId });
    this.states.set(`task ${name}`, () => this.aws.connect.endOf(id) === undefined);
    return id;
  }

  /** Rows of the stack's table. */
  private async write(kinds: Record<string, string>): Promise<void> {
    const client = new DynamoDBClient({ endpoint: this.aws.url, region: this.aws.region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
    const puts = Object.entries(kinds).map(([id, kind]) => ({ PutRequest: { Item: { id: { S: id }, kind: { S: kind } } } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { live: puts } }));
    client.destroy();
  }
}
