import { DeleteManagedThingCommand, IoTManagedIntegrationsClient, ResourceNotFoundException } from '../clients/managed-integrations';
import { requestHandler } from '../clients/request-handler';
import { bool, optional, type Fields } from '../run/parse';
import type { Operation } from '../run/service';

/** https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_DeleteManagedThing.html */
export function deleteManagedThing(parameters: Fields): Operation {
  const Force = optional(bool)(parameters, 'Force') ?? false;
  const client = new IoTManagedIntegrationsClient({ maxAttempts: 1, requestHandler });
  return {
    async end(Identifier) {
      try {
        await client.send(new DeleteManagedThingCommand({ Identifier, Force }));
        return 'ended';
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return 'alreadyGone';
        throw error;
      }
    },
  };
}
