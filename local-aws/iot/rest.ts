import { AwsError } from '../service';
import { flag, map, only, structure, text } from '../shapes';

/* What the calls of the control plane share. */

/** Of a thing, of a group, of a type of things, of an index. */
export const NAME = text({ min: 1, max: 128, pattern: /[a-zA-Z0-9:_-]+/ });
export const ATTRIBUTE = text({ max: 128, pattern: /[a-zA-Z0-9_.,@/:#-]+/ });
export const ATTRIBUTE_VALUE = text({ max: 800, pattern: /[a-zA-Z0-9_.,@/:#=[\]-]*/ });
export const POLICY_NAME = text({ min: 1, max: 128, pattern: /[\w+=,.@-]+/ });
export const GROUP_DESCRIPTION = text({ max: 2028, pattern: /[!-~ ]*/ });
/** Only an update could merge. */
export const ATTRIBUTES = structure({ attributes: map(ATTRIBUTE, ATTRIBUTE_VALUE), merge: only(flag(), false) });

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

/** Pages follow on from a name, so that they hold though items go meanwhile. */
export function pageOf<Item>(all: readonly Item[], nameOf: (item: Item) => string, size: number, token?: string, tokenName = 'nextToken'): Page<Item> {
  const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString();
  if (token !== undefined && (after === '' || tokenOf(after) !== token)) throw new AwsError('InvalidRequestException', `${tokenName} is not valid`);
  const rest = all.filter((item) => nameOf(item) > after).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const items = rest.slice(0, size);
  return { items, nextToken: rest.length > size ? tokenOf(nameOf(items[size - 1])) : undefined };
}

function tokenOf(name: string): string {
  return Buffer.from(name).toString('base64url');
}
