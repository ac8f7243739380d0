import { Explained } from '../../contract/explained-error';
import type { Fields } from '../../contract/fields';
import { PLACE, SETTINGS, TIMES, type MomentName } from '../../contract/settings';
import { AFTER_DEADLINE_MS, ageOf, limitsOf, refuseIfTooOld } from '../calls/deadline';
import { Denials } from '../calls/denials';
import { Words } from '../calls/redaction';
import { before, LATE } from '../calls/in-time';
import { Log } from './log';
import type { Context, HandOver, LongRequest, LongRuns } from './long-runs';
import { pathOf, publishMetrics } from './metrics';
import { decide } from './decision';
import { Paces } from '../calls/pace';
import { Plan } from './plan';
import { Reads } from '../calls/reads';
import { reasonOf } from './reason';
import { parseRequest, type Request } from './request';
import { paceOf } from './requests-per-second';
import { answerUrl, respond, responseTo } from './response';
import { Result } from './result';
import type { Service } from './service';
import { stackStatus } from './stack-status';
import { stretch } from './stretch';
import { Tally } from './tally';

/**
 * The Lambda function of a service: CloudFormation's event -> request -> moment -> targets -> drain -> response.
 *
 * @param longRuns loaded only where a construct asks for more time than an invocation has
 */
export function teardownHandler(service: Service, longRuns: () => Promise<LongRuns>) {
  return async (event: Fields, context: Context): Promise<object | void> => {
    if (Object.hasOwn(event, 'Task')) return (await longRuns()).carryOn(service, event, context);
    const begun = performance.now();
    const begunAt = Date.now();
    const url = answerUrl(event);
    const words = new Words(service.hasSecrets ?? false);
    const log = new Log();
    const result = new Result();
    let request: Request | undefined;
    try {
      request = parseRequest(event, ageOf(url));
      log.about(request);
      const { type, properties, ageMs } = request;
      refuseIfTooOld(properties, ageMs);
      const since = { asked: begunAt - ageMs, begun: begunAt };
      const limits = limitsOf(properties, since, context.getRemainingTimeInMillis());
      const reads = new Reads(new Paces(), new Denials(type !== 'Delete', begun), words, limits.deadline);
      const { StateMachineArn: stateMachineArn } = TIMES.read(properties);
      const long = stateMachineArn === undefined ? undefined : { event, request, stateMachineArn, since, limits, reads, log };
      const work = fulfil({ service, request, reads, deadline: limits.deadline, log, words, logStream: context.logStreamName, result, long, longRuns });
      // Whatever is still pending, CloudFormation gets its answer.
      const handOver = await before(limits.deadline + AFTER_DEADLINE_MS.lastRuns, work);
      if (handOver === LATE) throw new Explained('the time was up before the run had come to its end: see how far it is in its log');
      if (handOver && (await handOver()) !== 'FAILED') return;
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
  readonly long?: LongRequest;
  readonly longRuns: () => Promise<LongRuns>;
}

/** Undefined when all is done that can be. */
async function fulfil(circumstances: Circumstances): Promise<HandOver | undefined> {
  const { service, request, reads, deadline, log, words, result, long, longRuns } = circumstances;
  const { stackId, properties, resourceType } = request;
  const decision = await decide(request, () => stackStatus({ stackId, isNested: PLACE.read(properties).Nested, reads }));
  log.decided(decision);
  const { acts, deploys } = decision;
  if (acts.length === 0 && !deploys) return undefined;
  if (resourceType !== service.resourceType) {
    throw new Explained(`a ${resourceType} has the provider of a ${service.resourceType}: nothing was touched; give it a provider of its own kind`);
  }
  const isWhole = acts.length === 1 && acts[0].only === undefined;
  const { OnFailure: onFailure, Preflight: preflight } = SETTINGS.read(properties);
  // A deploy that does not act asks too, so that what is in its way fails the deploy and not the destroy.
  const asks = isWhole || (deploys && acts.length === 0 && preflight);
  let carried = long && asks ? await longRuns() : undefined;
  const earlier = await carried?.earlier(long!).catch((error) => {
    if (deploys || onFailure === 'FAIL') throw error;
    log.cannotGoOn(words.of(error).message);
    carried = undefined;
  });
  if (typeof earlier === 'function') return earlier;
  if (earlier) {
    result.earlier = earlier;
    return undefined;
  }

  const current = new Plan(service, properties, reads);
  const plans = acts.map((act) => (act.only || act.properties !== properties ? new Plan(service, act.properties, reads, act.only) : current));
  const attempt = async <T>({ settings: { OnFailure } }: Plan, work: () => Promise<T>): Promise<T | 'FAILED'> => {
    try {
      return await work();
    } catch (error) {
      const reason = words.of(error).message;
      if (OnFailure === 'FAIL') result.reasons.push(reason);
      else log.wentOn(reason);
      return 'FAILED';
    }
  };

  try {
    const readable = new Set<Plan>();
    const deployed = acts.some(({ moment }) => moment === 'DEPLOY');
    for (const plan of new Set([...(deployed || (deploys && current.settings.Preflight) ? [current] : []), ...plans])) {
      const counted = await attempt(plan, async () => {
        await plan.countTargets(deadline, (found) => log.found(found));
        if (deploys && !deployed && plan === current) current.refuseProblems();
      });
      if (counted !== 'FAILED') readable.add(plan);
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
      const done = begins(plan, moment) ? await attempt(plan, () => end(plan, moment, tally, canBeRepeated, circumstances, carried)) : 'FAILED';
      const over = (isWell: boolean) => {
        log.runIsOver(moment, tally);
        publishMetrics(pathOf(request), tally, performance.now() - begun, isWell);
      };
      if (typeof done === 'function') {
        return async () => {
          const isCarriedOn = (await attempt(plan, done)) !== 'FAILED';
          if (!isCarriedOn) over(false);
          return isCarriedOn ? undefined : 'FAILED';
        };
      }
      over(done !== 'FAILED');
    }
    return undefined;
  } finally {
    for (const plan of new Set([current, ...plans])) plan.close();
  }
}

/** Ends the targets of a plan. Throws what a person should read if not all of them ended. */
async function end(
  plan: Plan,
  moment: MomentName,
  tally: Tally,
  canBeRepeated: boolean,
  circumstances: Circumstances,
  carried?: LongRuns,
): Promise<HandOver | undefined> {
  const { service, request, reads, deadline, log, logStream, long } = circumstances;
  const order = await carried?.order(long!, { count: plan.count, pace: paceOf(reads.paces, service, plan.settings) });
  const { isLate, broken } = await stretch({ service, plan, tally, reads, deadline, log, order, record: order });
  const details = `log stream ${logStream}`;
  if (order && isLate && broken === undefined) {
    const handOver = carried!.handOver(long!, { moment, plan, tally, order });
    return async () => {
      try {
        return await handOver();
      } catch (error) {
        tally.left = Math.max(1, plan.count - tally.done);
        const also = [`no other invocation could be asked to go on (${reads.described(error)})`];
        throw new Explained(reasonOf(tally, { service, details, canBeRepeated, also })!);
      }
    };
  }
  const doubt = broken === undefined ? await service.doubt?.(tally, plan.operation, request, reads) : undefined;
  const also = [broken, doubt].filter((part) => part !== undefined);
  const reason = reasonOf(tally, { service, details, canBeRepeated, also });
  if (reason !== undefined) throw new Explained(reason);
  return undefined;
}
