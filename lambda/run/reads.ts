import { setTimeout as sleep } from 'node:timers/promises';
import { withPermission, type Denials } from './denials';
import type { Failure, Words } from './failure';
import type { Paces } from './pace';

const UNTIL_NEXT_ATTEMPT_MS = 2_000;

/** What the calls that find targets have in common. */
export class Reads {
  constructor(readonly paces: Paces, readonly denials: Denials, private readonly words: Words) {}

  /** @param permission what the call needs, as a person would grant it */
  async make<T>(permission: string, call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!this.denials.mayPass(error)) throw withPermission(error, permission, this.words);
        await sleep(UNTIL_NEXT_ATTEMPT_MS);
      }
    }
  }

  /** What may be told of an error. */
  failureOf(error: unknown): Failure {
    return this.words.of(error);
  }

  described(error: unknown): string {
    return this.words.described(error);
  }
}
