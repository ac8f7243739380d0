import { children } from './children';
import { deleteManagedThing } from './operation';
import { MANAGED_INTEGRATIONS } from './rates';
import { thingIdentifierProblem } from '../../lib/private/thing-identifier';
import { teardownHandler } from '../run/main';
import { ids } from '../sources/ids';
import { lazily } from '../sources/lazily';

export const handler = teardownHandler({
  targetName: 'managed things',
  endedName: 'deleted',
  sources: {
    ids,
    managedThings: lazily(async () => (await import('../sources/managed-things.js')).managedThings),
    table: lazily(async () => (await import('../sources/table.js')).table),
    manifest: lazily(async () => (await import('../sources/manifest.js')).manifest),
  },
  operation: deleteManagedThing,
  dependents: children,
  rate: MANAGED_INTEGRATIONS,
  label: (identifier) => identifier,
  problemOf: thingIdentifierProblem,
});
