/** How often a call may be made. */
export interface Rate {
  readonly perSecond: number;
  /** How many may come at once after a pause. */
  readonly burst: number;
}

/** Of the full rate, per second. */
const RECOVERY = 0.05;
/** Of a call: a timer is always a little late, which must not make a pace slower. */
const LATENESS = 0.5;
const MS = 1000;

interface Waiting {
  readonly deadline: number;
  readonly resolve: (granted: boolean) => void;
}

/**
 * A token bucket that lets calls begin, in the order in which they ask: at a steady rate, slower where others use the same quota, and
 * back to full by and by.
 */
export class Pace {
  private rate: number;
  private slowedAt = -Infinity;
  private tokens: number;
  private filledAt = performance.now();
  private readonly waiting: Waiting[] = [];
  private timer?: NodeJS.Timeout;

  /** @param rate per second, where the bucket was used a moment ago: then it is empty */
  constructor(
    private readonly limit: Rate,
    rate?: number,
  ) {
    this.rate = Math.min(limit.perSecond, rate ?? limit.perSecond);
    if (rate !== undefined) this.slowedAt = this.filledAt;
    this.tokens = rate === undefined ? limit.burst : 0;
  }

  /** To go on with in another invocation. */
  get perSecond(): number {
    return this.currentRate(performance.now());
  }

  /** Waits for the caller's turn; false if that does not come before the deadline. */
  turn(deadline: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.waiting.push({ deadline, resolve });
      this.serve();
    });
  }

  /** After a call that was throttled. Those that were already under way do not count again: in the second until the next, a twentieth recovers. */
  slowDown(): void {
    const now = performance.now();
    if (now - this.slowedAt < MS) return;
    this.rate = this.currentRate(now) / 2;
    this.slowedAt = now;
    // The quota's own bucket is empty.
    this.tokens = 0;
    this.filledAt = now;
    this.serve();
  }

  private serve(): void {
    clearTimeout(this.timer);
    const now = performance.now();
    const rate = this.currentRate(now);
    this.tokens = Math.min(this.limit.burst + LATENESS, this.tokens + (rate * (now - this.filledAt)) / MS);
    this.filledAt = now;
    for (let first = this.waiting[0]; first && (first.deadline <= now || this.tokens >= 1); first = this.waiting[0]) {
      this.waiting.shift();
      const inTime = first.deadline > now;
      if (inTime) this.tokens -= 1;
      first.resolve(inTime);
    }
    const [next] = this.waiting;
    if (next) this.timer = setTimeout(() => this.serve(), Math.min(next.deadline - now, ((1 - this.tokens) * MS) / rate));
  }

  private currentRate(now: number): number {
    if (this.slowedAt === -Infinity) return this.rate;
    return Math.min(this.limit.perSecond, this.rate + (RECOVERY * this.limit.perSecond * (now - this.slowedAt)) / MS);
  }
}

/** One bucket for each call of AWS's, whoever in a run makes it. */
export class Paces {
  private readonly paces = new Map<string, Pace>();

  /** @param rates at which an invocation that ended a moment ago made its calls */
  constructor(private readonly rates: Readonly<Record<string, number>> = {}) {}

  of(call: string, rate: Rate): Pace {
    let pace = this.paces.get(call);
    if (!pace) this.paces.set(call, (pace = new Pace(rate, this.rates[call])));
    return pace;
  }

  /** To go on with in another invocation. */
  get current(): Record<string, number> {
    return { ...this.rates, ...Object.fromEntries([...this.paces].map(([call, pace]) => [call, pace.perSecond])) };
  }
}
