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
