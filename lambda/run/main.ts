import { Logger } from '@aws-lambda-powertools/logger';
import { Explained } from '../../contract/explained';
import type { Fields } from '../../contract/fields';
import { PLACE, TIMES, type MomentName } from '../../contract/settings';
import { answer } from './answer';
import { ageOf, limitsOf, refuseIfTooOld } from './deadline';
import { Denials } from '../calls/denials';
import { Words } from '../calls/failure';
import { before, LATE } from '../calls/in-time';
import type { Context, HandOver, LongRequest, LongRuns } from './long-runs';
import { publishMetrics } from './metrics';
import { decide } from './moment';
import { Outcome } from './outcome';
import { Paces } from '../calls/pace';
import { Plan } from './plan';
import { Reads } from '../calls/reads';
import { reasonOf } from './reason';
import { parseRequest, pathOf, type Request } from './request';
import { answerUrl } from './response';
import type { Service } from './service';
import { stackStatus } from './stack-status';
import { stretch } from './stretch';
import { Tally } from './tally';

/** After the deadline, for what is pending to come in. */
const LAST_WORDS_MS = 5_000;

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
    const logger = new Logger({ serviceName: 'cdk-teardown' });
    const outcome = new Outcome();
    let request: Request | undefined;
    try {
      request = parseRequest(event, ageOf(url));
      const { stackId, requestId, logicalId, type, properties, ageMs } = request;
      logger.appendKeys({ stackId, requestId, logicalId, requestType: type });
      refuseIfTooOld(properties, ageMs);
      const since = { asked: begunAt - ageMs, begun: begunAt };
      const limits = limitsOf(properties, since, context.getRemainingTimeInMillis());
      const reads = new Reads(new Paces(), new Denials(type !== 'Delete', begun), words, limits.deadline);
      const { StateMachineArn: stateMachineArn } = TIMES.read(properties);
      const long = stateMachineArn === undefined ? undefined : { event, request, stateMachineArn, since, limits, reads, logger };
      const work = fulfil({ service, request, reads, deadline: limits.deadline, logger, words, logStream: context.logStreamName, outcome, long, longRuns });
      // Whatever is still pending, CloudFormation gets its answer.
      const handOver = await before(limits.deadline + LAST_WORDS_MS, work);
      if (handOver === LATE) throw new Explained('the time was up before the run had come to its end: see how far it is in its log');
      if (handOver) return await handOver();
    } catch (error) {
      outcome.reasons.push(words.of(error).message);
      // Otherwise its runs have told.
      if (request) publishMetrics(pathOf(request), outcome.tally, performance.now() - begun, false);
    }
    await answer(url, event, request, outcome.answer, logger);
  };
}

interface Circumstances {
  readonly service: Service;
  readonly request: Request;
  readonly reads: Reads;
  readonly deadline: number;
  readonly logger: Logger;
  readonly words: Words;
  readonly logStream: string;
  readonly outcome: Outcome;
  readonly long?: LongRequest;
  readonly longRuns: () => Promise<LongRuns>;
}

/** Undefined when all is done that can be. */
async function fulfil(circumstances: Circumstances): Promise<HandOver | undefined> {
  const { service, request, reads, deadline, logger, words, outcome, long, longRuns } = circumstances;
  const { stackId, properties, resourceType } = request;
  const { acts, because, deploys } = await decide(request, () => stackStatus({ stackId, isNested: PLACE.read(properties).Nested, reads }));
  logger.info('decided', { because, moments: acts.map(({ moment }) => moment) });
  if (acts.length === 0 && !deploys) return undefined;
  if (resourceType !== service.resourceType) {
    throw new Explained(`a ${resourceType} has the provider of a ${service.resourceType}: nothing was touched; give it a provider of its own kind`);
  }
  const isWhole = acts.length === 1 && acts[0].only === undefined;
  const carried = long && isWhole ? await longRuns() : undefined;
  const earlier = await carried?.earlier(long!);
  if (typeof earlier === 'function') return earlier;
  if (earlier) {
    outcome.of = earlier;
    return undefined;
  }

  const current = new Plan(service, properties, reads);
  const plans = acts.map((act) => (act.only || act.properties !== properties ? new Plan(service, act.properties, reads, act.only) : current));
  const attempt = async <T>({ settings: { OnFailure } }: Plan, work: () => Promise<T>): Promise<T | 'FAILED'> => {
    try {
      return await work();
    } catch (error) {
      const reason = words.of(error).message;
      if (OnFailure === 'FAIL') outcome.reasons.push(reason);
      else logger.error('went on although it failed', { reason });
      return 'FAILED';
    }
  };

  try {
    const readable = new Set<Plan>();
    const deployed = acts.some(({ moment }) => moment === 'DEPLOY');
    for (const plan of new Set([...(deployed || (deploys && current.settings.Preflight) ? [current] : []), ...plans])) {
      const counted = await attempt(plan, async () => {
        await plan.countTargets(deadline, (found) => logger.info('progress', { found }));
        if (deploys && !deployed && plan === current) current.refuseProblems();
      });
      if (counted !== 'FAILED') readable.add(plan);
    }
    if (readable.has(current)) outcome.targetCount = current.count;
    // What cannot all be done as it should is not begun, unless failures are not to matter.
    const isBarred = outcome.reasons.length > 0;
    const begins = (plan: Plan, moment: MomentName) => !isBarred && readable.has(plan) && (moment !== 'DEPLOY' || readable.has(current));
    for (const [n, plan] of plans.entries()) {
      const { moment } = acts[n];
      const tally = new Tally(outcome.tally);
      const begun = performance.now();
      const canBeRepeated = deploys || moment === 'TEARDOWN';
      const result = begins(plan, moment) ? await attempt(plan, () => end(plan, moment, tally, canBeRepeated, circumstances, carried)) : 'FAILED';
      if (typeof result === 'function') return result;
      logger.info('run is over', { moment, ...tally.counts, throttled: tally.throttled });
      publishMetrics(pathOf(request), tally, performance.now() - begun, result !== 'FAILED');
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
  const { service, request, reads, deadline, logger, logStream, long } = circumstances;
  const order = await carried?.order(long!);
  const { isLate, broken } = await stretch({ service, plan, tally, reads, deadline, logger, order, record: order });
  if (order && isLate && broken === undefined) return carried!.handOver(long!, { moment, plan, tally, order });
  const doubt = broken === undefined ? await service.doubt?.(tally, plan.operation, request, reads) : undefined;
  const also = [broken, doubt].filter((part) => part !== undefined);
  const reason = reasonOf(tally, { service, details: `log stream ${logStream}`, canBeRepeated, also });
  if (reason !== undefined) throw new Explained(reason);
  return undefined;
}
