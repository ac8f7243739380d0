import type { Service } from '../run/service';
import { Tally } from '../run/tally';
import type { State } from './state';

const MINUTE = 60_000;

/** What CloudFormation is told of a run that goes on after its answer. */
export function interimAnswer({ targetName, endedName }: Service, { Run, Since }: State, endsAt: number): string {
  const wait = 'run cdk destroy again to wait for the rest';
  const left = endsAt - Date.now();
  if (!Run) return `The run that was begun before goes on; ${wait}.`;
  const { done, ended, alreadyGone } = Tally.from(Run.Figures);
  const rate = done / (Date.now() - Since.begun);
  const needs = rate > 0 ? (Run.Count - done) / rate : Infinity;
  const time = needs < left ? `about ${span(needs)} more` : `for ${span(left)} more at most`;
  const figure = (count: number) => count.toLocaleString('en-US');
  return `${figure(ended + alreadyGone)} of ${figure(Run.Count)} ${targetName} are ${endedName}; the run goes on, ${time}; ${wait}.`;
}

function span(milliseconds: number): string {
  const minutes = Math.max(1, Math.ceil(milliseconds / MINUTE));
  const hours = Math.floor(minutes / 60);
  return [hours > 0 ? `${hours} h` : '', minutes % 60 > 0 || hours === 0 ? `${minutes % 60} min` : ''].filter(Boolean).join(' ');
}
