import { nameProblem, shown } from './value-problems';

export function refuseEmptyName(what: string, name: string): void {
  const problem = nameProblem(name);
  if (problem) throw new Error(`${what} ${problem}`);
}

/** @param store what holds the object, for the message */
export function refuseEmptyField(jsonField: string | undefined, store: string): void {
  if (jsonField === undefined || !nameProblem(jsonField)) return;
  throw new Error(`jsonField is ${shown(jsonField)}: name a field of the ${store}'s JSON object, or leave it out`);
}

/** @param known of the resource, which is undefined where there is none, or something else */
export function refuseNone(what: string, known: unknown, instead: string): void {
  if (known === undefined) throw new Error(`the ${what} is none: ${instead}`);
}
