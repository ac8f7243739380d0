import { Explained } from '../../contract/explained-error';
import type { Fields } from '../../contract/fields';
import { PLACE, type MomentName } from '../../contract/settings';
import { AFTER_DEADLINE_MS, ageOf, deadlineOf } from '../calls/deadline';
import { Denials } from '../calls/denials';
import { Drain } from './drain';
import { Words } from '../calls/redaction';
import { before, LATE } from '../calls/in-time';
import { Log } from './log';
import { pathOf, publishMetrics } from './metrics';
import { decide } from './decision';
import { Paces } from '../calls/pace';
import { Plan } from './plan';
import { progressReports, whileWaitingFor } from './progress';
import { Reads } from '../calls/reads';
import { reasonOf } from './reason';
import { parseRequest, type Request } from './request';
import { paceOf } from './requests-per-second';
import { answerUrl, respond, responseTo } from './response';
import { Result } from './result';
import type { Service } from './service';
import { stackStatus } from './stack-status';
import { Tally } from './tally';

/** The part of Lambda's context that a run needs. */
export interface Context {
  readonly logStreamName: string;
  getRemainingTimeInMillis(): number;
}

/** The Lambda function of a service: CloudFormation's event -> request -> moment -> targets -> drain -> response. */
export function teardownHandler(service: Service) {
  return async (event: Fields, context: Context): Promise<void> => {
    const begun = performance.now();
    const url = answerUrl(event);
    const words = new Words(service.hasSecrets ?? false);
    const log = new Log();
    const result = new Result();
    let request: Request | undefined;
    try {
      request = parseRequest(event, ageOf(url));
      log.about(request);
      const { type, properties, ageMs } = request;
      const deadline = deadlineOf(properties, ageMs, begun, context.getRemainingTimeInMillis());
      const reads = new Reads(new Paces(), new Denials(type !== 'Delete', begun), words, deadline);
      const work = fulfil({ service, request, reads, deadline, log, words, logStream: context.logStreamName, result });
      // Whatever is still pending, CloudFormation gets its answer.
      if ((await before(deadline + AFTER_DEADLINE_MS.lastRuns, work)) === LATE)
        throw new Explained('the time was up before the run had come to its end: see how far it is in its log');
    } catch (error) {
      result.reasons.push(words.of(error).message);
      // Otherwise its runs have told.
      if (request) publishMetrics(pathOf(request), result.tally, performance.now() - begun, false);
    }
    const response = responseTo(event, request, result);
    await respond(url, response);
    // Not what is still running may have added since.
    log.answered(response.Reason);
  };
}

interface Circumstances {
  readonly service: Service;
  readonly request: Request;
  readonly reads: Reads;
  readonly deadline: number;
  readonly log: Log;
  readonly words: Words;
  readonly logStream: string;
  readonly result: Result;
}

async function fulfil(circumstances: Circumstances): Promise<void> {
  const { service, request, reads, deadline, log, words, result } = circumstances;
  const { stackId, properties, resourceType } = request;
  const decision = await decide(request, () => stackStatus({ stackId, isNested: PLACE.read(properties).Nested, reads }));
  log.decided(decision);
  const { acts, deploys } = decision;
  if (acts.length === 0 && !deploys) return;
  if (resourceType !== service.resourceType) {
    throw new Explained(`a ${resourceType} has the provider of a ${service.resourceType}: nothing was touched; give it a provider of its own kind`);
  }

  const current = new Plan(service, properties, reads);
  const plans = acts.map((act) => (act.only || act.properties !== properties ? new Plan(service, act.properties, reads, act.only) : current));
  const attempt = async ({ settings: { OnFailure } }: Plan, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      const reason = words.of(error).message;
      if (OnFailure === 'FAIL') result.reasons.push(reason);
      else log.wentOn(reason);
      return false;
    }
  };

  try {
    const readable = new Set<Plan>();
    const deployed = acts.some(({ moment }) => moment === 'DEPLOY');
    for (const plan of new Set([...(deployed || (deploys && current.settings.Preflight) ? [current] : []), ...plans])) {
      const isReadable = await attempt(plan, async () => {
        await plan.countTargets(deadline, (found) => log.found(found));
        if (deploys && !deployed && plan === current) current.refuseProblems();
      });
      if (isReadable) readable.add(plan);
    }
    if (readable.has(current)) result.targetCount = current.count;
    // What cannot all be done as it should is not begun, unless failures are not to matter.
    const isBarred = result.reasons.length > 0;
    const begins = (plan: Plan, moment: MomentName) => !isBarred && readable.has(plan) && (moment !== 'DEPLOY' || readable.has(current));
    for (const [n, plan] of plans.entries()) {
      const { moment } = acts[n];
      const tally = new Tally(result.tally);
      const begun = performance.now();
      const canBeRepeated = deploys || moment === 'TEARDOWN';
      const succeeded = begins(plan, moment) && (await attempt(plan, () => end(plan, tally, canBeRepeated, circumstances)));
      log.runIsOver(moment, tally);
      publishMetrics(pathOf(request), tally, performance.now() - begun, succeeded);
    }
  } finally {
    for (const plan of new Set([current, ...plans])) plan.close();
  }
}

/** Ends the targets of a plan. Throws what a person should read if not all of them ended. */
async function end(plan: Plan, tally: Tally, canBeRepeated: boolean, circumstances: Circumstances): Promise<void> {
  const { service, request, reads, deadline, log, words, logStream } = circumstances;
  const { settings, operation: parameters, count } = plan;
  const operation = await service.operation(parameters, reads);
  const drain = new Drain({
    operation,
    tally,
    count,
    deadline,
    words,
    pace: paceOf(reads.paces, service, settings),
    denials: reads.denials,
    maxTargets: settings.MaxTargets,
    label: service.label,
    problemOf: service.problemOf,
    onFailure: (target, failure) => log.failed(target, failure),
    onReconnected: (target) => log.reconnected(target),
  });
  const report = progressReports(() => drain.progress);
  const broken = await whileWaitingFor(drain.run(plan.inTurn((id) => drain.ended(id))), () => log.progress(report()))
    .then(
      () => undefined,
      (error) => words.of(error).message,
    )
    .finally(() => operation.close());
  const doubt = broken === undefined ? await service.doubt?.(tally, parameters, request, reads) : undefined;
  const reason = reasonOf(tally, { service, logStream, canBeRepeated, also: [broken, doubt].filter((part) => part !== undefined) });
  if (reason !== undefined) throw new Explained(reason);
}
