import { setTimeout as sleep } from 'node:timers/promises';

/** Lets calls begin at a steady rate. */
export class Pace {
  private next = performance.now();

  constructor(private readonly perSecond: number) {}

  async turn(): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.next);
    this.next = at + 1000 / this.perSecond;
    if (at > now) await sleep(at - now);
  }
}
