import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { Clients } from '../../account-check/clients';
import type { ExampleResult } from '../../account-check/example-result';
import { PROBES } from '../../account-check/probes';
import type { Room } from '../../account-check/room';
import type { LocalAws } from '../../local-aws/local-aws';
import { IMPATIENT, lieTo, lookedAt, type Scenery } from '../support/account-check';

/* Each row with AWS as it is taken to be, and otherwise: the report tells the difference. */

/** Changes events on their way. */
const telling =
  (change: (event: StackEvent) => Partial<StackEvent>) =>
  ({ cloudformation }: Clients) =>
    lieTo(cloudformation, 'DescribeStackEvents', async (honest) => {
      const { StackEvents, ...page } = await honest();
      return { ...page, StackEvents: StackEvents.map((event: StackEvent) => ({ ...event, ...change(event) })) };
    });
const ofStack = ({ StackId, PhysicalResourceId }: StackEvent) => StackId === PhysicalResourceId;

test.concurrent.each<[row: string, how: string, expected: RegExp, lie: Scenery['lie']]>([
  ['on-failure-delete', 'as any deletion', /^as taken: .* was deleted while the stack was DELETE_IN_PROGRESS$/, undefined],
  [
    'on-failure-delete',
    'with a status of its own',
    /^otherwise: .* was deleted while the stack was ROLLBACK_IN_PROGRESS$/,
    telling((event) => (ofStack(event) && event.ResourceStatus === 'DELETE_IN_PROGRESS' ? { ResourceStatus: 'ROLLBACK_IN_PROGRESS' } : {})),
  ],
  ['no-rollback', 'not taken back, or while updating', /^as taken: the stack is UPDATE_FAILED; /, undefined],
  [
    'no-rollback',
    'with a status of its own',
    /^otherwise: .* was taken back while the stack was .*UPDATE_ROLLBACK_IN_PROGRESS$/,
    ({ cloudformation }) =>
      lieTo(cloudformation, 'DescribeStackEvents', async (honest) => {
        const { StackEvents, ...page } = await honest();
        const [stack] = StackEvents.filter(ofStack);
        const failed = StackEvents.find((event: StackEvent) => event.ResourceStatus === 'UPDATE_FAILED' && event.LogicalResourceId === 'Odd');
        if (!failed) return { ...page, StackEvents };
        const Timestamp = new Date(Date.now() + 1_000);
        const undone = [
          { ...failed, ResourceStatus: 'UPDATE_IN_PROGRESS', Timestamp },
          { ...stack, ResourceStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', Timestamp },
        ];
        return { ...page, StackEvents: [...undone, ...StackEvents] };
      }),
  ],
  ['metadata-in-deletion', 'resolved', /^as taken: DescribeStackResource gave \{"Ids":\["account-check-.*-metadata-1"\]\}$/, undefined],
  [
    'metadata-in-deletion',
    'not there',
    /^otherwise: DescribeStackResource gave nothing$/,
    ({ cloudformation }) =>
      lieTo(cloudformation, 'DescribeStackResource', async (honest) => {
        const { StackResourceDetail } = await honest();
        return { StackResourceDetail: { ...StackResourceDetail, Metadata: undefined } };
      }),
  ],
  ['unanswered-delete', 'in the words that are known', /^as taken: “CloudFormation did not receive a response from your custom resource/, undefined],
  [
    'unanswered-delete',
    'in others',
    /^otherwise: “It timed out.”$/,
    telling(({ ResourceStatus }) => (ResourceStatus === 'DELETE_FAILED' ? { ResourceStatusReason: 'It timed out.' } : {})),
  ],
])('%s: %s', async (row, _how, expected, lie) => {
  expect(await lookedAt(row, { clock: IMPATIENT, lie })).toMatch(expected);
});

describe('nested-status', () => {
  const bootstrapped = (aws: LocalAws) => {
    aws.s3.buckets.set('bootstrap', { objects: new Map(), sseAlgorithm: 'AES256' });
  };
  const answeringForBootstrap = ({ cloudformation }: Clients) =>
    lieTo(cloudformation, 'DescribeStacks', async (honest, { StackName }) =>
      StackName === 'CDKToolkit' ? { Stacks: [{ Outputs: [{ OutputKey: 'BucketName', OutputValue: 'bootstrap' }] }] } : honest(),
    );

  test('told by the root', async () => {
    expect(await lookedAt('nested-status', { clock: IMPATIENT, prepare: bootstrapped, lie: answeringForBootstrap })).toMatch(
      /^as taken: in a rollback the nested stack was DELETE_IN_PROGRESS and its root ROLLBACK_IN_PROGRESS; RootId names the root$/,
    );
  });

  test('told by nobody', async () => {
    const lie = (clients: Clients) => {
      answeringForBootstrap(clients);
      telling((event) => (ofStack(event) && event.ResourceStatus === 'ROLLBACK_IN_PROGRESS' ? { ResourceStatus: 'DELETE_IN_PROGRESS' } : {}))(clients);
    };
    expect(await lookedAt('nested-status', { clock: IMPATIENT, prepare: bootstrapped, lie })).toMatch(
      /^otherwise: in a rollback the nested stack was DELETE_IN_PROGRESS and its root DELETE_IN_PROGRESS; /,
    );
  });
});

describe('what is seen in the examples', () => {
  const verdict = async (row: string, ...examples: ExampleResult[]) => {
    const room = { examples, given: { cognitoIdentity: 'ca-central-1:x' } } as unknown as Room;
    return (await PROBES.find((probe) => probe.row === row)!.look(room)).verdict;
  };
  const passed = (name: string): ExampleResult => ({ name, result: 'passed', seen: '' });
  const failed = (name: string, seen: string): ExampleResult => ({ name, result: 'failed', seen });

  test.each([
    ['new-permission', 'table', "cdk deploy ended with 1: see that the provider's role is allowed dynamodb:Scan"],
    ['search-permission', 'contacts', "see that the provider's role is allowed connect:SearchContacts"],
    ['detach-authorization', 'iot-policy', "see that the provider's role is allowed iot:DetachPolicy"],
  ])('%s', async (row, name, denied) => {
    expect(await verdict(row, passed(name))).toBe('as taken');
    expect(await verdict(row, failed(name, denied))).toBe('otherwise');
    expect(await verdict(row)).toBe('could not be looked at');
  });
});
