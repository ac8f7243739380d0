import { LONGEST_REPORT_SECONDS } from '../../contract/executions';
import { SETTINGS, WORK } from '../../contract/settings';
import { Denials } from '../calls/denials';
import { Words } from '../calls/redaction';
import { Paces } from '../calls/pace';
import { Reads } from '../calls/reads';
import { attributesOf, type Answer } from '../run/result';
import type { Context, LongRequest } from '../run/long-runs';
import { pathOf, publishMetrics } from '../run/metrics';
import { againFor, reasonOf } from '../run/reason';
import { answerUrl, respond, responseTo } from '../run/response';
import type { Service } from '../run/service';
import { Tally } from '../run/tally';
import { consoleLink, Executions } from './executions';
import { interimAnswer } from './interim-answer';
import { resumed } from './resumed';
import type { Result, State, Stopped } from './state';

const TIME_TO_ANSWER_MS = 10_000;
/** After its time had come, a run that goes on has surely said so. */
const UNTIL_ANSWERED_MS = 60_000;

/** Answers CloudFormation: how it ended, or that it goes on. */
export async function report(service: Service, state: State, context: Context): Promise<State | Result> {
  const long = resumed(service, state, context);
  const { limits } = long;
  // Who only waits knows nothing of the run but what it came to.
  const isOver = state.Joins === undefined ? state.Run!.IsOver || state.Failure !== undefined : state.Answer !== undefined;
  if (!isOver) {
    await answer(long, { reason: told(long, interimAnswer(service, state, limits.endsAt)), attributes: {} });
    // Who only waited need not go on: the run does, and the next request waits for it again.
    return state.Joins === undefined ? { ...state, IsAnswered: true, Next: 'WORK' } : { Next: 'END', IsAnswered: true, Answer: { attributes: {} } };
  }
  const Answer = state.Answer ?? (await ended(service, state, { ...long, reads: long.reads.until(timeToAnswer(context)) }));
  if (!state.IsAnswered) await answer(long, Answer);
  return { Next: 'END', IsAnswered: !state.IsAnswered, Answer };
}

/** Answers for an execution that was stopped, or that could not come to its own end, unless it has answered. */
export async function reportStopped(service: Service, { Execution, Status }: Stopped, context: Context): Promise<{ readonly Next: 'END' }> {
  const executions = new Executions(new Reads(new Paces(), new Denials(false, 0), new Words(false), timeToAnswer(context)));
  try {
    const execution = await executions.describe(Execution);
    const state: State = JSON.parse(execution!.input!);
    const long = resumed(service, state, context);
    const { limits, log } = long;
    log.wasStopped(Status, consoleLink(Execution));
    if (execution!.stopDate!.getTime() < limits.answerAt + UNTIL_ANSWERED_MS) {
      const reason = `The run was stopped (${Status}) before it had come to its end, see ${consoleLink(Execution)}; ${againFor(service)}`;
      await answer(long, { reason: told(long, reason), attributes: attributesOf(state.Run?.Count ?? 0, new Tally()) });
    }
    return { Next: 'END' };
  } finally {
    executions.close();
  }
}

/** In the time of `performance.now()`. */
function timeToAnswer(context: Context): number {
  return performance.now() + Math.min(context.getRemainingTimeInMillis(), LONGEST_REPORT_SECONDS * 1000) - TIME_TO_ANSWER_MS;
}

async function answer({ event, request, log }: LongRequest, what: Answer): Promise<void> {
  await respond(answerUrl(event), responseTo(event, request, what));
  log.answered(what.reason);
}

/** What a run came to that ended by itself, or whose invocations failed to the last. */
async function ended(service: Service, { Run, Failure, Since }: State, long: LongRequest): Promise<Answer> {
  const { request, reads, log } = long;
  const { Moment, Count, Figures, IsLate, Broken } = Run!;
  const tally = Tally.from(Figures);
  const failed = Failure && `the function that ends them failed to the last (${Failure.Error ?? 'for a reason that is not told'})`;
  const why = Broken ?? failed;
  if (IsLate || failed !== undefined) tally.left = Math.max(1, Count - tally.done);
  const doubt = why === undefined ? await service.doubt?.(tally, WORK.read(request.properties).Operation, request, reads) : undefined;
  const canBeRepeated = Moment !== 'REMOVAL';
  const also = [why, doubt].filter((part) => part !== undefined);
  const reason = reasonOf(tally, { service, details: `log group ${process.env.AWS_LAMBDA_LOG_GROUP_NAME}`, canBeRepeated, also });
  log.runIsOver(Moment, tally);
  publishMetrics(pathOf(request), tally, Date.now() - Since.begun, reason === undefined);
  return { reason: told(long, reason), attributes: attributesOf(Count, tally) };
}

/** Of a reason CloudFormation is told nothing where failures are not to matter. */
function told({ request, log }: LongRequest, reason?: string): string | undefined {
  if (reason === undefined || SETTINGS.read(request.properties).OnFailure !== 'CONTINUE') return reason;
  log.wentOn(reason);
  return undefined;
}
