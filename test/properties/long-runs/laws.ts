import { isStable, type History } from './history';
import type { Call, Invocation } from './targets';
import type { GivenAnswer, World } from './world';

/* What must hold of a run that takes longer than one invocation, whatever happens to it. Each returns what is against it. */

const TEN_KILOBYTES = 10_000;
/** In which whoever stops an execution cannot tell whether it has answered. */
const UNCERTAIN_MS = 60_000;

/** Where the state machine pauses, after a kill, when the answer should be given. */
const MOST_LATE_MS = 6_000;

/** A run: the invocation that began it, and those that went on from there. */
interface Chain {
  readonly name: string;
  readonly invocations: readonly Invocation[];
  /** Of an execution that has come to its end. */
  readonly answer?: { readonly reason?: string; readonly attributes: Readonly<Record<string, string>> };
}

/**
 * Who is in the source all the time has ended, or was gone, when CloudFormation is told so. Who comes later, or vanishes meanwhile, may be
 * called or not.
 */
export function nothingIsLeftOut({ targets, onFailure }: History, { answers, targets: { ended }, invocations }: World): string[] {
  const tellsAll = ({ Status, Reason = '' }: GivenAnswer) =>
    Status === 'SUCCESS'
      ? onFailure === 'FAIL'
      : /^\d+ of \d+ MQTT clients could not be disconnected \(\d+ ForbiddenException\)/.test(Reason) && !Reason.includes(' were not reached ');
  return answers.filter(tellsAll).flatMap(({ at, RequestId, Status }) =>
    targets
      .filter((target) => isStable(target) && (Status === 'SUCCESS' || target.fate !== 'denied'))
      .filter(
        ({ id }) => !(ended.get(id)! <= at) && !callsOf(invocations, id).some(({ outcome, answeredAt }) => outcome === 'alreadyGone' && answeredAt! <= at),
      )
      .map(({ id }) => `${id} lives, and ${RequestId} was answered ${Status}`),
  );
}

/** Nor beside a run that is under way, nor instead of telling what one came to, nor by who does not end targets, nor when the stack has become another. */
export function nothingElseIsTouched({ outlasts }: History, world: World): string[] {
  const { invocations, machine } = world;
  const runs = machine.executions.filter(({ name }) => name.startsWith('run-'));
  return invocations.flatMap((invocation) => {
    const { of, task, calls, stackStatus, begunAt, endedAt } = invocation;
    const before = runs.filter(({ startDate }) => task === 'REQUEST' && outlasts && startDate * 1000 < begunAt);
    const [latest] = before;
    const isInstead = latest !== undefined && latest.stopDate! * 1000 < begunAt && isNews(latest, begunAt, world);
    const isMeant = stackStatus === 'DELETE_IN_PROGRESS' || (task === 'WORK' && stackStatus === 'DELETE_FAILED');
    return calls.flatMap(({ id, at, isListed }) => {
      const beside = before.filter(({ stopDate = Infinity }) => at < stopDate * 1000).map(({ name }) => name);
      return [
        ...(isListed ? [] : ['which its source had not listed']),
        ...(at > endedAt ? ['after its end'] : []),
        ...(isMeant ? [] : [`and the stack was ${stackStatus}`]),
        ...(task === 'REQUEST' || task === 'WORK' ? [] : [`for a ${task}`]),
        ...(isInstead ? [`instead of telling of ${latest.name}`] : []),
        ...(beside.length > 0 ? [`beside ${beside.join()}`] : []),
      ].map((what) => `${of} called ${id} ${what}`);
    });
  });
}

/**
 * And in time. Answers again: who is delivered again before an execution was started, or when CloudFormation listens no more, or who reports again
 * because what came of the report was lost.
 */
