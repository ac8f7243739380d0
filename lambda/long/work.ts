import type { Context, LongRequest } from '../run/long-runs';
import { PLACE } from '../../contract/settings';
import { isStillMeant } from '../run/decision';
import { Plan } from '../run/plan';
import { paceOf } from '../run/requests-per-second';
import type { Service } from '../run/service';
import { stackStatus } from '../run/stack-status';
import { stretch } from '../run/stretch';
import { Tally } from '../run/tally';
import { resultOf } from './earlier';
import { Executions } from './executions';
import { runStateOf } from './hand-over';
import { InOrder } from './in-order';
import { withListedIds } from './listed-ids';
import { resumed } from './resumed';
import type { RunState, State } from './state';

/** Of a failure's, in a state. */
const MOST_WORDS = 1_000;

/** The first has counted as well, and the time of another may be cut by CloudFormation's answer. */
const MOST_UNREAD = 3;
const TOO_LONG_TO_READ =
  'the targets cannot be read within the 13 minutes of an invocation: divide them among several constructs, or give the function more memory (memorySize)';

/** Goes on where another invocation had to stop, and says where that leads. */
export async function work(service: Service, state: State, context: Context): Promise<State> {
  const long = resumed(service, state, context);
  const { limits } = long;
  // A run that may not outlast the answer has come to its end by then, and is answered with that.
  const mustAnswer = () => !state.IsAnswered && Date.now() >= limits.answerAt && limits.answerAt < limits.endsAt;
  if (mustAnswer()) return { ...state, Next: 'REPORT' };
  if (state.Joins !== undefined) return join(state, state.Joins, long);
  const Run = await goOn(service, state.Run!, long);
  return { ...state, Run, Next: Run.IsOver || mustAnswer() ? 'REPORT' : 'WORK' };
}

async function join(state: State, execution: string, { reads, limits }: LongRequest): Promise<State> {
  const executions = new Executions(reads);
  try {
    const ended = await resultOf(execution, executions, limits.deadline, () => undefined);
    if (ended === 'RUNNING') return { ...state, Next: Date.now() >= limits.answerAt ? 'REPORT' : 'WORK' };
    const Answer = ended?.result.Answer ?? { reason: 'The run that was under way was stopped. Run the same command again.', attributes: {} };
    return { ...state, Answer, Next: 'REPORT' };
  } finally {
    executions.close();
  }
}

async function goOn(service: Service, before: RunState, long: LongRequest): Promise<RunState> {
  const { request, reads, limits, log, since } = long;
  if (performance.now() >= limits.deadline) return { ...before, IsOver: !limits.goesOn, IsLate: true };
  const status = await stackStatus({
    stackId: request.stackId,
    isNested: PLACE.read(request.properties).Nested,
    since: before.Moment === 'TEARDOWN' ? undefined : since.asked,
    reads,
  });
  if (!isStillMeant(before.Moment, status)) return { ...before, IsOver: true, IsLate: true, Broken: `the run was stopped, because the stack is ${status}` };
  const tally = Tally.from(before.Figures);
  const plan = new Plan(service, await withListedIds(request, reads), reads, undefined, before.Count);
  const order = new InOrder({ count: before.Count, pace: paceOf(reads.paces, service, plan.settings), deadline: limits.deadline }, before.Place);
  try {
    const { isLate, broken } = await stretch({
      service,
      plan,
      tally,
      reads,
      deadline: limits.deadline,
      log,
      order,
      record: limits.goesOn ? order : undefined,
    });
    const goesOn = limits.goesOn && isLate && broken === undefined;
    const Unread = goesOn && !order.isRead ? before.Unread + 1 : 0;
    const why = Unread < MOST_UNREAD ? broken : TOO_LONG_TO_READ;
    const IsOver = !goesOn || why !== undefined;
    const after = runStateOf(reads, { moment: before.Moment, count: before.Count, tally, order });
    return { ...after, Unread, IsOver, IsLate: isLate, Broken: why?.slice(0, MOST_WORDS) };
  } finally {
    plan.close();
  }
}
