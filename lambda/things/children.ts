import { IoTManagedIntegrationsClient } from '../clients/managed-integrations';
import type { Paces } from '../run/pace';
import { bool, optional, type Fields } from '../run/parse';
import type { Dependents } from '../run/service';
import { listManagedThings } from '../sources/managed-things';
import { READER } from '../sources/pages';

/**
 * A hub's child devices, which must have gone before it:
 * https://docs.aws.amazon.com/iot-mi/latest/devguide/managedintegrations-hub-offboard.html
 */
export function children(parameters: Fields, paces: Paces): Dependents | undefined {
  if (!(optional(bool)(parameters, 'DeleteChildren') ?? false)) return undefined;
  const client = new IoTManagedIntegrationsClient(READER);
  return (identifier) => listManagedThings(client, { ParentControllerIdentifierFilter: identifier }, paces);
}
