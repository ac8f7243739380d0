import { CloudFormationClient, DescribeStackEventsCommand, type StackEvent } from '@aws-sdk/client-cloudformation';
import type { Reads } from '../calls/reads';
import { forReading } from './client-options';

const MOST_PAGES = 20;

/** What a stack's events tell of a resource, from now back. */
export async function* eventsOf(
  { stackId: StackName, logicalId }: { readonly stackId: string; readonly logicalId: string },
  reads: Reads,
): AsyncGenerator<StackEvent> {
  const client = new CloudFormationClient(forReading());
  try {
    let NextToken: string | undefined;
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const answer = await reads.make(`cloudformation:DescribeStackEvents on ${StackName}`, () =>
        client.send(new DescribeStackEventsCommand({ StackName, NextToken })),
      );
      for (const event of answer.StackEvents ?? []) if (event.LogicalResourceId === logicalId) yield event;
      NextToken = answer.NextToken;
      if (NextToken === undefined) return;
    }
  } finally {
    client.destroy();
  }
}