export function eachRequestIsAnsweredOnce({ reportsTwice, waits }: History, { invocations, answers, machine, stopped }: World): string[] {
  const requests = new Set(invocations.filter(({ task }) => task === 'REQUEST').map(({ of }) => of));
  return [...requests].flatMap((request) => {
    const own = machine.executions.filter(({ name }) => name.endsWith(`-${request}`));
    const startedAt = Math.min(...own.map(({ startDate }) => startDate * 1000));
    const deliveries = invocations.filter(({ of, task }) => of === request && task === 'REQUEST');
    const isHeard = ({ stackStatus, begunAt }: Invocation) => stackStatus === 'DELETE_IN_PROGRESS' && begunAt - deliveries[0].begunAt < (waits - 1) * 1000;
    const mayAnswer = deliveries.filter((delivery) => !delivery.isKilled && (delivery.begunAt <= startedAt || !isHeard(delivery)));
    const given = answers.filter(({ RequestId }) => RequestId === request);
    const isUncertain = own.some(({ name }) => given.some(({ at }) => at < stopped.get(name)! && stopped.get(name)! <= at + UNCERTAIN_MS));
    const repeated = (reportsTwice && own.length > 0 ? 1 : 0) + (isUncertain ? 1 : 0);
    const isLate = !deliveries[0].isKilled && given[0]?.at > deliveries[0].begunAt + waits * 1000 + MOST_LATE_MS;
    if (isLate) return [`${request} was answered late`];
    if (given.length < 1 || given.length > mayAnswer.length + repeated) return [`${request} was answered ${given.length} times`];
    const said = new Set(given.map(({ Status }) => Status));
    return mayAnswer.length === 1 && !isUncertain && said.size > 1 ? [`${request} was answered ${[...said].join(' and ')}`] : [];
  });
}

/** Others have ended when they are answered. */
export function onlyWhoMayOutlastItsAnswerGoesOn({ outlasts }: History, { answers }: World): string[] {
  return answers.filter(({ Reason = '' }) => !outlasts && Reason.includes('goes on')).map(({ RequestId, Reason }) => `${RequestId} tells ${Reason}`);
}

/** Once more after a fault, for each invocation whose result was lost, and for each answer that came too late. */
export function nobodyIsCalledAgain({ targets }: History, world: World): string[] {
  return chains(world).flatMap(({ name, invocations }) =>
    targets.flatMap(({ id }) => {
      const calls = callsOf(invocations, id).length;
      const kept = invocations.filter(({ isKept }) => isKept);
      const lost = invocations.filter((invocation) => !invocation.isKept && callsOf([invocation], id).length > 0);
      const faults = callsOf(invocations, id).filter(({ outcome }) => outcome === 'fault');
      const late = kept.flatMap((invocation) => callsOf([invocation], id).filter((call) => isLate(call, invocation)));
      const allowed = 1 + lost.length + faults.length + late.length;
      return calls > allowed ? [`${name} called ${id} ${calls} times, not ${allowed}`] : [];
    }),
  );
}

/** Nor is any state large. */
export function noStateNamesATarget({ machine }: World): string[] {
  return machine.seen.flatMap((state) => {
    const { Event: _event, ...rest } = JSON.parse(state);
    return [...(state.includes('kiosk-') ? [`a target in ${state}`] : []), ...(JSON.stringify(rest).length > TEN_KILOBYTES ? ['a large state'] : [])];
  });
}

/** To what the targets answered to invocations whose result was not lost. */
export function figuresAddUp({ targets, onFailure, forgets }: History, world: World): string[] {
  return chains(world).flatMap(({ name, invocations, answer }) => {
    if (!answer || !('EndedCount' in answer.attributes)) return [];
    const told = Object.fromEntries(Object.entries(answer.attributes).map(([figure, count]) => [figure, Number(count)]));
    const kept = invocations.filter(({ isKept }) => isKept);
    const answered = kept.flatMap((invocation) => invocation.calls.map((call) => ({ ...call, isLate: isLate(call, invocation) })));
    // Nobody saw them end, and the source may list them no more: they count as ended.
    const unlisted = targets.filter((target) => {
      const calls = answered.filter(({ id }) => id === target.id);
      return calls.length > 0 && (forgets || !isStable(target)) && calls.every((call) => call.outcome !== 'ended' && (call.isLate || call.outcome === 'fault'));
    });
    const between = (figure: string, outcome: Call['outcome'], perhaps = outcome, more = 0) => {
      const all = answered.filter((call) => call.outcome === outcome || call.outcome === perhaps);
      const sure = all.filter((call) => call.outcome === outcome && !call.isLate);
      return told[figure] < sure.length || told[figure] > all.length + more ? [`${name} tells ${told[figure]} as ${figure}, not ${sure.length}`] : [];
    };
    const left = Number(/(\d+) of \d+ MQTT clients were not reached/.exec(answer.reason ?? '')?.[1] ?? 0);
    const sum = told.EndedCount + told.AlreadyGoneCount + told.FailedCount + left;
    // Where the time was up before the source had ended, somebody is said to be left; who goes on whatever happens tells no reason.
    const isPossible = onFailure === 'CONTINUE' ? sum <= told.TargetCount : sum === told.TargetCount || (left === 1 && sum === told.TargetCount + 1);
    // What others have ended is listed no longer.
    const isAlone = world.invocations.every((other) => other.calls.length === 0 || invocations.includes(other));
    const isWhole = targets.every(isStable) && (!forgets || isAlone) && invocations.every(({ isKept }) => isKept);
    return [
      ...between('EndedCount', 'ended', 'ended', unlisted.length),
      ...between('AlreadyGoneCount', 'alreadyGone'),
      // Whose second call found no time any more.
      ...between('FailedCount', 'failed', 'fault'),
      ...(isWhole && !isPossible ? [`${name} tells ${JSON.stringify(told)} and ${left} left`] : []),
    ];
  });
}

