import {
  ConnectParticipantClient,
  CreateParticipantConnectionCommand,
  DisconnectParticipantCommand,
  type ConnectionType,
} from '@aws-sdk/client-connectparticipant';
import { Connect, type ConnectOptions } from '../connect/connect';
import { AwsServer, type Authority } from '../server';

/** One Amazon Connect instance alone, for one test at a time; `now` is its clock. */
export const rig = {} as { now: number; connect: Connect; server: AwsServer; url: string; api: ConnectParticipantClient };

export async function start(options: Partial<ConnectOptions> = {}, check: Authority['check'] = () => {}): Promise<void> {
  rig.now = 1_790_000_000_000;
  rig.connect = new Connect({ region: 'ca-central-1', account: '123456789012', quotas: 'none', now: () => rig.now, ...options });
  await rig.connect.start();
  rig.server = new AwsServer(rig.connect.services, { callerOf: () => ({ kind: 'operator' }), check }, 'ca-central-1');
  rig.url = await rig.server.listen();
  // The bearer token alone, no signature.
  rig.api = new ConnectParticipantClient({
    region: 'ca-central-1',
    endpoint: rig.url,
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' },
    signer: { sign: async (request) => request },
  });
}

export async function stop(): Promise<void> {
  rig.api.destroy();
  await rig.connect.stop();
  await rig.server.close();
}

export const create = (ParticipantToken: string, ...Type: ConnectionType[]) => rig.api.send(new CreateParticipantConnectionCommand({ ParticipantToken, Type }));
export const disconnect = (ConnectionToken: string) => rig.api.send(new DisconnectParticipantCommand({ ConnectionToken }));
export const error = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (e) => `${e.$metadata?.httpStatusCode} ${e.name}: ${e.message}`,
  );

export async function connectionToken(participantToken = rig.connect.startChat().participantToken): Promise<string> {
  return (await create(participantToken, 'CONNECTION_CREDENTIALS')).ConnectionCredentials!.ConnectionToken!;
}
