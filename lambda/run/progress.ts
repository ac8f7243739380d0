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

/** Says every ten seconds how far a run is. Returns what ends that. */
export function reportProgress(current: () => Progress, report: (progress: ProgressReport) => void): () => void {
  let before = current().done;
  const timer = setInterval(() => {
    const progress = current();
    const perSecond = (progress.done - before) / (EVERY_MS / 1000);
    before = progress.done;
    report({ ...progress, perSecond, secondsLeft: perSecond > 0 ? Math.ceil((progress.total - progress.done) / perSecond) : undefined });
  }, EVERY_MS);
  return () => clearInterval(timer);
}
