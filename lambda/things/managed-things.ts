import type { Fields } from '../../contract/fields';
import { MANAGED_THINGS } from '../../contract/sources/managed-things';
import { IoTManagedIntegrationsClient } from '../clients/managed-integrations';
import { reader } from '../clients/reader';
import type { Reads } from '../calls/reads';
import type { Target } from '../targets/target';
import { listManagedThings } from './listing';

/** The account's managed things that a filter finds. */
export async function* managedThings(parameters: Fields, reads: Reads): AsyncGenerator<Target> {
  const client = new IoTManagedIntegrationsClient(reader('JSON'));
  try {
    yield* listManagedThings(client, MANAGED_THINGS.read(parameters).Filter, reads);
  } finally {
    client.destroy();
  }
}
