import { CloudFormationClient, DescribeStackEventsCommand, type StackEvent } from '@aws-sdk/client-cloudformation';
import { CHAT_OPERATION } from '../../contract/chat';
import type { Fields } from '../../contract/fields';
import { forReading } from '../clients/client-options';
import type { Reads } from '../calls/reads';
import { saysThatSomeEnded } from '../run/reason';
import type { Request } from '../run/request';
import type { Tally } from '../run/tally';

const MOST_PAGES = 20;
const NAMES = { targetName: 'chat participants', endedName: 'disconnected' };

/** Lambda calls again a minute after a function that failed: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const RETRIED_AFTER_MS = 55_000;

/**
 * A run in which every token is denied and nobody was disconnected has shown nothing: most likely the tokens are wrong or have expired.
 * Unless an earlier delivery of the request, or an earlier delete of the same construct, disconnected some or never answered: then they
 * are those that it ended.
 */
export async function doubt(tally: Tally, parameters: Fields, request: Request, reads: Reads): Promise<string | undefined> {
  const { denied, done, left } = tally;
  if (CHAT_OPERATION.read(parameters).DeniedToken !== 'TREAT_AS_GONE_UNLESS_ALL' || denied === 0 || denied < done || left > 0) return undefined;
  if (request.ageMs >= RETRIED_AFTER_MS) return undefined;
  if (request.type === 'Delete' && (await earlierDeleteMayHaveEndedThem(request, reads))) return undefined;
  return (
    `Amazon Connect denied the ${denied === 1 ? 'token' : `tokens`} of all ${denied} chat participants and none was disconnected, as it does for tokens that are wrong or expired, ` +
    'or of the other tokenKind; if these chats have ended, take their tokens out of the store, or set deniedToken: DeniedToken.TREAT_AS_GONE'
  );
}

/** As far as the stack's events tell, from now back to when the construct was last deployed. */
async function earlierDeleteMayHaveEndedThem({ stackId: StackName, logicalId }: Request, reads: Reads): Promise<boolean> {
  const client = new CloudFormationClient(forReading());
  try {
    let NextToken: string | undefined;
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const answer = await reads.make(`cloudformation:DescribeStackEvents on ${StackName}`, () =>
        client.send(new DescribeStackEventsCommand({ StackName, NextToken })),
      );
      for (const event of answer.StackEvents ?? []) {
        if (event.LogicalResourceId !== logicalId) continue;
        if (!event.ResourceStatus?.startsWith('DELETE_')) return false;
        if (event.ResourceStatus === 'DELETE_FAILED' && mayHaveEnded(event)) return true;
      }
      NextToken = answer.NextToken;
      if (NextToken === undefined) return false;
    }
    return false;
  } catch {
    // Doubt stays doubt.
    return false;
  } finally {
    client.destroy();
  }
}

function mayHaveEnded({ ResourceStatusReason = '' }: StackEvent): boolean {
  return saysThatSomeEnded(ResourceStatusReason, NAMES) || /did not receive a response/i.test(ResourceStatusReason);
}
