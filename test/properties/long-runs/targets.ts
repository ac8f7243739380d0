import { setTimeout as sleep } from 'node:timers/promises';
import { IDS } from '../../../contract/sources/ids';
import type { Service } from '../../../lambda/run/service';
import type { Target } from '../../../lambda/targets/target';
import { Life, type VirtualTime } from '../../support/virtual-time';
import { isStable, listing, type History } from './history';

export interface Call {
  readonly id: string;
  /** By the source, to whoever calls. */
  readonly isListed: boolean;
  readonly at: number;
  outcome?: 'ended' | 'alreadyGone' | 'failed' | 'fault';
  answeredAt?: number;
}

/** Of the function. */
export class Invocation extends Life {
  readonly begunAt = Date.now();
  endedAt = Infinity;
  /** Whether something goes on from what it came to. */
  isKept = false;
  readonly calls: Call[] = [];
  readonly listed = new Set<string>();

  /** @param of a request, or an execution */
  constructor(
    readonly of: string,
    readonly task: 'REQUEST' | 'WORK' | 'REPORT' | 'RULE',
    readonly stackStatus: string,
  ) {
    super();
  }
}

/** A history's targets, the source that lists them and what ends them. */
export class Targets {
  /** When each truly did. */
  readonly ended = new Map<string, number>();
  readonly service: Service;
  private readonly begunAt = Date.now();
  private readonly tries = new Map<string, number>();
  private readings = 0;

  constructor(
    private readonly history: History,
    private readonly time: VirtualTime,
  ) {
    this.service = this.serviceOf(history);
  }

  private serviceOf({ forgets }: History): Service {
    return {
      resourceType: 'Custom::MqttDisconnection',
      targetName: 'MQTT clients',
      endedName: 'disconnected',
      rate: { perSecond: 1, burst: 1 },
      label: String,
      sources: {
        list: () => this.list(() => true),
        [IDS.name]: (parameters) => this.list((id) => IDS.read(parameters).Ids.includes(id)),
      },
      operation: () => ({
        end: (target, calls) => calls.make(() => this.end(target)),
        close: () => undefined,
      }),
      // Where others vanish too, it proves nothing.
      endsUnlisted: () => forgets && this.history.targets.every(isStable),
    };
  }

  private async *list(isMeant: (id: string) => boolean): AsyncGenerator<Target> {
    const { readingMs, forgets } = this.history;
    const invocation = this.time.life as Invocation;
    this.readings += 1;
    for (const { id, comes, vanishes } of listing(this.history, this.readings)) {
      if (readingMs > 0) await sleep(readingMs);
      const at = Date.now() - this.begunAt;
      if (!isMeant(id) || at < comes || at >= vanishes || (forgets && this.ended.has(id))) continue;
      invocation.listed.add(id);
      yield { id };
    }
  }

  private async end({ id }: Target): Promise<'ended' | 'alreadyGone'> {
    const invocation = this.time.life as Invocation;
    const { fate, takes } = this.history.targets.find((target) => target.id === id)!;
    const call: Call = { id, isListed: invocation.listed.has(id), at: Date.now() };
    invocation.calls.push(call);
    const tries = (this.tries.get(id) ?? 0) + 1;
    this.tries.set(id, tries);
    const outcome = fate === 'denied' ? 'failed' : fate === 'flaky' && tries === 1 ? 'fault' : fate === 'gone' || this.ended.has(id) ? 'alreadyGone' : 'ended';
    if (outcome === 'ended') this.ended.set(id, Date.now());
    // Its answer may come when nobody waits any more.
    await sleep(tries === 1 ? takes : 0);
    Object.assign(call, { outcome, answeredAt: Date.now() });
    if (outcome === 'failed') throw Object.assign(new Error(`${id} may not be ended`), { name: 'ForbiddenException' });
    if (outcome === 'fault') throw Object.assign(new Error(`${id} is busy`), { name: 'ServiceUnavailableException', $metadata: { httpStatusCode: 503 } });
    return outcome;
  }
}
