import { setTimeout as sleep } from 'node:timers/promises';
import { Explained } from '../../contract/explained-error';
import { withPermission, type Denials } from './denials';
import type { Words } from './redaction';
import { AFTER_DEADLINE_MS } from './deadline';
import { before, LATE } from './in-time';
import type { Paces } from './pace';
import { PAUSE_AFTER_DENIED_READ_MS } from './retry';

/** What the calls that find things out have in common. */
export class Reads {
  /** Of what is read twice, to be counted and to be ended: which version was counted. */
  readonly versions = new Map<string, string>();

  /** @param deadline in the time of `performance.now()` */
  constructor(
    readonly paces: Paces,
    readonly denials: Denials,
    readonly words: Words,
    private readonly deadline: number,
  ) {}

  /** @param permission what the call needs, as a person would grant it */
  async make<T>(permission: string, call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const answer = await before(this.deadline + AFTER_DEADLINE_MS.lastRead, call());
        if (answer === LATE) throw new Explained('no answer came in time');
        return answer;
      } catch (error) {
        if (!this.denials.mayPass(error) || performance.now() > this.deadline) throw withPermission(error, permission, this.words);
        await sleep(PAUSE_AFTER_DENIED_READ_MS);
      }
    }
  }

  /** For calls that still have time when this one's are over. */
  until(deadline: number): Reads {
    return new Reads(this.paces, this.denials, this.words, deadline);
  }

  /** What may be told of an error. */
  described(error: unknown): string {
    return this.words.described(error);
  }
}
