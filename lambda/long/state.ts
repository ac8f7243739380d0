import type { Fields } from '../../contract/fields';
import { WORK, type MomentName } from '../../contract/settings';
import type { Answer } from '../run/result';
import type { Since } from '../calls/deadline';
import type { Figures } from '../run/tally';
import type { Place } from './place';

/** What a state machine carries from one invocation to the next: no target's id, no token. */
export interface State {
  /** Where the state machine goes. */
  readonly Next: 'WORK' | 'REPORT' | 'END';
  /** CloudFormation's, without listed ids. */
  readonly Event: Fields;
  readonly StateMachineArn: string;
  readonly Since: Since;
  /** CloudFormation has been told that the run goes on. */
  readonly IsAnswered: boolean;
  readonly Run?: RunState;
  /** Another execution, which ends the targets. */
  readonly Joins?: string;
  /** What the run that was joined came to. */
  readonly Answer?: Answer;
  /** The state machine's: why an invocation failed to the last. */
  readonly Failure?: { readonly Error?: string };
}

/** How far a run is. */
export interface RunState {
  readonly Moment: MomentName;
  readonly Count: number;
  readonly Place: Place;
  readonly Figures: Figures;
  readonly Rates: Readonly<Record<string, number>>;
  readonly Versions: Readonly<Record<string, string>>;
  /** How many invocations one after the other could not read the source to its end. */
  readonly Unread: number;
  readonly IsOver: boolean;
  /** The time was up before all was done. */
  readonly IsLate: boolean;
  readonly Broken?: string;
}

/** An execution that was stopped: a rule's input. */
export interface Stopped {
  readonly Execution: string;
  readonly Status: string;
}

/** What is left of an execution that has ended. */
export interface Result {
  readonly Next: 'END';
  readonly Answer: Answer;
  /** Whether CloudFormation has it. */
  readonly IsAnswered: boolean;
}

/** Without what only the invocation needs that CloudFormation made. */
export function carried(event: Fields): Fields {
  const { OldResourceProperties: _old, ...rest } = event;
  const properties = event.ResourceProperties as Fields;
  return { ...rest, ResourceProperties: { ...properties, ...WORK.write({ ...WORK.read(properties), Targets: withoutIds(WORK.read(properties).Targets) }) } };
}

function withoutIds(targets: Fields): Fields {
  const { Ids: _ids, ...rest } = targets;
  return rest;
}
