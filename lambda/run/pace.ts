import { setTimeout as sleep } from 'node:timers/promises';

/** How often a call may be made. */
export interface Rate {
  readonly perSecond: number;
  /** How many may come at once after a pause. */
  readonly burst: number;
}

const SLOWEST = 1 / 32;
/** Of the full rate, per second. */
const RECOVERY = 0.05;
const MS = 1000;

/**
 * A token bucket that lets calls begin: at a steady rate, slower where others use the same quota, and back to full by and by. Each
 * caller's turn is known when it asks, so that a run need not wait for a turn that would come too late.
 */
export class Pace {
  private rate: number;
  /** When the bucket would be full but for the turns that were given away. */
  private full = -Infinity;
  private slowedAt = -Infinity;

  constructor(private readonly limit: Rate) {
    this.rate = limit.perSecond;
  }

  /** Waits for the caller's turn; false, at once, if that would come after the deadline. */
  async turn(deadline: number): Promise<boolean> {
    const now = performance.now();
    const interval = MS / this.currentRate(now);
    const at = Math.max(now, this.full - (this.limit.burst - 1) * interval);
    if (at >= deadline) return false;
    this.full = Math.max(now, this.full) + interval;
    if (at > now) await sleep(at - now);
    return true;
  }

  /** After a call that was throttled. Those that were already under way do not count again. */
  slowDown(): void {
    const now = performance.now();
    if (now - this.slowedAt < MS) return;
    this.rate = Math.max(this.currentRate(now) / 2, this.limit.perSecond * SLOWEST);
    this.slowedAt = now;
    // The quota's own bucket is empty.
    this.full = Math.max(this.full, now + (this.limit.burst * MS) / this.rate);
  }

  private currentRate(now: number): number {
    if (this.slowedAt === -Infinity) return this.rate;
    return Math.min(this.limit.perSecond, this.rate + (RECOVERY * this.limit.perSecond * (now - this.slowedAt)) / MS);
  }
}

/** One bucket for each call of AWS's, whoever in a run makes it. */
export class Paces {
  private readonly paces = new Map<string, Pace>();

  of(call: string, rate: Rate): Pace {
    let pace = this.paces.get(call);
    if (!pace) this.paces.set(call, pace = new Pace(rate));
    return pace;
  }
}
