import { Explained } from '../../contract/explained-error';
import { tokenProblem } from '../../contract/chat';
import type { Target } from '../targets/target';

/**
 * The tokens in a stored value: one alone, a JSON string, or a JSON array of strings, in the whole value or in one field of a JSON object.
 * No message may repeat what the value holds; JSON.parse would.
 *
 * @param what the value's name, for messages
 */
export function tokensIn(value: string, what: string, field?: string): Target[] {
  // White space around it is no part of JSON, nor of one token: a file that is stored as a value ends with a line end.
  const whole = value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
  if (whole === '') throw new Explained(`${what} is empty`);
  if (field !== undefined) return tokensOf(fieldOf(parsed(whole, what), field, what), `field ${JSON.stringify(field)} of ${what}`);
  const held = parsed(whole, what);
  if (held !== undefined) return tokensOf(held, what);
  const problem = tokenProblem(whole);
  if (problem !== undefined) throw new Explained(`${what} ${problem}`);
  return [{ id: whole }];
}

/** A token, which says what the service would refuse about it and where it is kept. */
export function tokenTarget(id: string, where: string): Target {
  const problem = tokenProblem(id);
  return { id, problem: problem === undefined ? undefined : { name: 'InvalidTarget', message: `${where} ${problem}` } };
}

function tokensOf(held: unknown, what: string): Target[] {
  if (typeof held === 'string') return [tokenTarget(held, `the token in ${what}`)];
  if (!Array.isArray(held)) throw new Explained(`${what} holds ${kindOf(held)} and neither a token nor a JSON array of tokens`);
  return held.map((token, n) => {
    const which = `element ${n + 1} of ${held.length} in ${what}`;
    if (typeof token !== 'string') throw new Explained(`${which} is ${kindOf(token)}: each must be a token, as a JSON string`);
    return tokenTarget(token, which);
  });
}

function fieldOf(object: unknown, field: string, what: string): unknown {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw new Explained(`${what} holds no JSON object, so it has no field ${JSON.stringify(field)}`);
  }
  if (!Object.hasOwn(object, field)) throw new Explained(`${what} has no field ${JSON.stringify(field)}`);
  return (object as Record<string, unknown>)[field];
}

/** Undefined for what is no JSON, and does not look like it. */
function parsed(value: string, what: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    if (/^["[{]/.test(value)) throw new Explained(`${what} holds JSON that is malformed: has it been cut?`);
    return undefined;
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a JSON array';
  return typeof value === 'object' ? 'a JSON object (has it a field with tokens? name it as jsonField)' : `a ${typeof value}`;
}
