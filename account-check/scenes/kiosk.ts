import { GetConnectionCommand } from '@aws-sdk/client-iot-data-plane';
import type { IClientOptions } from 'mqtt';
import { certificateLetIn, connectWhenLetIn, type Certificate } from '../devices';
import type { Room } from '../room';
import { expectNotThere } from './not-there';

/** Says whether a client, which it connects, is connected. */
export async function kiosk(room: Room, clientId: string, by?: Certificate, options?: IClientOptions): Promise<() => boolean> {
  // Of two clients with one id, AWS IoT lets the older go.
  const connection = room.clients.data.send(new GetConnectionCommand({ clientId })).then(({ connected }) => connected);
  await expectNotThere(`a client ${clientId}`, connection);
  const certificate = by ?? (await certificateLetIn(room, clientId, clientId)).certificate;
  const { client } = await connectWhenLetIn(room, certificate, clientId, options);
  return () => client.connected;
}

export const those = (live: Readonly<Record<string, boolean>>): string[] => Object.keys(live).filter((name) => live[name]);
