import { flag, textWithout, withDefault } from '../fields';
import { SourceContract } from '../source';

/** What is wrong with a thing group's name, in words that follow it. It is a part of a request's path, where ".." would leave the groups. */
export function thingGroupNameProblem(name: unknown): string | undefined {
  if (typeof name === 'string' && /^[a-zA-Z0-9:_-]{1,128}$/.test(name)) return undefined;
  return 'is not valid: it has 1 to 128 letters, digits, ":", "_" or "-"';
}

/** The members of a thing group. */
export const THING_GROUP = new SourceContract('thingGroup', { ThingGroup: textWithout(thingGroupNameProblem), Recursive: withDefault(flag, false) });
