/**
 * Calls at once. What the quotas allow while every call takes as long as it may stays below; the limit is there for paces that are set
 * very high, because a function has 1,024 file descriptors.
 */
export const MOST_AT_ONCE = 500;
/** Targets that are waited for take up to 10 KB each, calls that wait for their turn included; a function has 256 MB. */
export const MOST_UNDER_WAY = 10_000;

/** Lets so many be inside at once; others wait in the order in which they come. */
export class Semaphore {
  private inside = 0;
  private readonly waiting: Array<() => void> = [];

  constructor(private readonly size: number) {}

  async whileInside<T>(work: () => Promise<T>): Promise<T> {
    if (this.inside === this.size) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.inside += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.inside -= 1;
    }
  }
}