/** A request that waited for the run of another tells what that came to, unless the one before had told it. */
export function whoJoinsTellsTheSame(world: World): string[] {
  const { machine, answers, invocations } = world;
  const isTold = ({ RequestId, Reason, Data }: GivenAnswer) => {
    const begunAt = invocations.find(({ of }) => of === RequestId)!.begunAt;
    return machine.executions
      .filter((run) => run.name.startsWith('run-') && isNews(run, begunAt, world))
      .map(({ output }) => JSON.parse(output!).Answer)
      .some(({ reason, attributes }) => reason === Reason && attributes.EndedCount === Data.EndedCount);
  };
  const hasRun = (request: string) =>
    machine.executions.some(({ name }) => name.startsWith('run-') && name.endsWith(`-${request}`)) ||
    invocations.some(({ of, calls }) => of === request && calls.length > 0);
  return answers
    .filter((answer) => Number(answer.Data.EndedCount) > 0 && !hasRun(answer.RequestId) && !isTold(answer))
    .map(({ RequestId, Reason, Data }) => `${RequestId} tells ${Reason} and ${JSON.stringify(Data)} of no run`);
}

/** Whether nobody could tell, before a request began, what a run came to. */
function isNews({ output, stopDate = Infinity }: World['machine']['executions'][number], begunAt: number, { events }: World): boolean {
  if (output === undefined) return false;
  if (stopDate * 1000 >= begunAt) return true;
  return !JSON.parse(output).IsAnswered && !events.some(([status, at]) => status === 'DELETE_FAILED' && at >= stopDate * 1000 && at < begunAt);
}

function chains({ machine, invocations, answers }: World): Chain[] {
  const runs = machine.executions.filter(({ name }) => name.startsWith('run-'));
  const carried = runs.map(({ name, input, output }) => {
    const { Since, Event } = JSON.parse(input);
    const first = invocations.filter(({ of, begunAt }) => of === Event.RequestId && begunAt === Since.begun);
    const answer = output === undefined ? undefined : JSON.parse(output).Answer;
    return { name, invocations: [...first, ...invocations.filter(({ of, task }) => of === name && task === 'WORK')], answer };
  });
  const alone = invocations
    .filter((invocation) => invocation.task === 'REQUEST' && !carried.some((chain) => chain.invocations.includes(invocation)))
    .map((invocation) => {
      const given = answers.filter(({ RequestId, at }) => RequestId === invocation.of && at === invocation.endedAt);
      const answer = invocation.calls.length > 0 && given.length === 1 ? { reason: given[0].Reason, attributes: given[0].Data } : undefined;
      return { name: invocation.of, invocations: [invocation], answer };
    });
  return [...carried, ...alone];
}

function callsOf(invocations: readonly Invocation[], id: string): Call[] {
  return invocations.flatMap(({ calls }) => calls.filter((call) => call.id === id));
}

/** Its answer came, if at all, when nobody waited any more, or as the last of what was waited for. */
function isLate({ answeredAt = Infinity }: Call, { endedAt }: Invocation): boolean {
  return answeredAt >= endedAt;
}
