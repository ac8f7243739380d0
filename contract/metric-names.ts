/* What the handler publishes and the constructs refer to. */

export const METRIC_NAMESPACE = 'CdkTeardown';
/** The construct's path. */
export const METRIC_DIMENSION = 'Construct';

export const METRICS = {
  targets: 'Targets',
  ended: 'Ended',
  alreadyGone: 'AlreadyGone',
  failed: 'Failed',
  throttled: 'Throttled',
  duration: 'Duration',
} as const;
