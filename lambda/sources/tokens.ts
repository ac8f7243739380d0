import { Explained } from '../run/failure';
import type { Target } from '../run/target';

/**
 * The tokens in a stored value: one, or a JSON array of them, in the whole value or in one field of a JSON object. No message may repeat
 * what the value holds; JSON.parse would.
 *
 * @param what the value's name, for messages
 */
export function tokensIn(value: string, what: string, field?: string): Target[] {
  const held = field === undefined ? parsed(value) ?? value : fieldOf(parsed(value), field, what);
  const tokens = Array.isArray(held) ? held : [held];
  if (!tokens.every((token) => typeof token === 'string' && token !== '')) {
    throw new Explained(`${what} holds neither a token nor a JSON array of tokens${field === undefined ? '' : ` in field ${JSON.stringify(field)}`}`);
  }
  return tokens.map((id) => ({ id }));
}

function fieldOf(object: unknown, field: string, what: string): unknown {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw new Explained(`${what} holds no JSON object, so it has no field ${JSON.stringify(field)}`);
  }
  if (!Object.hasOwn(object, field)) throw new Explained(`${what} has no field ${JSON.stringify(field)}`);
  return (object as Record<string, unknown>)[field];
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
