import { type Stack } from 'aws-cdk-lib';
import { MqttDisconnection, type MqttClients, type MqttDisconnectionProps } from '../../lib';
import type { LocalAwsOptions } from '../../local-aws/local-aws';
import type { Recorded } from '../../local-aws/server';
import { Fleet } from '../../local-aws/test/support/mqtt-device';
import { Scene, set } from './scene';
import { outputCounts } from './outputs';

/** MQTT clients, and a stack to disconnect them with. */
export class MqttScene extends Scene {
  fleet!: Fleet;
  private before = 0;

  override async open(): Promise<void> {
    await super.open();
    this.fleet = new Fleet(this.aws);
  }

  override async next(): Promise<void> {
    await super.next();
    this.before = this.aws.calls.length;
  }

  override leave(): Promise<void> {
    return this.fleet.leave();
  }

  /** Declares the test's construct, with the counts as outputs. */
  disconnect(clients: (scope: Stack) => MqttClients, props: Partial<MqttDisconnectionProps> = {}) {
    return (scope: Stack) => {
      const disconnection = new MqttDisconnection(scope, this.id, { clients: clients(scope), ...props });
      outputCounts(scope, disconnection, 'targetCount', 'endedCount', 'alreadyGoneCount', 'failedCount');
    };
  }

  /** Those of the test. */
  calls(method: string, path: RegExp): Recorded[] {
    return this.aws.calls.slice(this.before).filter((call) => call.method === method && path.test(call.path));
  }

  /** The client ids of all DeleteConnections, in order of the alphabet. */
  get called(): string[] {
    return this.calls('DELETE', /^\/connections\//)
      .map(({ path }) => decodeURIComponent(path.split('/')[2]))
      .sort();
  }
}

export function mqttScene(name: string, options: LocalAwsOptions = { quotas: { iot: 'none' } }): MqttScene {
  return set(new MqttScene(name, options));
}
