import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { described } from './failure';
import { requestHandler } from '../clients/request-handler';

/** Why CloudFormation calls cannot be told from a custom resource's event alone. */
export async function stackStatus(stackId: string): Promise<string> {
  // More attempts than the default: a guess could end what should live.
  const client = new CloudFormationClient({ maxAttempts: 8, requestHandler });
  const describe = async (id: string): Promise<Stack> => {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: id }));
    if (!Stacks?.[0]?.StackStatus) throw new Error('the answer names no status');
    return Stacks[0];
  };
  try {
    const { StackStatus, RootId } = await describe(stackId);
    // A nested stack is deleted also when its parent's update takes it out, or undoes it: the root knows.
    const decisive = StackStatus === 'DELETE_IN_PROGRESS' && RootId ? await describe(RootId) : { StackStatus };
    return decisive.StackStatus!;
  } catch (error) {
    throw new Error(`the status of the stack could not be read (${described(error)}): `
      + 'nothing was touched, because the status tells whether to act; see that the provider may call cloudformation:DescribeStacks and try again');
  } finally {
    client.destroy();
  }
}
