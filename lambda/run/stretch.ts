import type { Reads } from '../calls/reads';
import type { Record } from './course';
import { Drain } from './drain';
import type { Log } from './log';
import type { TargetOrder } from './long-runs';
import type { Plan } from './plan';
import { progressReports, whileWaitingFor } from './progress';
import { paceOf } from './requests-per-second';
import type { Service } from './service';
import type { Tally } from './tally';

export interface StretchOptions {
  readonly service: Service;
  readonly plan: Plan;
  readonly tally: Tally;
  readonly reads: Reads;
  /** In the time of `performance.now()`. */
  readonly deadline: number;
  readonly log: Log;
  /** In which targets are dealt with, if it matters. */
  readonly order?: TargetOrder;
  /** Given where another invocation goes on after the deadline. */
  readonly record?: Record;
}

/** What has become of it. */
export interface Stretch {
  /** The time was up before all was done. */
  readonly isLate: boolean;
  /** Why the targets could not all be found. */
  readonly broken?: string;
}

/** Ends the targets of a plan, as many as there is time for. */
export async function stretch({ service, plan, tally, reads, deadline, log, order, record }: StretchOptions): Promise<Stretch> {
  const { settings, operation: parameters, count } = plan;
  const { words } = reads;
  const operation = await service.operation(parameters, reads);
  const drain = new Drain({
    operation,
    tally,
    count,
    deadline,
    words,
    record,
    course: order,
    repeats: plan.repeats,
    endsUnlisted: plan.endsUnlisted,
    pace: paceOf(reads.paces, service, settings),
    denials: reads.denials,
    maxTargets: settings.MaxTargets - tally.done,
    label: service.label,
    problemOf: service.problemOf,
    onFailure: (target, failure) => log.failed(target, failure),
    onReconnected: (target) => log.reconnected(target),
    onUnlisted: (count) => log.noLongerListed(count),
  });
  const report = progressReports(() => drain.progress);
  const targets = plan.inTurn(
    (id) => drain.ended(id),
    tally.failed > 0,
    (find) => order?.of(find) ?? find(),
  );
  const broken = await whileWaitingFor(drain.run(targets), () => log.progress(report()))
    .then(
      () => undefined,
      (error) => words.of(error).message,
    )
    .finally(() => operation.close());
  return { isLate: drain.wasLate, broken };
}
