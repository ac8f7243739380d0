/** A number of calls a second; the burst is as large as the rate where AWS documents none. */
export interface Rate {
  readonly rate: number;
  readonly burst?: number;
}

/** Quotas of a service's calls: changes to AWS's documented defaults, or `none` to lift them all. */
export type Quotas<Name extends string> = 'none' | Readonly<Partial<Record<Name, Rate>>>;

/** Fills at a steady rate up to its burst; each call takes one token. */
export class TokenBucket {
  private tokens: number;
  private filledAt = performance.now();

  constructor(
    private readonly rate: number,
    private readonly burst: number = rate,
  ) {
    this.tokens = burst;
  }

  /** False if the call is one too many. */
  take(): boolean {
    const now = performance.now();
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.filledAt) / 1000) * this.rate);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

/** The buckets of one service. */
export class Throttle<Name extends string> {
  private readonly rates?: Readonly<Record<Name, Rate>>;
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(documented: Readonly<Record<Name, Rate>>, quotas?: Quotas<Name>) {
    this.rates = quotas === 'none' ? undefined : { ...documented, ...quotas };
  }

  /** `of`: what the quota holds for each of, such as a client id; without it, the quota is the account's. What has no quota always may. */
  allows(name: string, of = ''): boolean {
    if (!this.rates || !Object.hasOwn(this.rates, name)) return true;
    const key = `${name} ${of}`;
    let bucket = this.buckets.get(key);
    if (!bucket) {
      const { rate, burst } = this.rates[name as Name];
      bucket = new TokenBucket(rate, burst);
      this.buckets.set(key, bucket);
    }
    return bucket.take();
  }
}
