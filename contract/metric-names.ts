/* What the handler publishes and the constructs refer to. */

export const METRIC_NAMESPACE = 'CdkTeardown';
/** The construct's path. */
export const METRIC_DIMENSION = 'Construct';
