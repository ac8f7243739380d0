import { setTimeout as sleep } from 'node:timers/promises';

const SLOWEST = 1 / 32;
/** Of the full rate, per second. */
const RECOVERY = 0.05;
const MS = 1000;

/** Lets calls begin at a steady rate: slower where others use the same quota, and back to full by and by. */
export class Pace {
  private rate: number;
  private next = performance.now();
  private slowedAt = -Infinity;

  constructor(private readonly perSecond: number) {
    this.rate = perSecond;
  }

  /** Waits for the caller's turn; false, at once, if that would come after the deadline. */
  async turn(deadline: number): Promise<boolean> {
    const now = performance.now();
    const at = Math.max(now, this.next);
    if (at >= deadline) return false;
    this.next = at + MS / this.currentRate(now);
    if (at > now) await sleep(at - now);
    return true;
  }

  /** After a call that was throttled. Those that were already under way do not count again. */
  slowDown(): void {
    const now = performance.now();
    if (now - this.slowedAt < MS) return;
    this.rate = Math.max(this.currentRate(now) / 2, this.perSecond * SLOWEST);
    this.slowedAt = now;
  }

  private currentRate(now: number): number {
    if (this.slowedAt === -Infinity) return this.rate;
    return Math.min(this.perSecond, this.rate + (RECOVERY * this.perSecond * (now - this.slowedAt)) / MS);
  }
}
