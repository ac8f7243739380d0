import type { Fields } from '../../contract/fields';
import type { MomentName } from '../../contract/settings';
import type { Pace } from '../calls/pace';
import type { Reads } from '../calls/reads';
import type { Target } from '../targets/target';
import type { Limits, Since } from '../calls/deadline';
import type { Course, Record } from './course';
import type { Log } from './log';
import type { Plan } from './plan';
import type { Request } from './request';
import type { Answer } from './result';
import type { Service } from './service';
import type { Tally } from './tally';

/** The part of Lambda's context that a run needs. */
export interface Context {
  readonly logStreamName: string;
  getRemainingTimeInMillis(): number;
}

/** A request whose run may outlast the invocation. */
export interface LongRequest {
  readonly event: Fields;
  readonly request: Request;
  readonly stateMachineArn: string;
  readonly since: Since;
  readonly limits: Limits;
  readonly reads: Reads;
  readonly log: Log;
}

/** An order of all targets in which what is left of them can be told. */
export interface TargetOrder extends Record, Course {
  of(find: () => AsyncIterable<Target>): AsyncIterable<Target>;
}

/** Lets another invocation answer; FAILED if this one must. */
export type HandOver = () => Promise<void | 'FAILED'>;

/** What goes on after an invocation has ended. */
export interface LongRuns {
  /** What another delivery of the request, or a run of an earlier one, has made of it; undefined if there is none. */
  earlier(long: LongRequest): Promise<Answer | HandOver | undefined>;
  /** Undefined where what is left could not be told. */
  order(long: LongRequest, expected: { readonly count: number; readonly pace: Pace }): Promise<TargetOrder | undefined>;
  handOver(long: LongRequest, left: { readonly moment: MomentName; readonly plan: Plan; readonly tally: Tally; readonly order: TargetOrder }): HandOver;
  /** What a state machine asks for. */
  carryOn(service: Service, event: Fields, context: Context): Promise<object>;
}
