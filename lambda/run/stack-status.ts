import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { Explained } from '../../contract/explained-error';
import type { Reads } from '../calls/reads';
import { forReading } from '../clients/client-options';

export interface StackStatusOptions {
  readonly stackId: string;
  /** The template says that the stack is nested. */
  readonly isNested: boolean;
  /** When a deploy asked, in milliseconds since 1970: a later update is not what it was part of. */
  readonly since?: number;
  readonly reads: Reads;
}

/** In place of a status. */
const UPDATED_AGAIN = 'being updated again';
/** A request tells its time in seconds. */
const CLOCK_STEP_MS = 1_000;

/** Why CloudFormation calls cannot be told from a custom resource's event alone. */
export async function stackStatus({ stackId, isNested, since, reads }: StackStatusOptions): Promise<string> {
  // More attempts than the default: a guess could end what should live.
  const client = new CloudFormationClient(forReading());
  const describe = async (id: string): Promise<Stack> => {
    const { Stacks } = await reads.make(`cloudformation:DescribeStacks on ${id}`, () => client.send(new DescribeStacksCommand({ StackName: id })));
    if (!Stacks?.[0]?.StackStatus) throw new Explained('the answer names no status');
    return Stacks[0];
  };
  const decisive = async (): Promise<string> => {
    const { StackStatus, RootId, LastUpdatedTime } = await describe(stackId);
    if (since !== undefined && LastUpdatedTime && LastUpdatedTime.getTime() >= since + CLOCK_STEP_MS) return UPDATED_AGAIN;
    if (StackStatus !== 'DELETE_IN_PROGRESS') return StackStatus!;
    // A nested stack is deleted also when its parent's update takes it out, or undoes it: the root knows.
    if (RootId) return (await describe(RootId)).StackStatus!;
    if (isNested) throw new Explained('the answer does not name the root of the nested stack, whose status decides');
    return StackStatus;
  };
  try {
    return await decisive();
  } catch (error) {
    throw new Explained(
      `the status of the stack could not be read (${reads.described(error)}): ` +
        'nothing was touched, because the status tells whether to act; see that the provider may call cloudformation:DescribeStacks and try again',
    );
  } finally {
    client.destroy();
  }
}
