import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC_DIMENSION, METRIC_NAMESPACE, METRICS } from '../../contract/metric-names';
import type { Request } from './request';
import type { Tally } from './tally';

/** Writes a run's figures to the log, where CloudWatch finds them: embedded metric format. */
export function publishMetrics(construct: string, tally: Tally, milliseconds: number, succeeded: boolean): void {
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
  // The construct alone, without the service that Powertools adds.
  metrics.clearDefaultDimensions();
  metrics.addDimension(METRIC_DIMENSION, construct);
  const { targets, ended, alreadyGone, reconnected, failed, left, throttled } = tally;
  // A source that cannot be read hides how many targets it has.
  const notEnded = Math.max(failed + reconnected + left, succeeded ? 0 : 1);
  const counts = { targets, ended, alreadyGone, failed: notEnded, throttled };
  for (const [name, count] of Object.entries(counts)) metrics.addMetric(METRICS[name as keyof typeof counts], MetricUnit.Count, count);
  metrics.addMetric(METRICS.duration, MetricUnit.Milliseconds, milliseconds);
  metrics.publishStoredMetrics();
}

/** What the construct's metrics are called. */
export function pathOf({ properties: { Path }, logicalId }: Request): string {
  return typeof Path === 'string' && Path !== '' ? Path : logicalId;
}
