import { Logger } from '@aws-lambda-powertools/logger';
import { Drain } from './drain';
import { failureOf } from './failure';
import { IdSet } from './id-set';
import { publishMetrics } from './metrics';
import { decide, physicalIdOf } from './moment';
import { Paces, type Rate } from './pace';
import { text, type Fields } from './parse';
import { reportProgress } from './progress';
import { reasonOf, WHY_RECONNECTED } from './reason';
import { parseRequest, type Request } from './request';
import { respond } from './response';
import type { Service } from './service';
import { parseSettings, type Settings } from './settings';
import { stackStatus } from './stack-status';
import { Tally } from './tally';
import { ids } from '../sources/ids';

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

  const current = parseSettings(request.properties);
  const endOfFunction = performance.now() + context.getRemainingTimeInMillis();
  const deadlineOf = ({ timeoutSeconds }: Settings) => Math.min(started + timeoutSeconds * 1000, endOfFunction) - TIME_TO_ANSWER_MS;
  const reasons: string[] = [];
  const attempt = async (settings: Settings, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      const reason = failureOf(error).message;
      if (settings.onFailure === 'FAIL') reasons.push(reason);
      else logger.error('went on although it failed', { reason });
      return false;
    }
  };

  const paces = new Paces();
  let found = 0;
  const looks = acts.length > 0 || current.preflight;
  const isReadable = !looks || await attempt(current, async () => {
    found = await countTargets(service, current, paces, deadlineOf(current));
  });
  for (const { moment, properties, only } of acts) {
    const settings = parseSettings(properties);
    const tally = new Tally();
    const begun = performance.now();
    const succeeded = isReadable && await attempt(settings, async () => {
      const run = new Drain({
        operation: await service.operation(settings.operation, paces),
        dependents: service.dependents?.(settings.operation, paces),
        tally,
        count: only?.length ?? found,
        maxTargets: settings.maxTargets,
        rate: rateOf(service, settings),
        deadline: deadlineOf(settings),
        label: service.label,
        problemOf: service.problemOf,
        onFailure: (target, failure) => logger.error('target failed', { target, error: failure.name, reason: failure.message }),
        onReconnected: (target) => logger.error('target connected again', { target, reason: WHY_RECONNECTED }),
      });
      const stopReporting = reportProgress(() => run.progress, (progress) => logger.info('progress', { ...progress }));
      await run.run(targetsOf(service, settings, paces, only)).finally(stopReporting);
      const reason = reasonOf(tally, service, context.logStreamName, deploys || moment === 'TEARDOWN');
      if (reason) throw new Error(reason);
    });
    total.absorb(tally);
    logger.info('run is over', { moment, ...tally.counts, throttled: tally.throttled });
    publishMetrics(settings.path ?? request.logicalId, tally, performance.now() - begun, succeeded);
  }
  return { targetCount: found, tally: total, reason: reasons.length > 0 ? reasons.join(' ') : undefined };
}

/** What the user asks for instead has its share of the burst as well. */
function rateOf({ rate }: Service, { requestsPerSecond = rate.perSecond }: Settings): Rate {
  return { perSecond: requestsPerSecond, burst: Math.max(1, (rate.burst * requestsPerSecond) / rate.perSecond) };
}

function targetsOf(service: Service, { targets }: Settings, paces: Paces, only?: readonly string[]): AsyncIterable<string> {
  if (only) return ids({ Ids: only });
  const source = service.sources[text(targets, 'Source')];
  if (!source) throw new Error(`this version of the provider has no source ${JSON.stringify(targets.Source)} of ${service.targetName}`);
  return source(targets, paces);
}

/** Before the first call, so that too many targets means that none is touched. */
async function countTargets(service: Service, settings: Settings, paces: Paces, deadline: number): Promise<number> {
  const distinct = new IdSet();
  const dependents = service.dependents?.(settings.operation, paces);
  async function count(targets: AsyncIterable<string>): Promise<void> {
    for await (const target of targets) {
      if (!distinct.add(target)) continue;
      if (performance.now() >= deadline) {
        throw new Error(`the time was up when ${distinct.size} ${service.targetName} had been found and more were to come: `
          + 'nothing was touched; narrow the targets or raise the timeout');
      }
      if (dependents && !service.problemOf?.(target)) await count(dependents(target));
    }
  }
  await count(targetsOf(service, settings, paces));
  if (distinct.size > settings.maxTargets) {
    throw new Error(`${distinct.size} ${service.targetName} were found, maxTargets allows ${settings.maxTargets}: `
      + 'nothing was touched; narrow the targets or raise maxTargets');
  }
  return distinct.size;
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
