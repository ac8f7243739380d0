import { CreateThingGroupCommand, DeleteCertificateCommand, DeleteThingGroupCommand, DetachPolicyCommand, UpdateCertificateCommand } from '@aws-sdk/client-iot';
import { until } from '../clock';
import { attach, certificate, certificates, policy, policyDocument, targetsOf } from '../devices';
import { outcomeOf } from '../described';
import { judged, notLooked, seconds, type Finding, type Probe } from '../finding';
import type { Room } from '../room';
import { ProbeStack } from '../stacks';

const CERTIFICATES = 20;
const FIVE_MINUTES_MS = 5 * 60_000;

const detach = ({ clients }: Room, policyName: string, target: string) => clients.iot.send(new DetachPolicyCommand({ policyName, target }));

/** As the handler waits before it lets the policy go. */
const nothingListed = (room: Room, policyName: string) =>
  until(room.clock, async () => (await targetsOf(room, policyName)).length === 0, { everyMs: 1_000, mostMs: FIVE_MINUTES_MS + 60_000 });

async function policyDeletion(room: Room): Promise<Finding> {
  const policyName = `${room.prefix}-deletion`;
  const stack = await ProbeStack.create(room, 'policy', {
    Policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: policyName, PolicyDocument: JSON.parse(policyDocument(room)) } },
  });
  const all = await certificates(room, CERTIFICATES);
  for (const { arn } of all) await attach(room, policyName, arn);
  for (const { arn } of all) await detach(room, policyName, arn);
  if ((await nothingListed(room, policyName)) === undefined) return notLooked('ListTargetsForPolicy still lists what was detached');
  const begun = room.clock.now();
  const status = await stack.delete();
  const reason = (await stack.events()).find(({ ResourceStatus }) => ResourceStatus === 'DELETE_FAILED')?.ResourceStatusReason;
  return judged(status === 'DELETE_COMPLETE', `the stack is ${status} after ${seconds(room.clock.now() - begun)}${reason ? `: ${reason}` : ''}`);
}

async function detachTwice(room: Room): Promise<Finding> {
  const policyName = await policy(room, 'twice');
  const [kept, deleted] = await certificates(room, 2);
  for (const { arn } of [kept, deleted]) {
    await attach(room, policyName, arn);
    await detach(room, policyName, arn);
  }
  const again = await outcomeOf(detach(room, policyName, kept.arn));
  await room.clients.iot.send(new UpdateCertificateCommand({ certificateId: deleted.id, newStatus: 'INACTIVE' }));
  await room.clients.iot.send(new DeleteCertificateCommand({ certificateId: deleted.id }));
  const ofDeleted = await outcomeOf(detach(room, policyName, deleted.arn));
  const isTaken = [again, ofDeleted].every((outcome) => outcome === 'success' || outcome.includes('ResourceNotFoundException'));
  return judged(isTaken, `the second time: ${again}; of a certificate that was deleted: ${ofDeleted}`);
}

async function targetForm(room: Room): Promise<Finding> {
  const policyName = await policy(room, 'form');
  const thingGroupName = `${room.prefix}-form`;
  room.undo.add(`thing group ${thingGroupName}`, () => room.clients.iot.send(new DeleteThingGroupCommand({ thingGroupName })));
  const { thingGroupArn } = await room.clients.iot.send(new CreateThingGroupCommand({ thingGroupName }));
  const { cognitoIdentity } = room.given;
  const targets = [(await certificate(room)).arn, thingGroupArn!, ...(cognitoIdentity ? [cognitoIdentity] : [])];
  for (const target of targets) await attach(room, policyName, target);
  await until(room.clock, async () => (await targetsOf(room, policyName)).length >= targets.length, { everyMs: 1_000, mostMs: 60_000 });
  const listed = await targetsOf(room, policyName);
  const outcomes: string[] = [];
  for (const target of listed) outcomes.push(await outcomeOf(detach(room, policyName, target)));
  const refused = outcomes.find((outcome) => outcome !== 'success');
  if (refused) return judged(false, `listed as ${listed.map(shapeOf).join(', ')}; DetachPolicy of what was listed: ${refused}`);
  const isGone = (await nothingListed(room, policyName)) !== undefined;
  const isTaken = listed.length === targets.length && isGone;
  const seen = `${targets.length} attached, ${listed.length} listed as ${listed.map(shapeOf).join(', ')}; detached as listed, ${isGone ? 'none is' : 'some are'} left`;
  if (isTaken && !cognitoIdentity) return notLooked(`${seen}. Of an identity: give --cognito-identity`);
  return judged(isTaken, seen);
}

/** Without what it names. */
function shapeOf(target: string): string {
  return target.startsWith('arn:') ? target.split(':')[5].replace(/\/.*/, '/…') : target.replace(/[\w-]+$/, '…');
}

async function listingLag(room: Room): Promise<Finding> {
  const policyName = await policy(room, 'listing');
  const all = await certificates(room, CERTIFICATES);
  let late = 0;
  for (const { arn } of all) {
    await attach(room, policyName, arn);
    const isListed = async () => (await targetsOf(room, policyName)).includes(arn);
    if (await isListed()) continue;
    late += 1;
    if ((await until(room.clock, isListed, { everyMs: 500, mostMs: 60_000 })) === undefined)
      return judged(false, 'an attachment was not listed within a minute');
  }
  for (const { arn } of all) await detach(room, policyName, arn);
  const detached = await nothingListed(room, policyName);
  return judged(
    late === 0 && detached !== undefined && detached <= FIVE_MINUTES_MS,
    `of ${CERTIFICATES} attachments, ${late || 'none'} not by the first call after it; detached, they were listed ${detached === undefined ? 'for more than six minutes' : `no longer than ${seconds(detached)}`}`,
  );
}

async function detachAuthorization({ examples, given }: Room): Promise<Finding> {
  const example = examples.find(({ name }) => name === 'iot-policy');
  if (!example || example.result === 'not run') return notLooked('run the example iot-policy as well');
  const seen = `the provider's function of the example ${example.result === 'passed' ? 'detached' : 'did not detach'} what the policy was attached to`;
  if (example.result === 'passed' && !given.cognitoIdentity) return notLooked(`${seen}, a certificate. Of an identity: give --cognito-identity`);
  return judged(example.result === 'passed', seen);
}

export const IOT_POLICIES: readonly Probe[] = [
  { row: 'detach-twice', asks: 'DetachPolicy twice, and for a certificate that was deleted in between', look: detachTwice },
  { row: 'target-form', asks: 'ListTargetsForPolicy, and DetachPolicy of what it lists', look: targetForm },
  { row: 'listing-lag', asks: `ListTargetsForPolicy after each of ${CERTIFICATES} attachments, and after all are detached`, look: listingLag },
  { row: 'policy-deletion', asks: `deletion of a stack whose policy was detached from ${CERTIFICATES} certificates a moment ago`, look: policyDeletion },
  {
    row: 'detach-authorization',
    asks: 'the example iot-policy, with a Cognito identity beside its certificate',
    afterExamples: true,
    look: detachAuthorization,
  },
];
