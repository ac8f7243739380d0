import { Duration, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CONTACTS_IN_PROGRESS, LONGEST_SEARCH_SECONDS, queueProblem } from '../../contract/sources/contacts-in-progress';
import type { TargetSource } from '../private/target-source';
import { durationProblem, membersProblem, shown } from '../private/value-problems';

/**
 * What a contact is made through. Calls are not among them: Amazon Connect stops chats and tasks in any state, but no call that was
 * transferred, and a search does not find calls that are in a queue.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_StopContact.html
 */
export enum ContactChannel {
  /**
   * Chats.
   */
  CHAT = 'CHAT',

  /**
   * Tasks.
   */
  TASK = 'TASK',
}

/**
 * Which contacts in progress are meant: those for which all that is given is true.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_SearchContacts.html
 */
export interface ContactsInProgressOptions {
  /**
   * Chats, tasks or both.
   *
   * @default - both
   */
  readonly channels?: ContactChannel[];

  /**
   * The queues that they are or were in, by ids or ARNs, 100 at most.
   *
   * @default - any, or none yet
   */
  readonly queues?: string[];

  /**
   * How long ago they began at most. 8 weeks is what a search looks back.
   *
   * @default Duration.days(56)
   */
  readonly initiatedWithin?: Duration;

  /**
   * Values of user-defined contact attributes, by their names: 15 at most, of 100 characters. The attributes must be configured for contact
   * search. What is given here is in the template, which is no place for what must stay among you and a customer.
   *
   * @see https://docs.aws.amazon.com/connect/latest/adminguide/search-custom-attributes.html
   * @default - any
   */
  readonly attributes?: { [name: string]: string };
}

/** As in https://docs.aws.amazon.com/connect/latest/APIReference/API_SearchCriteria.html */
const MOST_QUEUES = 100;
const MOST_ATTRIBUTES = 15;
const MOST_CHARACTERS = 100;

/** What `Contacts.inProgress` binds to, of an instance. */
export function contactsInProgressSource(options: ContactsInProgressOptions): (instanceArn: string) => TargetSource {
  const { channels = Object.values(ContactChannel), queues, initiatedWithin = Duration.seconds(LONGEST_SEARCH_SECONDS), attributes } = options;
  if (channels.length === 0) throw new Error('channels is empty: name ContactChannel.CHAT, ContactChannel.TASK or both, or leave it out');
  const problem = membersProblem(channels, 'ContactChannel', ContactChannel);
  if (problem) throw new Error(`channels ${problem}`);
  validateQueues(queues);
  validateWithin(initiatedWithin);
  validateAttributes(attributes);
  return (instanceArn) => ({
    properties: CONTACTS_IN_PROGRESS.write({
      InstanceArn: instanceArn,
      Channels: [...new Set(channels)],
      Queues: queues,
      InitiatedWithinSeconds: initiatedWithin.toSeconds(),
      Attributes: attributes,
    }),
    grantRead: (grantee) => {
      iam.Grant.addToPrincipal({ grantee, actions: ['connect:SearchContacts'], resourceArns: [instanceArn] });
      // The search itself asks for it: https://docs.aws.amazon.com/connect/latest/APIReference/API_SearchCriteria.html
      if (attributes) iam.Grant.addToPrincipal({ grantee, actions: ['connect:GetContactAttributes'], resourceArns: [`${instanceArn}/contact/*`] });
    },
  });
}

function validateQueues(queues: string[] | undefined): void {
  if (queues === undefined || Token.isUnresolved(queues)) return;
  if (!Array.isArray(queues)) throw new Error(`queues is ${shown(queues)}: it must be a list of ids or ARNs`);
  if (queues.length === 0 || queues.length > MOST_QUEUES) {
    throw new Error(`queues has ${queues.length} entries: it must have 1 to ${MOST_QUEUES}, or be left out for contacts of any queue`);
  }
  for (const queue of queues) {
    const problem = Token.isUnresolved(queue) ? undefined : queueProblem(queue);
    if (problem) throw new Error(`queues has ${shown(queue)}, which ${problem}`);
  }
}

function validateWithin(within: Duration): void {
  const problem = durationProblem(within);
  if (problem) throw new Error(`initiatedWithin ${problem}`);
  if (within.isUnresolved()) return;
  const seconds = within.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_SEARCH_SECONDS) {
    throw new Error(`initiatedWithin is ${seconds} seconds: it must be whole, and from 1 to ${LONGEST_SEARCH_SECONDS}, which is 8 weeks`);
  }
}

/** No message repeats a value: it may be a customer's. */
function validateAttributes(attributes: { [name: string]: string } | undefined): void {
  if (!attributes) return;
  const entries = Object.entries(attributes);
  if (entries.length === 0 || entries.length > MOST_ATTRIBUTES) {
    throw new Error(`attributes has ${entries.length} entries: it must have 1 to ${MOST_ATTRIBUTES}, or be left out`);
  }
  for (const [name, value] of entries) {
    for (const [what, text] of [
      ['name', name],
      ['value', value],
    ]) {
      if (Token.isUnresolved(text)) continue;
      const of = `the ${what} of the attribute ${JSON.stringify(name.slice(0, 40))}`;
      if (typeof text !== 'string') throw new Error(`${of} is no string: it must have 1 to ${MOST_CHARACTERS} characters`);
      if (text.trim() !== '' && text.length <= MOST_CHARACTERS) continue;
      throw new Error(`${of} has ${text.length} characters: it must have 1 to ${MOST_CHARACTERS}, not all of them blank`);
    }
  }
}
