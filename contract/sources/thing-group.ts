import { flag, text, withDefault } from '../fields';
import { SourceContract } from '../source';

/** The members of a thing group. */
export const THING_GROUP = new SourceContract('thingGroup', { ThingGroup: text, Recursive: withDefault(flag, false) });
