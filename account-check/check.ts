import { randomBytes } from 'node:crypto';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Clients } from './clients';
import { CLOCK, type Clock } from './clock';
import type { ExampleResult } from './example-result';
import { runExample, type Cdk } from './examples';
import { described } from './described';
import { notLooked, type Finding, type Probe } from './finding';
import { PROBES } from './probes';
import type { Account, Given, Room } from './room';
import { Undo } from './undo';

/** Of one probe or example: an hour is what CloudFormation takes at most for one of ours. */
const LONGEST_MS = 70 * 60_000;

export interface CheckOptions {
  readonly given?: Given;
  readonly clock?: Clock;
  readonly log?: (line: string) => void;
}

export interface Results {
  readonly findings: ReadonlyArray<{ probe: Probe; finding: Finding }>;
  readonly examples: readonly ExampleResult[];
  /** What was made and is there still. */
  readonly left: readonly string[];
  readonly calls: number;
}

/** Looks at one account. */
export class AccountCheck {
  static async open(clients: Clients, options: CheckOptions = {}): Promise<AccountCheck> {
    const { Account: id, Arn } = await clients.sts.send(new GetCallerIdentityCommand({}));
    return new AccountCheck(clients, { id: id!, partition: Arn!.split(':')[1], region: await clients.sts.config.region() }, options);
  }

  readonly prefix = `account-check-${randomBytes(4).toString('hex')}`;
  private readonly secrets = new Set<string>();
  private readonly examples: ExampleResult[] = [];
  private readonly left: string[] = [];
  private readonly clock: Clock;
  private interrupt: () => void = () => undefined;
  private readonly interruption: Promise<never>;
  private isInterrupted = false;

  private constructor(
    private readonly clients: Clients,
    readonly account: Account,
    private readonly options: CheckOptions,
  ) {
    this.clock = options.clock ?? CLOCK;
    this.interruption = new Promise((_, reject) => (this.interrupt = () => reject(new Error('interrupted'))));
    this.interruption.catch(() => undefined);
  }

  /** Lets nobody wait any more: what was made is unmade, and nothing else is begun. */
  stop(): void {
    this.isInterrupted = true;
    this.interrupt();
  }

  /** `rows` and `examples`: which, by their ids and names. */
  async run(rows: readonly string[], examples: readonly string[], cdk: Cdk): Promise<Results> {
    const findings: Array<{ probe: Probe; finding: Finding }> = [];
    const look = async (probe: Probe) => {
      const finding = await this.within(probe.row, (room) => probe.look(room)).catch((error) => notLooked(described(error)));
      findings.push({ probe, finding: { ...finding, seen: this.shown(finding.seen) } });
      this.log(`${finding.verdict}: ${probe.row}`);
    };
    const chosen = PROBES.filter(({ row }) => rows.includes(row));
    for (const probe of chosen.filter(({ afterExamples }) => !afterExamples)) await look(probe);
    for (const name of examples) {
      const result = await this.within(name, (room) => runExample(room, cdk, name)).catch((error) => ({
        name,
        result: 'failed' as const,
        seen: described(error),
      }));
      this.examples.push({ ...result, seen: this.shown(result.seen) });
      this.log(`${result.result}: example ${name}`);
    }
    for (const probe of chosen.filter(({ afterExamples }) => afterExamples)) await look(probe);
    return { findings, examples: this.examples, left: this.left, calls: this.clients.calls };
  }

  /** Unmakes what is made in the room, whatever happens there. */
  private async within<T>(name: string, work: (room: Room) => Promise<T>): Promise<T> {
    if (this.isInterrupted) throw new Error('interrupted');
    this.log(`${name} …`);
    const undo = new Undo(this.clock);
    const { clients, account, examples, secrets } = this;
    const prefix = `${this.prefix}-${name}`;
    try {
      return await work({ account, clients, clock: this.limited(), given: this.options.given ?? {}, prefix, undo, secrets, examples });
    } finally {
      await undo.all();
      this.left.push(...undo.left.map((one) => this.shown(one)));
    }
  }

  private limited(): Clock {
    const { now, sleep } = this.clock;
    const begun = now();
    return {
      now,
      sleep: (milliseconds) => {
        if (now() - begun > LONGEST_MS) throw new Error(`it took longer than ${LONGEST_MS / 60_000} minutes`);
        return Promise.race([sleep(milliseconds), this.interruption]);
      },
    };
  }

  private shown(text: string): string {
    let safe = text;
    for (const secret of this.secrets) safe = safe.replaceAll(secret, '[secret]');
    return safe.replaceAll(this.account.id, masked(this.account.id));
  }

  private log(line: string): void {
    this.options.log?.(line);
  }
}

export function masked(account: string): string {
  return account.slice(-4).padStart(account.length, '*');
}
