import { IdSet } from './id-set';
import { inTime } from './in-time';
import type { Paces } from './pace';
import { text, type Fields } from './parse';
import { whileWaitingFor } from './progress';
import type { Dependents, Service } from './service';
import { parseSettings, type Settings } from './settings';
import { ids } from '../sources/ids';

/** Which targets some properties mean, and how many. */
export class Plan {
  readonly settings: Settings;
  readonly dependents?: Dependents;
  private readonly found = new IdSet();

  /** @param only these of the listed ids */
  constructor(private readonly service: Service, properties: Fields, private readonly paces: Paces, private readonly only?: readonly string[]) {
    this.settings = parseSettings(properties);
    this.dependents = service.dependents?.(this.settings.operation, paces);
  }

  /** 0 before they are counted. */
  get count(): number {
    return this.found.size;
  }

  targets(): AsyncIterable<string> {
    if (this.only) return ids({ Ids: this.only });
    const { targets } = this.settings;
    const source = this.service.sources[text(targets, 'Source')];
    if (!source) throw new Error(`this version of the provider has no source ${JSON.stringify(targets.Source)} of ${this.service.targetName}`);
    return source(targets, this.paces);
  }

  /** Before the first call, so that too many targets means that none is touched. */
  async countTargets(deadline: number, onProgress: (found: number) => void): Promise<void> {
    const { service: { targetName }, settings: { maxTargets } } = this;
    await whileWaitingFor(this.countAll(this.targets(), deadline), () => onProgress(this.count));
    if (this.count > maxTargets) {
      throw new Error(`${this.count} ${targetName} were found, maxTargets allows ${maxTargets}: nothing was touched; narrow the targets or raise maxTargets`);
    }
  }

  private async countAll(targets: AsyncIterable<string>, deadline: number): Promise<void> {
    const { dependents, service } = this;
    const late = () => {
      throw new Error(`the time was up before all ${service.targetName} were found, ${this.count} so far: nothing was touched; `
        + 'narrow the targets or raise the timeout');
    };
    for await (const target of inTime(targets, deadline, late)) {
      if (this.found.add(target) && dependents && !service.problemOf?.(target)) await this.countAll(dependents(target), deadline);
    }
  }
}
