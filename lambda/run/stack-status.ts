import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { described } from './failure';

/** Why CloudFormation calls cannot be told from a custom resource's event alone. */
export async function stackStatus(stackId: string): Promise<string> {
  // More attempts than the default: a guess could end what should live.
  const client = new CloudFormationClient({ maxAttempts: 8 });
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackId }));
    const status = Stacks?.[0]?.StackStatus;
    if (!status) throw new Error('the answer names no status');
    return status;
  } catch (error) {
    throw new Error(`the status of the stack could not be read (${described(error)}): `
      + 'nothing was touched, because the status tells whether to act; see that the provider may call cloudformation:DescribeStacks and try again');
  } finally {
    client.destroy();
  }
}
