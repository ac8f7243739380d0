import { ConnectClient, SearchContactsCommand, type SearchContactsCommandInput } from '@aws-sdk/client-connect';
import { instanceIdOf } from '../../contract/contacts';
import { Explained } from '../../contract/explained-error';
import type { Fields } from '../../contract/fields';
import { CONTACTS_IN_PROGRESS, queueIdOf } from '../../contract/sources/contacts-in-progress';
import type { Reads } from '../calls/reads';
import { forReading } from '../clients/client-options';
import { idIn, listed, walked } from '../reading/pages';
import type { Target } from '../targets/target';

/** Of one in two seconds: https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html#connect-api-quotas */
const SEARCH_CONTACTS = { perSecond: 0.45, burst: 1 };
const PAGE = 100;
/** "The search results for a given query are limited": https://docs.aws.amazon.com/connect/latest/adminguide/contact-search.html */
const MOST_RESULTS = 10_000;

/** The contacts without a disconnect time that a search finds. https://docs.aws.amazon.com/connect/latest/APIReference/API_SearchContacts.html */
export async function* contactsInProgress(parameters: Fields, reads: Reads): AsyncGenerator<Target> {
  const { InstanceArn, Attributes } = CONTACTS_IN_PROGRESS.read(parameters);
  const permission = `connect:SearchContacts on ${InstanceArn}${Attributes ? ` and connect:GetContactAttributes on ${InstanceArn}/contact/*` : ''}`;
  const client = new ConnectClient(forReading('JSON'));
  const search = searchFor(parameters);
  let results = 0;
  try {
    yield* walked(reads.paces.of('SearchContacts', SEARCH_CONTACTS), 'contacts in progress', async (NextToken) => {
      const {
        Contacts,
        NextToken: next,
        TotalCount = 0,
      } = await reads
        .make(permission, () => client.send(new SearchContactsCommand({ ...search, NextToken })))
        .catch((error) => {
          throw new Explained(`contacts in progress could not be searched: ${reads.described(error)}`);
        });
      const contacts = listed(Contacts, 'contacts in progress');
      results = contacts.length + (NextToken === undefined ? 0 : results);
      if (Math.max(results, TotalCount) >= MOST_RESULTS) throw new Explained(TOO_MANY);
      // Also where the search is behind.
      const live = contacts.filter(({ DisconnectTimestamp, Channel }) => !DisconnectTimestamp && search.SearchCriteria!.Channels!.includes(Channel!));
      return { items: live.map(({ Id }) => ({ id: idIn(Id, 'the list of contacts in progress') })), next };
    });
  } finally {
    client.destroy();
  }
}

const TOO_MANY = `${MOST_RESULTS} contacts or more are in progress, and a search tells of no more than so many: narrow it by queues, channels or initiatedWithin, and use a construct for each part`;

function searchFor(parameters: Fields): SearchContactsCommandInput {
  const { InstanceArn, Channels, Queues, InitiatedWithinSeconds, Attributes } = CONTACTS_IN_PROGRESS.read(parameters);
  const now = Date.now();
  return {
    InstanceId: instanceIdOf(InstanceArn),
    TimeRange: { Type: 'INITIATION_TIMESTAMP', StartTime: new Date(now - InitiatedWithinSeconds * 1000), EndTime: new Date(now) },
    SearchCriteria: {
      Channels: [...Channels],
      QueueIds: Queues?.map(queueIdOf),
      AdditionalTimeRange: {
        Criteria: [{ TimestampCondition: { Type: 'DISCONNECT_TIMESTAMP', ConditionType: 'NOT_EXISTS' } }],
        MatchType: 'MATCH_ALL',
      },
      SearchableContactAttributes: Attributes && {
        Criteria: Object.entries(Attributes).map(([Key, value]) => ({ Key, Values: [String(value)] })),
        MatchType: 'MATCH_ALL',
      },
    },
    Sort: { FieldName: 'INITIATION_TIMESTAMP', Order: 'ASCENDING' },
    MaxResults: PAGE,
  };
}
