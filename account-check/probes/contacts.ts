import { DescribeContactCommand, SearchContactsCommand } from '@aws-sdk/client-connect';
import { until } from '../clock';
import { outcomeOf } from '../described';
import { judged, notLooked, seconds, type Finding, type Probe } from '../finding';
import type { Room } from '../room';
import { ConnectScene } from './connect-scene';

const A_MINUTE_MS = 60_000;
const MOST_MS = 10 * A_MINUTE_MS;
/** As the documentation has it, or as little as it says: https://docs.aws.amazon.com/connect/latest/APIReference/API_StopContact.html */
const ENDED = /^(success|410 |400 )/;

async function endedContact(scene: ConnectScene): Promise<Finding> {
  const { contactId } = await scene.start();
  await scene.stop(contactId);
  const again = await outcomeOf(scene.stop(contactId));
  return judged(ENDED.test(again), `the second time: ${again}`);
}

async function disconnectTime(scene: ConnectScene, { clients, clock }: Room): Promise<Finding> {
  const { InstanceId } = scene;
  const { contactId: ContactId } = await scene.start();
  await scene.stop(ContactId);
  const hasEnded = async () => {
    const { Contact } = await clients.connect.send(new DescribeContactCommand({ InstanceId, ContactId }));
    return Contact?.DisconnectTimestamp !== undefined;
  };
  const lag = await until(clock, hasEnded, { everyMs: 1_000, mostMs: MOST_MS });
  return judged(
    lag !== undefined && lag <= A_MINUTE_MS,
    `DescribeContact told a disconnect time ${lag === undefined ? 'not within ten minutes' : `after ${seconds(lag)}`}`,
  );
}

async function searchLag(scene: ConnectScene, { clients, clock }: Room): Promise<Finding> {
  const { contactId } = await scene.start();
  const begun = clock.now();
  const isFound = async () => {
    const { Contacts } = await clients.connect.send(
      new SearchContactsCommand({
        InstanceId: scene.InstanceId,
        TimeRange: { Type: 'INITIATION_TIMESTAMP', StartTime: new Date(begun - A_MINUTE_MS), EndTime: new Date(clock.now() + A_MINUTE_MS) },
        SearchCriteria: { Channels: ['CHAT'] },
        MaxResults: 100,
        Sort: { FieldName: 'INITIATION_TIMESTAMP', Order: 'ASCENDING' },
      }),
    );
    return Contacts?.some(({ Id }) => Id === contactId) ?? false;
  };
  // One call in two seconds is the quota.
  const lag = await until(clock, isFound, { everyMs: 2_000, mostMs: MOST_MS });
  return judged(
    lag !== undefined && lag <= A_MINUTE_MS,
    `SearchContacts found the chat ${lag === undefined ? 'not within ten minutes' : `after ${seconds(lag)}`}`,
  );
}

async function searchPermission({ examples }: Room): Promise<Finding> {
  const example = examples.find(({ name }) => name === 'contacts');
  if (!example || example.result === 'not run') return notLooked('run the example contacts as well');
  const denied = /connect:(SearchContacts|GetContactAttributes)/.test(example.seen);
  if (example.result === 'failed' && !denied) return notLooked('the example contacts failed for another reason');
  return judged(!denied, denied ? `the deploy was denied: ${example.seen}` : 'the provider’s function of the example searched by an attribute');
}

export const CONTACTS: readonly Probe[] = [
  { row: 'ended-contact', asks: 'StopContact of a chat, twice', look: ConnectScene.looking(endedContact) },
  {
    row: 'disconnect-time',
    asks: 'DescribeContact every second after StopContact; before long is taken to be a minute',
    look: ConnectScene.looking(disconnectTime),
  },
  {
    row: 'search-lag',
    asks: 'SearchContacts every 2 s after StartChatContact; some seconds are taken to be a minute at most',
    look: ConnectScene.looking(searchLag),
  },
  { row: 'search-permission', asks: 'the example contacts, whose function searches by an attribute', afterExamples: true, look: searchPermission },
];
