import { optional, positive, record, text, texts } from '../fields';
import { SourceContract } from '../source';

/** The contacts in progress that a search finds. */
export const CONTACTS_IN_PROGRESS = new SourceContract('contactsInProgress', {
  InstanceArn: text,
  Channels: texts,
  /** Ids or ARNs. */
  Queues: optional(texts),
  InitiatedWithinSeconds: positive,
  /** Values by names. */
  Attributes: optional(record),
});

/** https://docs.aws.amazon.com/connect/latest/adminguide/contact-search.html */
export const LONGEST_SEARCH_SECONDS = 8 * 7 * 24 * 60 * 60;
