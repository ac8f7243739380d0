import { Logger } from '@aws-lambda-powertools/logger';
import { Drain } from './drain';
import { failureOf } from './failure';
import { publishMetrics } from './metrics';
import { decide, physicalIdOf } from './moment';
import { Paces, type Rate } from './pace';
import { text, type Fields } from './parse';
import { Plan } from './plan';
import { progressReports, whileWaitingFor } from './progress';
import { reasonOf, WHY_RECONNECTED } from './reason';
import { parseRequest, type Request } from './request';
import { respond } from './response';
import type { Service } from './service';
import type { Settings } from './settings';
import { stackStatus } from './stack-status';
import { Tally } from './tally';

/** The part of Lambda's context that a run needs. */
export interface Context {
  readonly logStreamName: string;
  getRemainingTimeInMillis(): number;
}

/** For calls under way to end, and to answer CloudFormation before it, or Lambda, stops waiting. */
const TIME_TO_ANSWER_MS = 15_000;

/** The Lambda function of a service: CloudFormation's event -> request -> moment -> targets -> drain -> response. */
export function teardownHandler(service: Service) {
  return async (event: Fields, context: Context): Promise<void> => {
    const started = performance.now();
    const url = text(event, 'ResponseURL');
    let request: Request | undefined;
    let result: Result;
    const logger = new Logger({ serviceName: 'cdk-teardown' });
    try {
      request = parseRequest(event);
      const { stackId, requestId, logicalId, type } = request;
      logger.appendKeys({ stackId, requestId, logicalId, requestType: type });
      result = await fulfil(service, request, context, started, logger);
    } catch (error) {
      result = { targetCount: 0, tally: new Tally(), reason: failureOf(error).message };
    }
    const { reason } = result;
    await respond(url, {
      Status: reason === undefined ? 'SUCCESS' : 'FAILED',
      Reason: reason,
      ...identity(event, request, reason !== undefined),
      Data: attributes(result),
    });
    if (reason === undefined) logger.info('answered SUCCESS');
    else logger.error('answered FAILED', { reason });
  };
}

interface Result {
  readonly targetCount: number;
  readonly tally: Tally;
  /** Why the request failed. */
  readonly reason?: string;
}

async function fulfil(service: Service, request: Request, context: Context, started: number, logger: Logger): Promise<Result> {
  const { acts, because, deploys } = await decide(request, () => stackStatus(request.stackId));
  logger.info('decided', { because, moments: acts.map(({ moment }) => moment) });
  const total = new Tally();
  if (acts.length === 0 && !deploys) return { targetCount: 0, tally: total };

  const paces = new Paces();
  const current = new Plan(service, request.properties, paces);
  const plans = acts.map(({ properties, only }) => (only || properties !== request.properties ? new Plan(service, properties, paces, only) : current));
  const deadline = Math.min(started + current.settings.timeoutSeconds * 1000, performance.now() + context.getRemainingTimeInMillis()) - TIME_TO_ANSWER_MS;
  const reasons: string[] = [];
  const attempt = async ({ settings: { onFailure } }: Plan, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      const reason = failureOf(error).message;
      if (onFailure === 'FAIL') reasons.push(reason);
      else logger.error('went on although it failed', { reason });
      return false;
    }
  };

  const looks = acts.length > 0 || current.settings.preflight;
  const isReadable = !looks || await attempt(current, async () => {
    for (const plan of new Set([current, ...plans])) await plan.countTargets(deadline, (found) => logger.info('progress', { found }));
  });
  for (const [n, plan] of plans.entries()) {
    const { moment } = acts[n];
    const tally = new Tally();
    const begun = performance.now();
    const succeeded = isReadable && await attempt(plan, () => end(plan, {
      service, paces, tally, deadline, logger, logStream: context.logStreamName, canBeRepeated: deploys || moment === 'TEARDOWN',
    }));
    total.absorb(tally);
    logger.info('run is over', { moment, ...tally.counts, throttled: tally.throttled });
    publishMetrics(plan.settings.path ?? request.logicalId, tally, performance.now() - begun, succeeded);
  }
  return { targetCount: isReadable ? current.count : 0, tally: total, reason: reasons.length > 0 ? reasons.join(' ') : undefined };
}

interface Circumstances {
  readonly service: Service;
  readonly paces: Paces;
  readonly tally: Tally;
  readonly deadline: number;
  readonly logger: Logger;
  readonly logStream: string;
  readonly canBeRepeated: boolean;
}

/** Ends the targets of a plan. Throws what a person should read if not all of them ended. */
async function end(plan: Plan, { service, paces, tally, deadline, logger, logStream, canBeRepeated }: Circumstances): Promise<void> {
  const { settings, dependents, count } = plan;
  const operation = await service.operation(settings.operation, paces);
  const drain = new Drain({
    operation, dependents, tally, count, deadline,
    maxTargets: settings.maxTargets,
    rate: rateOf(service, settings),
    label: service.label,
    problemOf: service.problemOf,
    onFailure: (target, failure) => logger.error('target failed', { target, error: failure.name, reason: failure.message }),
    onReconnected: (target) => logger.error('target connected again', { target, reason: WHY_RECONNECTED }),
  });
  const report = progressReports(() => drain.progress);
  const broken = await whileWaitingFor(drain.run(plan.targets()), () => logger.info('progress', { ...report() }))
    .then(() => undefined, (error) => failureOf(error).message)
    .finally(() => operation.close());
  const reason = [broken, reasonOf(tally, service, logStream, canBeRepeated)].filter((part) => part !== undefined).join('. ');
  if (reason !== '') throw new Error(reason);
}

/** What the user asks for instead has its share of the burst as well. */
function rateOf({ rate }: Service, { requestsPerSecond = rate.perSecond }: Settings): Rate {
  return { perSecond: requestsPerSecond, burst: Math.max(1, (rate.burst * requestsPerSecond) / rate.perSecond) };
}

function identity(event: Fields, request: Request | undefined, failed: boolean) {
  const given = (name: string) => (typeof event[name] === 'string' && event[name] !== '' ? event[name] : 'unknown');
  return {
    PhysicalResourceId: request ? physicalIdOf(request, failed) : given('PhysicalResourceId'),
    StackId: given('StackId'),
    RequestId: given('RequestId'),
    LogicalResourceId: given('LogicalResourceId'),
  };
}

function attributes({ targetCount, tally }: Result): Record<string, string> {
  return {
    TargetCount: String(targetCount),
    EndedCount: String(tally.ended),
    AlreadyGoneCount: String(tally.alreadyGone),
    ReconnectedCount: String(tally.reconnected),
    FailedCount: String(tally.failed),
  };
}
