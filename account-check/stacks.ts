import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  type OnFailure,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { until } from './clock';
import type { Room } from './room';

const LONGEST_OPERATION = { everyMs: 2_000, mostMs: 20 * 60_000 };

/** A policy that was detached may not be ready to be deleted for five minutes. */
const RETRIES = { everyMs: 30_000, times: 12 };

export type Resources = Readonly<Record<string, object>>;

/** A stack of few resources, made by CloudFormation's own calls. */
export class ProbeStack {
  /** Waits until its creation has ended, well or not. */
  static async create(room: Room, name: string, resources: Resources, how: { OnFailure?: OnFailure } = {}): Promise<ProbeStack> {
    const StackName = `${room.prefix}-${name}`;
    const stack = new ProbeStack(room, StackName);
    room.undo.add(`stack ${StackName}`, () => stack.remove());
    const { StackId } = await room.clients.cloudformation.send(
      new CreateStackCommand({ StackName, TemplateBody: templateOf(resources), Capabilities: ['CAPABILITY_IAM'], ...how }),
    );
    stack.id = StackId!;
    await stack.settled();
    return stack;
  }

  /** The name, until CloudFormation has given one that holds when the stack is gone. */
  id: string;

  private constructor(
    private readonly room: Room,
    name: string,
  ) {
    this.id = name;
  }

  async update(resources: Resources, how: { DisableRollback?: boolean } = {}): Promise<string> {
    const { cloudformation } = this.room.clients;
    await cloudformation.send(new UpdateStackCommand({ StackName: this.id, TemplateBody: templateOf(resources), Capabilities: ['CAPABILITY_IAM'], ...how }));
    return this.settled();
  }

  /** The status that it ends with. */
  async delete(): Promise<string> {
    await this.beginDeletion();
    return this.settled();
  }

  async beginDeletion(RetainResources?: string[]): Promise<void> {
    await this.room.clients.cloudformation.send(new DeleteStackCommand({ StackName: this.id, RetainResources }));
  }

  async status(id = this.id): Promise<{ status: string; rootId?: string }> {
    const { Stacks } = await this.room.clients.cloudformation.send(new DescribeStacksCommand({ StackName: id }));
    return { status: Stacks![0].StackStatus!, rootId: Stacks![0].RootId };
  }

  /** Oldest first. */
  async events(id = this.id): Promise<StackEvent[]> {
    const all: StackEvent[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.room.clients.cloudformation.send(new DescribeStackEventsCommand({ StackName: id, NextToken }));
      all.push(...(page.StackEvents ?? []));
      NextToken = page.NextToken;
    } while (NextToken);
    return all.reverse();
  }

  async resource(LogicalResourceId: string) {
    const { StackResourceDetail } = await this.room.clients.cloudformation.send(new DescribeStackResourceCommand({ StackName: this.id, LogicalResourceId }));
    return StackResourceDetail!;
  }

  async settled(): Promise<string> {
    let status = '';
    const took = await until(this.room.clock, async () => !(status = (await this.status()).status).endsWith('_IN_PROGRESS'), LONGEST_OPERATION);
    if (took === undefined) throw new Error(`the stack is still ${status}`);
    return status;
  }

  private async remove(): Promise<void> {
    const gone = ({ message }: Error) => (/does not exist/.test(message) ? 'DELETE_COMPLETE' : Promise.reject(new Error(message)));
    let status = await this.settled().catch(gone);
    if (status !== 'DELETE_COMPLETE') status = await this.delete();
    for (let tries = 0; status === 'DELETE_FAILED' && tries < RETRIES.times; tries += 1) {
      await this.room.clock.sleep(RETRIES.everyMs);
      // Nothing but the probe's function is behind a custom resource.
      const failed = (await this.events()).filter((event) => event.ResourceStatus === 'DELETE_FAILED' && event.ResourceType?.startsWith('Custom::'));
      await this.beginDeletion([...new Set(failed.map(({ LogicalResourceId }) => LogicalResourceId!))]);
      status = await this.settled();
    }
    if (status !== 'DELETE_COMPLETE') throw new Error(`the stack is ${status}`);
  }
}

function templateOf(Resources: Resources): string {
  return JSON.stringify({ Resources });
}
