import { DescribeStacksCommand, type StackEvent } from '@aws-sdk/client-cloudformation';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { until } from '../clock';
import { described } from '../described';
import { judged, notLooked, type Finding, type Probe } from '../finding';
import type { Room } from '../room';
import { ProbeStack } from '../stacks';
import { impossible, oddResource } from './odd-resource';

const HANDLE = { Type: 'AWS::CloudFormation::WaitConditionHandle' };
/** Long enough for a function that starts. */
const SERVICE_TIMEOUT_SECONDS = 15;
const UNDOES = /ROLLBACK|CLEANUP/;

const isOf = (logicalId: string) => (event: StackEvent) => event.LogicalResourceId === logicalId;
const isOfStack = (event: StackEvent) => event.PhysicalResourceId === event.StackId;

/** What a stack's status was at a time, by its events. */
function statusAt(events: readonly StackEvent[], time: Date): string {
  return events.filter((event) => isOfStack(event) && event.Timestamp! <= time).at(-1)?.ResourceStatus ?? 'without a status';
}

async function unansweredDelete(room: Room): Promise<Finding> {
  const stack = await ProbeStack.create(room, 'silence', oddResource({ Label: 'a', Delete: 'SILENCE', ServiceTimeout: SERVICE_TIMEOUT_SECONDS }));
  await stack.delete();
  const failed = (await stack.events()).filter(isOf('Odd')).find(({ ResourceStatus }) => ResourceStatus === 'DELETE_FAILED');
  if (!failed) return notLooked('the deletion did not fail');
  // The words of lambda/chat/doubt.ts.
  return judged(/did not receive a response/i.test(failed.ResourceStatusReason ?? ''), `“${failed.ResourceStatusReason}”`);
}

async function noRollback(room: Room): Promise<Finding> {
  const stack = await ProbeStack.create(room, 'no-rollback', oddResource({ Label: 'old' }));
  const status = await stack.update(oddResource({ Label: 'new', Update: 'FAILED' }), { DisableRollback: true });
  const events = await stack.events();
  const ofOdd = events.filter(isOf('Odd'));
  const failed = ofOdd.findIndex(({ ResourceStatus }) => ResourceStatus === 'UPDATE_FAILED');
  if (failed < 0) return notLooked(`the update did not fail: the stack is ${status}`);
  const afterwards = ofOdd.slice(failed + 1);
  if (afterwards.length === 0) return judged(true, `the stack is ${status}; the resource whose update failed was not taken back`);
  const statuses = [...new Set(afterwards.map(({ Timestamp }) => statusAt(events, Timestamp!)))];
  return judged(
    statuses.every((one) => one === 'UPDATE_IN_PROGRESS'),
    `the stack is ${status}; the resource was taken back while the stack was ${statuses.join(', ')}`,
  );
}

async function onFailureDelete(room: Room): Promise<Finding> {
  const stack = await ProbeStack.create(room, 'on-failure', { Handle: HANDLE, ...impossible('Handle') }, { OnFailure: 'DELETE' });
  const events = await stack.events();
  const deletion = events.filter(isOf('Handle')).find(({ ResourceStatus }) => ResourceStatus === 'DELETE_IN_PROGRESS');
  if (!deletion) return notLooked('what had been created was not deleted');
  const status = statusAt(events, deletion.Timestamp!);
  return judged(status === 'DELETE_IN_PROGRESS', `what had been created was deleted while the stack was ${status}`);
}

async function nestedStatus(room: Room): Promise<Finding> {
  const url = await upload(room, JSON.stringify({ Resources: { Handle: HANDLE } }));
  const nested = { Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url } } };
  const stack = await ProbeStack.create(room, 'root', { ...nested, ...impossible('Nested') });
  const events = await stack.events();
  const nestedId = events.filter(isOf('Nested')).find(({ PhysicalResourceId }) => PhysicalResourceId)?.PhysicalResourceId;
  if (!nestedId) return notLooked('the nested stack was not made');
  const ofNested = await stack.events(nestedId);
  const deletion = ofNested.filter(isOf('Handle')).find(({ ResourceStatus }) => ResourceStatus === 'DELETE_IN_PROGRESS');
  if (!deletion) return notLooked('what had been created was not deleted');
  const [own, ofRoot] = [statusAt(ofNested, deletion.Timestamp!), statusAt(events, deletion.Timestamp!)];
  const { rootId } = await stack.status(nestedId);
  return judged(
    rootId === stack.id && (UNDOES.test(own) || UNDOES.test(ofRoot)),
    `in a rollback the nested stack was ${own} and its root ${ofRoot}; RootId ${rootId === stack.id ? 'names the root' : 'does not name the root'}`,
  );
}

