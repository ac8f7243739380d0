import { managedThing } from '../managed-thing';
import type { Scene } from './scene';
import { GetManagedThingCommand, ListManagedThingsCommand } from '../../lambda/clients/managed-integrations';
import type { Room } from '../room';
import { kiosk, those } from './kiosk';
import { expectNotThere } from './not-there';

async function expectNothingOf({ clients: { things } }: Room, OwnerFilter: string): Promise<void> {
  const found = things.send(new ListManagedThingsCommand({ OwnerFilter, MaxResults: 10 })).then(({ Items }) => Items?.length);
  await expectNotThere(`a managed thing of ${OwnerFilter}`, found);
}

export async function isRegistered({ clients: { things } }: Room, Identifier: string): Promise<boolean> {
  return things.send(new GetManagedThingCommand({ Identifier })).then(
    ({ ProvisioningStatus }) => ProvisioningStatus !== 'DELETED',
    (error) => {
      if (error.name === 'ResourceNotFoundException') return false;
      throw error;
    },
  );
}

export const THINGS_OF_AN_OWNER: Scene = async (room) => {
  await expectNothingOf(room, 'guest-42');
  const [lamp, lock] = [await managedThing(room, 'lamp', 'guest-42'), await managedThing(room, 'lock', room.prefix)];
  return { targets: async () => those({ lamp: await isRegistered(room, lamp) }), othersAreLive: () => isRegistered(room, lock) };
};

/** Without hubs, which no call makes. */
export const REALLY_GONE: Scene = async (room) => {
  await expectNothingOf(room, 'guest-44');
  const one = await kiosk(room, 'kiosk-7');
  return { targets: async () => those({ 'kiosk-7': one() }) };
};
