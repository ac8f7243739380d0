import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectClient, StopContactCommand } from '@aws-sdk/client-connect';
import { ConnectParticipantClient, DisconnectParticipantCommand } from '@aws-sdk/client-connectparticipant';
import { DeleteConnectionCommand, IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { INSTANCE_ID, type ServiceName } from './services';
import type { StandIn } from './stand-in';
import { DeleteManagedThingCommand, IoTManagedIntegrationsClient } from '../../lambda/clients/managed-integrations';

export const ACCESS_KEY = 'somebody-else';

/** Makes calls at a steady rate with the same quota, on targets that nobody has, until it is told to stop. */
export class SomebodyElse {
  private readonly stopped = new AbortController();
  private readonly calls: Array<Promise<unknown>> = [];
  private readonly end: (target: string) => Promise<unknown>;
  private readonly done: Promise<void>;

  constructor(standIn: StandIn, service: ServiceName, perSecond: number) {
    this.end = caller(standIn, service);
    this.done = this.goOn(1000 / perSecond);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.done;
  }

  private async goOn(everyMs: number): Promise<void> {
    const started = performance.now();
    while (!this.stopped.signal.aborted) {
      // A call that is throttled or finds nothing is what it came for.
      this.calls.push(this.end(`other-${this.calls.length}`).catch(() => undefined));
      await sleep(started + this.calls.length * everyMs - performance.now());
    }
    await Promise.all(this.calls);
  }
}

function caller(standIn: StandIn, service: ServiceName): (target: string) => Promise<unknown> {
  const options = { ...standIn.clientOptions, credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: 'bench' }, maxAttempts: 1 };
  switch (service) {
    case 'mqtt': {
      const client = new IoTDataPlaneClient(options);
      return (clientId) => client.send(new DeleteConnectionCommand({ clientId }));
    }
    case 'chat': {
      const client = new ConnectParticipantClient(options);
      return (ConnectionToken) => client.send(new DisconnectParticipantCommand({ ConnectionToken }));
    }
    case 'contacts': {
      const client = new ConnectClient(options);
      return (ContactId) => client.send(new StopContactCommand({ InstanceId: INSTANCE_ID, ContactId }));
    }
    case 'things': {
      const client = new IoTManagedIntegrationsClient(options);
      return (Identifier) => client.send(new DeleteManagedThingCommand({ Identifier }));
    }
  }
}
