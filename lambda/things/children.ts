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
  // What was found for the count serves for the run: with ten calls a second, asking takes as long as deleting.
  const known = new Map<string, readonly string[]>();
  return async function* (identifier) {
    if (!known.has(identifier)) {
      const ids: string[] = [];
      for await (const { Id, Role } of listManagedThings(client, { ParentControllerIdentifierFilter: identifier }, paces)) {
        ids.push(Id!);
        if (Role === 'DEVICE') known.set(Id!, []);
      }
      known.set(identifier, ids);
    }
    yield* known.get(identifier)!;
  };
}
