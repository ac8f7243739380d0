import { isDeepStrictEqual } from 'node:util';
import { AFTER_DEADLINE_MS } from '../calls/deadline';
import type { HandOver, LongRequest, TargetOrder } from '../run/long-runs';
import type { MomentName } from '../../contract/settings';
import type { Plan } from '../run/plan';
import type { Tally } from '../run/tally';
import { consoleLink, Executions, joinName, runName } from './executions';
import { InOrder, type Expected } from './in-order';
import { idsOf, listedIds } from './listed-ids';
import { carried, type RunState, type State } from './state';

/** Undefined where the targets that the template lists could not be read again. */
export async function order({ limits, request, reads, log }: LongRequest, expected: Pick<Expected, 'count' | 'pace'>): Promise<TargetOrder | undefined> {
  if (!limits.goesOn) return undefined;
  const ids = idsOf(request.properties);
  if (ids) {
    const again = await listedIds(request, reads).catch((error) => {
      log.cannotGoOn(reads.described(error));
      return undefined;
    });
    if (!isDeepStrictEqual(ids, again)) return undefined;
  }
  return new InOrder({ ...expected, deadline: limits.deadline });
}

export interface Left {
  readonly moment: MomentName;
  readonly plan: Plan;
  readonly tally: Tally;
  readonly order: TargetOrder;
}

export function handOver(long: LongRequest, { moment, plan, tally, order }: Left): HandOver {
  const Run = runStateOf(long.reads, { moment, count: plan.count, tally, order: order as InOrder });
  return () => start(long, runName(long.request), { Run });
}

export function joinLater(long: LongRequest, execution: string): HandOver {
  return () => start(long, joinName(long.request), { Joins: execution });
}

export function runStateOf(
  { paces, versions }: LongRequest['reads'],
  { moment, count, tally, order }: { readonly moment: MomentName; readonly count: number; readonly tally: Tally; readonly order: InOrder },
): RunState {
  const { place, forgotten } = order.rest;
  return {
    Moment: moment,
    Count: count,
    Place: place,
    Figures: tally.without(forgotten),
    Rates: paces.current,
    Versions: Object.fromEntries(versions),
    Unread: order.isRead ? 0 : 1,
    IsOver: false,
    IsLate: false,
  };
}

async function start({ event, stateMachineArn, since, limits, reads, log }: LongRequest, name: string, what: Partial<State>): Promise<void> {
  const executions = new Executions(reads.until(limits.deadline + AFTER_DEADLINE_MS.lastHandOver - AFTER_DEADLINE_MS.lastRead));
  try {
    const state: State = {
      Next: 'WORK',
      Event: carried(event),
      StateMachineArn: stateMachineArn,
      Since: since,
      IsAnswered: false,
      ...what,
    };
    const execution = await executions.start(stateMachineArn, name, state);
    log.goesOn(consoleLink(execution));
  } finally {
    executions.close();
  }
}