/** To the bucket of `cdk bootstrap`; CloudFormation reads a nested template from S3 only. */
async function upload({ clients, undo, prefix, account }: Room, Body: string): Promise<string> {
  const { Stacks } = await clients.cloudformation.send(new DescribeStacksCommand({ StackName: 'CDKToolkit' }));
  const Bucket = Stacks![0].Outputs!.find(({ OutputKey }) => OutputKey === 'BucketName')!.OutputValue!;
  const Key = `${prefix}.json`;
  undo.add(`object ${Key} in the bucket of cdk bootstrap`, () => clients.s3.send(new DeleteObjectCommand({ Bucket, Key })));
  await clients.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const elsewhere = clients.endpoint ?? process.env.AWS_ENDPOINT_URL;
  if (elsewhere) return `${elsewhere}/${Bucket}/${Key}`;
  return `https://${Bucket}.s3.${account.region}.amazonaws.com${account.partition === 'aws-cn' ? '.cn' : ''}/${Key}`;
}

async function metadataInDeletion(room: Room): Promise<Finding> {
  const Metadata = { Ids: [{ 'Fn::Sub': '${AWS::StackName}-1' }] };
  const stack = await ProbeStack.create(room, 'metadata', oddResource({ Label: 'a', DeletionTakesSeconds: '6' }, { Metadata }));
  await stack.beginDeletion();
  let read: string | undefined;
  let status: string | undefined;
  const ended = async () => {
    const odd = await stack.resource('Odd').catch((error) => ({ ResourceStatus: 'DELETE_IN_PROGRESS', Metadata: described(error) }));
    status = odd.ResourceStatus;
    if (status === 'DELETE_IN_PROGRESS') read = odd.Metadata ?? 'nothing';
    return read !== undefined || (await stack.status()).status !== 'DELETE_IN_PROGRESS';
  };
  await until(room.clock, ended, { everyMs: 500, mostMs: 5 * 60_000 });
  await stack.settled();
  if (read === undefined) return notLooked(`the resource was never seen DELETE_IN_PROGRESS: it was ${status}`);
  return judged(read.includes(`"${room.prefix}-metadata-1"`), `DescribeStackResource gave ${read}`);
}

async function newPermission({ examples }: Room): Promise<Finding> {
  const run = examples.filter(({ result }) => result !== 'not run');
  if (run.length === 0) return notLooked('run examples as well');
  const denied = run.filter(({ seen }) => /see that the provider's role is allowed/.test(seen));
  return judged(
    denied.length === 0,
    `${run.length} examples were deployed with new roles; ${denied.length || 'none'} failed for a permission that was not in force after a minute`,
  );
}

export const CLOUDFORMATION: readonly Probe[] = [
  { row: 'on-failure-delete', asks: 'creation of a stack that fails, with OnFailure: DELETE, by its events', look: onFailureDelete },
  { row: 'nested-status', asks: 'creation of a stack that fails after its nested stack was made, by the events of both', look: nestedStatus },
  { row: 'no-rollback', asks: 'an update that fails, with DisableRollback, by its events', look: noRollback },
  { row: 'metadata-in-deletion', asks: 'DescribeStackResource while the resource is being deleted', look: metadataInDeletion },
  { row: 'unanswered-delete', asks: 'deletion of a custom resource that does not answer, by its events', look: unansweredDelete },
  { row: 'new-permission', asks: 'the deploys of the examples, each with a new role that it needs at once', afterExamples: true, look: newPermission },
];
