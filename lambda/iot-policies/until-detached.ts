import { setTimeout as sleep } from 'node:timers/promises';
import { IoTClient } from '@aws-sdk/client-iot';
import { Explained } from '../../contract/explained-error';
import type { Fields } from '../../contract/fields';
import { IOT_POLICIES_OPERATION } from '../../contract/iot-policies';
import { FIRST_LOOK_MS, longer } from '../calls/looks';
import type { Reads } from '../calls/reads';
import { forReading } from '../clients/client-options';
import type { Order } from '../run/service';
import { listPolicyTargets } from '../sources/policy-targets';
import type { Target } from '../targets/target';

/** "It can take up to five minutes": https://docs.aws.amazon.com/iot/latest/apireference/API_DetachPolicy.html */
const PATIENCE_MS = 5 * 60_000;
const MOST_NAMED = 5;

/** Looks again when all targets are detached, and gives out those that are attached still, or again, or meanwhile. */
export class UntilDetached implements Order {
  readonly repeats = true;
  private readonly client = new IoTClient(forReading('JSON'));
  private readonly policyName: string;

  constructor(
    parameters: Fields,
    private readonly reads: Reads,
  ) {
    this.policyName = IOT_POLICIES_OPERATION.read(parameters).PolicyName;
  }

  all(targets: AsyncIterable<Target>): AsyncIterable<Target> {
    return targets;
  }

  async *inTurn(targets: AsyncIterable<Target>, ended: (id: string) => Promise<boolean>, hadFailed: boolean): AsyncGenerator<Target> {
    const first = new Pass(ended);
    yield* first.of(targets);
    let { found, hasFailed } = await first.end();
    const patientUntil = performance.now() + PATIENCE_MS;
    // What failed is attached still, and the run fails for it. Also where nothing was found: what an earlier invocation detached is not given out.
    for (let pause = found > 0 ? FIRST_LOOK_MS : 0; !hadFailed && !hasFailed; pause = longer(pause)) {
      await sleep(pause);
      const look = new Pass(ended);
      for await (const target of look.of(listPolicyTargets(this.client, this.policyName, this.reads))) yield { ...target, again: true };
      ({ found, hasFailed } = await look.end());
      if (found === 0) return;
      if (performance.now() >= patientUntil) throw this.stillAttached(found, look.names);
    }
  }

  close(): void {
    this.client.destroy();
  }

  private stillAttached(found: number, names: readonly string[]): Explained {
    return new Explained(
      `the IoT policy ${this.policyName} is still attached to ${names.join(', ')}${found > names.length ? ` and ${found - names.length} more` : ''}, ` +
        'or again, five minutes after it was detached from all: stop what attaches it, such as provisioning or an application that signs users in',
    );
  }
}

/** Once over what the policy is attached to. */
class Pass {
  /** Of the first. */
  readonly names: string[] = [];
  private found = 0;
  private hasFailed = false;
  private readonly underWay = new Set<Promise<void>>();

  constructor(private readonly ended: (id: string) => Promise<boolean>) {}

  async *of(targets: AsyncIterable<Target>): AsyncGenerator<Target> {
    for await (const target of targets) {
      yield target;
      this.found += 1;
      if (this.names.length < MOST_NAMED) this.names.push(target.id);
      this.follow(target.id);
    }
  }

  /** When all that it gave out have been dealt with. */
  async end(): Promise<{ readonly found: number; readonly hasFailed: boolean }> {
    await Promise.all(this.underWay);
    return { found: this.found, hasFailed: this.hasFailed };
  }

  private follow(id: string): void {
    const dealtWith: Promise<void> = this.ended(id).then((hasEnded) => {
      this.hasFailed ||= !hasEnded;
      this.underWay.delete(dealtWith);
    });
    this.underWay.add(dealtWith);
  }
}
