import { Logger } from '@aws-lambda-powertools/logger';
import { ATTRIBUTES } from '../../contract/attributes';
import { Explained } from '../../contract/explained-error';
import type { Fields } from '../../contract/fields';
import { PLACE, type MomentName } from '../../contract/settings';
import { ageOf, deadlineOf } from './deadline';
import { Denials } from '../calls/denials';
import { Drain } from './drain';
import { Words } from '../calls/redaction';
import { before, LATE } from '../calls/in-time';
import { publishMetrics } from './metrics';
import { decide } from './decision';
import { Paces, type Pace, type Rate } from '../calls/pace';
import { physicalIdOf } from './physical-id';
import { Plan, type Settings } from './plan';
import { progressReports, whileWaitingFor } from './progress';
import { Reads } from '../calls/reads';
import { reasonOf, WHY_RECONNECTED } from './reason';
import { parseRequest, type Request } from './request';
import { answerUrl, respond } from './response';
import type { Service } from './service';
import { stackStatus } from './stack-status';
import { Tally } from './tally';

/** The part of Lambda's context that a run needs. */
export interface Context {
  readonly logStreamName: string;
  getRemainingTimeInMillis(): number;
}

/** After the deadline, for what is pending to come in. */
const LAST_WORDS_MS = 5_000;

/** The Lambda function of a service: CloudFormation's event -> request -> moment -> targets -> drain -> response. */
export function teardownHandler(service: Service) {
  return async (event: Fields, context: Context): Promise<void> => {
    const begun = performance.now();
    const url = answerUrl(event);
    const words = new Words(service.hasSecrets ?? false);
    const logger = new Logger({ serviceName: 'cdk-teardown' });
    const outcome = new Outcome();
    let request: Request | undefined;
    try {
      request = parseRequest(event, ageOf(url));
      const { stackId, requestId, logicalId, type, properties, ageMs } = request;
      logger.appendKeys({ stackId, requestId, logicalId, requestType: type });
      const deadline = deadlineOf(properties, ageMs, begun, context.getRemainingTimeInMillis());
      const reads = new Reads(new Paces(), new Denials(type !== 'Delete', begun), words, deadline);
      const work = fulfil({ service, request, reads, deadline, logger, words, logStream: context.logStreamName, outcome });
      // Whatever is still pending, CloudFormation gets its answer.
      if ((await before(deadline + LAST_WORDS_MS, work)) === LATE)
        throw new Explained('the time was up before the run had come to its end: see how far it is in its log');
    } catch (error) {
      outcome.reasons.push(words.of(error).message);
      // Otherwise its runs have told.
      if (request) publishMetrics(pathOf(request), outcome.tally, performance.now() - begun, false);
    }
    const { reason } = outcome;
    await respond(url, {
      Status: reason === undefined ? 'SUCCESS' : 'FAILED',
      Reason: reason,
      ...identity(event, request, reason !== undefined),
      Data: outcome.attributes,
    });
    if (reason === undefined) logger.info('answered SUCCESS');
    else logger.error('answered FAILED', { reason });
  };
}

/** What is answered. */
class Outcome {
  targetCount = 0;
  readonly tally = new Tally();
  readonly reasons: string[] = [];

  /** Why the request failed. */
  get reason(): string | undefined {
    return this.reasons.length > 0 ? this.reasons.join(' ') : undefined;
  }

  get attributes(): Record<string, string> {
    const { ended, alreadyGone, reconnected, failed } = this.tally;
    const counts = { targets: this.targetCount, ended, alreadyGone, reconnected, failed };
    return Object.fromEntries(Object.entries(counts).map(([name, count]) => [ATTRIBUTES[name as keyof typeof counts], String(count)]));
  }
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
}

async function fulfil(circumstances: Circumstances): Promise<void> {
  const { service, request, reads, deadline, logger, words, outcome } = circumstances;
  const { stackId, properties, resourceType } = request;
  const { acts, because, deploys } = await decide(request, () => stackStatus({ stackId, isNested: PLACE.read(properties).Nested, reads }));
  logger.info('decided', { because, moments: acts.map(({ moment }) => moment) });
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
      if (OnFailure === 'FAIL') outcome.reasons.push(reason);
      else logger.error('went on although it failed', { reason });
      return false;
    }
  };

  try {
    const readable = new Set<Plan>();
    const deployed = acts.some(({ moment }) => moment === 'DEPLOY');
    for (const plan of new Set([...(deployed || (deploys && current.settings.Preflight) ? [current] : []), ...plans])) {
      const isReadable = await attempt(plan, async () => {
        await plan.countTargets(deadline, (found) => logger.info('progress', { found }));
        if (deploys && !deployed && plan === current) current.refuseProblems();
      });
      if (isReadable) readable.add(plan);
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
      const succeeded = begins(plan, moment) && (await attempt(plan, () => end(plan, tally, canBeRepeated, circumstances)));
      logger.info('run is over', { moment, ...tally.counts, throttled: tally.throttled });
      publishMetrics(pathOf(request), tally, performance.now() - begun, succeeded);
    }
  } finally {
    for (const plan of new Set([current, ...plans])) plan.close();
  }
}

/** Ends the targets of a plan. Throws what a person should read if not all of them ended. */
async function end(plan: Plan, tally: Tally, canBeRepeated: boolean, circumstances: Circumstances): Promise<void> {
  const { service, request, reads, deadline, logger, words, logStream } = circumstances;
  const { settings, operation: parameters, count } = plan;
  const operation = await service.operation(parameters, reads);
  const drain = new Drain({
    operation,
    tally,
    count,
    deadline,
    words,
    pace: paceOf(reads.paces, rateOf(service, settings)),
    denials: reads.denials,
    maxTargets: settings.MaxTargets,
    label: service.label,
    problemOf: service.problemOf,
    onFailure: (target, failure) => logger.error('target failed', { target, error: failure.name, reason: failure.message }),
    onReconnected: (target) => logger.error('target connected again', { target, reason: WHY_RECONNECTED }),
  });
  const report = progressReports(() => drain.progress);
  const broken = await whileWaitingFor(drain.run(plan.inTurn((id) => drain.ended(id))), () => logger.info('progress', { ...report() }))
    .then(
      () => undefined,
      (error) => words.of(error).message,
    )
    .finally(() => operation.close());
  const doubt = broken === undefined ? await service.doubt?.(tally, parameters, request, reads) : undefined;
  const reason = reasonOf(tally, { service, logStream, canBeRepeated, also: [broken, doubt].filter((part) => part !== undefined) });
  if (reason !== undefined) throw new Explained(reason);
}

/** What the construct's metrics are called. */
function pathOf({ properties: { Path }, logicalId }: Request): string {
  return typeof Path === 'string' && Path !== '' ? Path : logicalId;
}

/** Also of both plans of an update, if they ask for the same. */
function paceOf(paces: Paces, rate: Rate): Pace {
  return paces.of(`the call that ends a target, ${rate.perSecond} a second`, rate);
}

/** What the user asks for instead has its share of the burst as well. */
function rateOf({ rate }: Service, { RequestsPerSecond: perSecond = rate.perSecond }: Settings): Rate {
  return { perSecond, burst: Math.max(1, (rate.burst * perSecond) / rate.perSecond) };
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
