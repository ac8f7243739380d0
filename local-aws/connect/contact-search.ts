import type { Contact, Contacts } from './contacts';

const DEFAULT_PAGE = 25;
/** https://docs.aws.amazon.com/connect/latest/adminguide/contact-search.html */
const MOST_RESULTS = 10_000;
export const LONGEST_RANGE_MS = 8 * 7 * 24 * 3600_000;

export interface SearchInput {
  readonly TimeRange: { readonly StartTime: number; readonly EndTime: number };
  readonly SearchCriteria?: {
    readonly Channels?: readonly string[];
    readonly QueueIds?: readonly string[];
    readonly AdditionalTimeRange?: object;
    readonly SearchableContactAttributes?: { readonly Criteria: ReadonlyArray<{ readonly Key: string; readonly Values: readonly string[] }> };
  };
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** One page of SearchContacts, of what was known so many milliseconds ago. */
export function searchContacts(contacts: Contacts, input: SearchInput, now: number, behindMs: number) {
  const { TimeRange, SearchCriteria = {}, MaxResults = DEFAULT_PAGE, NextToken } = input;
  const { Channels, QueueIds, AdditionalTimeRange, SearchableContactAttributes } = SearchCriteria;
  const found = contacts
    .list()
    .filter(({ initiatedAt }) => initiatedAt >= TimeRange.StartTime * 1000 && initiatedAt <= TimeRange.EndTime * 1000 && initiatedAt <= now - behindMs)
    .filter((contact) => AdditionalTimeRange === undefined || contacts.endOf(contact, behindMs) === undefined)
    .filter(({ channel }) => !Channels?.length || Channels.includes(channel))
    .filter(({ queueId }) => !QueueIds?.length || (queueId !== undefined && QueueIds.includes(queueId)))
    .filter(({ attributes }) => (SearchableContactAttributes?.Criteria ?? []).every(({ Key, Values }) => Values.includes(attributes[Key])))
    .sort((a, b) => a.initiatedAt - b.initiatedAt || (a.id < b.id ? -1 : 1));
  // By a count, as a search index does: what ends meanwhile makes others move up.
  const from = Number(NextToken ?? 0);
  const to = Math.min(from + MaxResults, MOST_RESULTS);
  return {
    Contacts: found.slice(from, to).map((contact) => summaryOf(contact, contacts.endOf(contact, behindMs))),
    NextToken: to < Math.min(found.length, MOST_RESULTS) ? String(to) : undefined,
    TotalCount: found.length,
  };
}

/** As SearchContacts and DescribeContact show it. */
export function summaryOf({ id, channel, initiationMethod, initiatedAt, queueId, name }: Contact, disconnectedAt?: number) {
  return {
    Id: id,
    Channel: channel,
    InitiationMethod: initiationMethod,
    InitiationTimestamp: initiatedAt / 1000,
    DisconnectTimestamp: disconnectedAt === undefined ? undefined : disconnectedAt / 1000,
    QueueInfo: queueId === undefined ? undefined : { Id: queueId },
    Name: name,
  };
}
