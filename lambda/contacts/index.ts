import { STOP_CONTACT } from './rates';
import { contactIdProblem, CONTACTS_RESOURCE_TYPE } from '../../contract/contacts';
import { CONTACTS_IN_PROGRESS } from '../../contract/sources/contacts-in-progress';
import { teardownHandler } from '../run/main';
import type { Service } from '../run/service';
import { ids } from '../sources/ids';
import { lazily } from '../targets/lazily';

export const service: Service = {
  resourceType: CONTACTS_RESOURCE_TYPE,
  targetName: 'contacts',
  endedName: 'stopped',
  // Of customers: what is searched by, and what is found.
  hasSecrets: true,
  sources: {
    ids,
    contactsInProgress: lazily(async () => (await import('../sources/contacts-in-progress.js')).contactsInProgress),
    table: lazily(async () => (await import('../sources/table.js')).table),
    manifest: lazily(async () => (await import('../sources/manifest.js')).manifest),
  },
  endsUnlisted: ({ Source }) => Source === CONTACTS_IN_PROGRESS.name,
  // The client is loaded where something is to be stopped, which on a deploy seldom is.
  operation: async (parameters, reads) => (await import('./operation.js')).stopContact(parameters, reads),
  rate: STOP_CONTACT,
  label: (contactId) => contactId,
  problemOf: contactIdProblem,
};

export const handler = teardownHandler(service, async () => (await import('../long/long-runs.js')).longRuns);
