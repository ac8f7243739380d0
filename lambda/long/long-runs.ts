import { oneOf, record, type Fields } from '../../contract/fields';
import { Explained } from '../../contract/explained-error';
import type { Context, LongRuns } from '../run/long-runs';
import type { Service } from '../run/service';
import { earlier } from './earlier';
import { handOver, order, type Left } from './hand-over';
import { report, reportStopped } from './report';
import type { State, Stopped } from './state';
import { work } from './work';

/** The task that a state machine asks for. */
const TASK = oneOf('WORK', 'REPORT');

export const longRuns: LongRuns = {
  earlier,
  order,
  handOver: (long, left) => handOver(long, left as Left),
  carryOn(service: Service, event: Fields, context: Context): Promise<object> {
    const task = TASK.read(event, 'Task');
    const state = record.read(event, 'State');
    if (task === 'REPORT' && state.Stopped !== undefined) return reportStopped(service, state.Stopped as Stopped, context);
    if (state.Since === undefined) throw new Explained('State is none that this function has given to a state machine');
    return task === 'WORK' ? work(service, state as unknown as State, context) : report(service, state as unknown as State, context);
  },
};
