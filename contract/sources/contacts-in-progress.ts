import { Explained } from '../explained-error';
import { oneOf, optional, positive, record, some, text, textWithout, type Field, type Fields } from '../fields';
import { SourceContract } from '../source';

/** Of what is given as an id or an ARN. */
export function queueIdOf(queue: string): string {
  return queue.slice(queue.lastIndexOf('/') + 1);
}

/** What is wrong with a queue, in words that follow it: a search without it would find the contacts of all queues. */
export function queueProblem(queue: unknown): string | undefined {
  return typeof queue === 'string' && queueIdOf(queue).trim() !== '' ? undefined : 'is no queue: give its id or its ARN';
}

/** No message repeats a value: it may be a customer's. */
const attributes: Field<Fields> = {
  read(from, name) {
    const given = record.read(from, name);
    if (Object.keys(given).length === 0) throw new Explained(`${name} is {}: it must have at least one entry, or be left out`);
    for (const [key, value] of Object.entries(given)) {
      if (String(value ?? '').trim() === '') throw new Explained(`${name} has a blank value of ${JSON.stringify(key)}: give it one, or leave it out`);
    }
    return given;
  },
};

/** The contacts in progress that a search finds. */
export const CONTACTS_IN_PROGRESS = new SourceContract('contactsInProgress', {
  InstanceArn: text,
  Channels: some(oneOf('CHAT', 'TASK')),
  Queues: optional(some(textWithout(queueProblem))),
  InitiatedWithinSeconds: positive,
  /** Values by names. */
  Attributes: optional(attributes),
});

/** https://docs.aws.amazon.com/connect/latest/adminguide/contact-search.html */
export const LONGEST_SEARCH_SECONDS = 8 * 7 * 24 * 60 * 60;
