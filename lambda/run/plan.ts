import { Explained } from '../../contract/explained-error';
import { text, type Fields } from '../../contract/fields';
import { SETTINGS, WORK } from '../../contract/settings';
import { IDS } from '../../contract/sources/ids';
import { IdSet } from '../targets/id-set';
import { inTime } from '../calls/in-time';
import { whileWaitingFor } from './progress';
import type { Reads } from '../calls/reads';
import type { Order, Service } from './service';
import type { Target } from '../targets/target';

export type Settings = ReturnType<typeof SETTINGS.read>;

/** Which targets some properties mean, and how many. */
export class Plan {
  readonly settings: Settings;
  readonly operation: Fields;
  private readonly targets: Fields;
  private readonly order?: Order;
  private readonly found = new IdSet();
  /** Of the first target that the service would refuse, in words. */
  private problem?: string;
  private problems = 0;

  /**
   * @param only these of the listed ids
   * @param counted by another invocation
   */
  constructor(
    private readonly service: Service,
    properties: Fields,
    private readonly reads: Reads,
    private readonly only?: readonly string[],
    private readonly counted?: number,
  ) {
    this.settings = SETTINGS.read(properties);
    ({ Operation: this.operation, Targets: this.targets } = WORK.read(properties));
    this.order = service.order?.(this.operation, reads);
  }

  /** 0 before they are counted. */
  get count(): number {
    return this.counted ?? this.found.size;
  }

  /** What the source lists no more has ended. */
  get endsUnlisted(): boolean {
    return this.service.endsUnlisted?.(this.targets) ?? false;
  }

  /** Targets may be given out again. */
  get repeats(): boolean {
    return this.order?.repeats ?? false;
  }

  /**
   * Each when its turn has come.
   *
   * @param hasFailed an invocation before this one failed to end some
   * @param from what an order of all targets makes of the source
   */
  inTurn(
    ended: (id: string) => Promise<boolean>,
    hasFailed: boolean,
    from: (find: () => AsyncIterable<Target>) => AsyncIterable<Target>,
  ): AsyncIterable<Target> {
    const targets = from(() => this.find());
    return this.order?.inTurn(targets, ended, hasFailed) ?? targets;
  }

  close(): void {
    this.order?.close();
  }

  /** Before the first call, so that too many targets means that none is touched. */
  async countTargets(deadline: number, onProgress: (found: number) => void): Promise<void> {
    const {
      service: { targetName },
      settings: { MaxTargets: maxTargets },
    } = this;
    await whileWaitingFor(this.countAll(deadline), () => onProgress(this.count));
    if (this.count > maxTargets) {
      throw new Explained(
        `${this.count} ${targetName} were found, maxTargets allows ${maxTargets}: nothing was touched; narrow the targets or raise maxTargets`,
      );
    }
  }

  /** For a deploy that does not act: what would fail later can be mended now. */
  refuseProblems(): void {
    if (this.problem === undefined) return;
    const { targetName, endedName } = this.service;
    throw new Explained(
      `${this.problems} of ${this.count} ${targetName} cannot be ${endedName}, for example ${this.problem}; correct them where they are kept, or turn preflight off`,
    );
  }

  private find(): AsyncIterable<Target> {
    const targets = this.only ? IDS.write({ Ids: this.only }) : this.targets;
    const name = text.read(targets, 'Source');
    if (!Object.hasOwn(this.service.sources, name)) {
      throw new Explained(`this version of the provider has no source ${JSON.stringify(name)} of ${this.service.targetName}`);
    }
    return this.service.sources[name](targets, this.reads);
  }

  private async countAll(deadline: number): Promise<void> {
    const { service, order } = this;
    const late = () => {
      throw new Explained(
        `the time was up before all ${service.targetName} were found, ${this.count} so far: nothing was touched; ` + 'narrow the targets or raise the timeout',
      );
    };
    const targets = this.find();
    for await (const { id, problem: known } of inTime(order?.all(targets) ?? targets, deadline, late)) {
      if (!this.found.add(id)) continue;
      const refused = service.problemOf?.(id);
      const problem = known?.message ?? (refused && `${service.label(id)} ${refused}`);
      if (problem === undefined) continue;
      this.problem ??= problem;
      this.problems += 1;
    }
  }
}
