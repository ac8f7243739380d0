import { stackStatus } from '../../lambda/run/stack-status';
import { QueryService } from '../support/query-service';
import { reads } from '../support/reads';

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html names RootId for nested stacks. */

/** By the stack that is asked for. */
let stacks: Record<string, { status?: string; root?: string; updated?: string }>;

const cloudFormation = new QueryService((parameters) => {
  const { status, root, updated } = stacks[parameters.get('StackName')!];
  return `<Stacks><member><StackName>S</StackName>${status ? `<StackStatus>${status}</StackStatus>` : ''}${root ? `<RootId>${root}</RootId>` : ''}${
    updated ? `<LastUpdatedTime>${updated}</LastUpdatedTime>` : ''
  }</member></Stacks>`;
});
beforeAll(() => cloudFormation.start());
afterAll(() => cloudFormation.stop());

const statusOf = (isNested: boolean) => stackStatus({ stackId: 'child', isNested, reads: reads() });

test.each([true, false])('the root decides over a stack that is deleted, whether the template says that it is nested (%s) or not', async (isNested) => {
  stacks = { child: { status: 'DELETE_IN_PROGRESS', root: 'root' }, root: { status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' } };
  expect(await statusOf(isNested)).toBe('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
});

test('a nested stack whose root is not named is not guessed about', async () => {
  stacks = { child: { status: 'DELETE_IN_PROGRESS' } };
  await expect(statusOf(true)).rejects.toThrow('the answer does not name the root of the nested stack, whose status decides): nothing was touched');
  expect(await statusOf(false)).toBe('DELETE_IN_PROGRESS');
});

test('an answer without a status is none', async () => {
  stacks = { child: {} };
  await expect(statusOf(false)).rejects.toThrow('(the answer names no status): nothing was touched');
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html: LastUpdatedTime
test.each([
  ['2026-11-26T12:00:05Z', 'being updated again'],
  ['2026-11-26T11:59:59.400Z', 'UPDATE_IN_PROGRESS'],
  ['2026-11-26T12:00:00.900Z', 'UPDATE_IN_PROGRESS'],
])('of an update that asked at 12:00:00, a stack that was updated at %s is %s', async (updated, status) => {
  stacks = { child: { status: 'UPDATE_IN_PROGRESS', updated } };
  expect(await stackStatus({ stackId: 'child', isNested: false, since: Date.parse('2026-11-26T12:00:00Z'), reads: reads() })).toBe(status);
});
