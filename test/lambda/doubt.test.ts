import { doubt } from '../../lambda/chat/doubt';
import type { Request } from '../../lambda/run/request';
import { Tally } from '../../lambda/run/tally';
import { QueryService } from '../support/query-service';
import { reads } from '../support/reads';

/* What the stack's events tell of an earlier try: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html */

type Event = readonly [logicalId: string, status: string, reason?: string];

/** Newest first, page by page. */
let pages: ReadonlyArray<readonly Event[]>;
let asked: Array<string | null>;

const cloudFormation = new QueryService((parameters) => {
  const token = parameters.get('NextToken');
  asked.push(token);
  const page = Number(token ?? 0);
  const events = pages[page].map(
    ([id, status, reason]) => `<member><StackId>s</StackId><EventId>e</EventId><StackName>S</StackName><Timestamp>2026-01-01T00:00:00Z</Timestamp>
    <LogicalResourceId>${id}</LogicalResourceId><ResourceStatus>${status}</ResourceStatus>${reason ? `<ResourceStatusReason>${reason}</ResourceStatusReason>` : ''}</member>`,
  );
  return `<StackEvents>${events.join('')}</StackEvents>${pages[page + 1] ? `<NextToken>${page + 1}</NextToken>` : ''}`;
});
beforeAll(() => cloudFormation.start());
afterAll(() => cloudFormation.stop());
beforeEach(() => {
  asked = [];
});

const SOME_ENDED = 'Received response status [FAILED] from custom resource. Message returned: no. 2 of 3 chat participants were disconnected. Details';
const NOBODY_ANSWERED = 'CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [1].';

async function isDoubted(
  events: ReadonlyArray<readonly Event[]>,
  { type = 'Delete', ageMs = 0, deniedToken = 'TREAT_AS_GONE_UNLESS_ALL', ended = 0 } = {},
): Promise<boolean> {
  pages = events;
  const tally = new Tally();
  for (let n = 0; n < 2; n += 1) tally.add('denied', 'participant');
  for (let n = 0; n < ended; n += 1) tally.add('ended', 'participant');
  const request = { type, stackId: 'stack', logicalId: 'Chats', ageMs } as Request;
  return (await doubt(tally, { DeniedToken: deniedToken }, request, reads())) !== undefined;
}

const NOW: Event = ['Chats', 'DELETE_IN_PROGRESS'];

test.each<[string, Event[], boolean]>([
  ['no earlier try', [NOW, ['Chats', 'CREATE_COMPLETE']], true],
  ['one that disconnected some', [NOW, ['Chats', 'DELETE_FAILED', SOME_ENDED]], false],
  ['one that never answered', [NOW, ['Chats', 'DELETE_FAILED', NOBODY_ANSWERED]], false],
  ['one that disconnected none', [NOW, ['Chats', 'DELETE_FAILED', SOME_ENDED.replace('2 of', '0 of')], ['Chats', 'UPDATE_COMPLETE']], true],
  ['one of another construct', [NOW, ['Others', 'DELETE_FAILED', SOME_ENDED], ['Chats', 'UPDATE_COMPLETE']], true],
  ['one before it was deployed again', [NOW, ['Chats', 'UPDATE_COMPLETE'], ['Chats', 'DELETE_FAILED', SOME_ENDED]], true],
  ['one before that one', [NOW, ['Chats', 'DELETE_FAILED', 'no'], ['Chats', 'DELETE_IN_PROGRESS'], ['Chats', 'DELETE_FAILED', SOME_ENDED]], false],
  [
    'one that is still under way',
    [
      ['Chats', 'DELETE_IN_PROGRESS', SOME_ENDED],
      ['Chats', 'CREATE_COMPLETE'],
    ],
    true,
  ],
])('the events tell of %s', async (_, events, isDoubtful) => {
  expect(await isDoubted([events])).toBe(isDoubtful);
  expect(asked).toEqual([null]);
});

test('events are read page by page, as far as they have to be', async () => {
  const others: Event[] = [['Others', 'DELETE_COMPLETE']];
  expect(await isDoubted([others, others, [['Chats', 'DELETE_FAILED', SOME_ENDED]], others])).toBe(false);
  expect(asked).toEqual([null, '1', '2']);
  expect(await isDoubted([others, [['Chats', 'CREATE_COMPLETE']], others])).toBe(true);
  expect(asked).toHaveLength(5);
  expect(await isDoubted([others, others])).toBe(true);
});

test('events are not asked for where there is no doubt, or where they cannot help', async () => {
  expect(await isDoubted([], { ended: 1 })).toBe(false);
  expect(await isDoubted([], { deniedToken: 'TREAT_AS_GONE' })).toBe(false);
  // Lambda has called before.
  expect(await isDoubted([], { ageMs: 60_000 })).toBe(false);
  expect(await isDoubted([], { type: 'Update' })).toBe(true);
  expect(asked).toEqual([]);
});
