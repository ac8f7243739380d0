const EVERY_MS = 10_000;

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Targets that are being called, waited for or to be tried again. */
  readonly underWay: number;
}

export interface ProgressReport extends Progress {
  /** In the last seconds. */
  readonly perSecond: number;
  /** At that rate. */
  readonly secondsLeft?: number;
}

/** Does something every ten seconds while work goes on. */
export async function whileWaitingFor<T>(work: Promise<T>, everyTenSeconds: () => void): Promise<T> {
  const timer = setInterval(everyTenSeconds, EVERY_MS);
  return work.finally(() => clearInterval(timer));
}

/** Says how far a run is, each time with the rate since the last. */
export function progressReports(current: () => Progress): () => ProgressReport {
  let before = current().done;
  return () => {
    const progress = current();
    const perSecond = (progress.done - before) / (EVERY_MS / 1000);
    before = progress.done;
    return { ...progress, perSecond, secondsLeft: perSecond > 0 ? Math.ceil((progress.total - progress.done) / perSecond) : undefined };
  };
}
