import type { Throttle } from '../quota';
import { AwsError, type Call, type Reply } from '../service';

/* What the calls of the control plane share. */

/** By method and path; `{name}` stands for the path's second part. */
export type Operations = Readonly<Record<string, (call: Call, name: string) => Reply>>;

export function admit<Name extends string>(throttle: Throttle<Name>, operation: Name): void {
  // 400, unlike the data plane's 429.
  if (!throttle.allows(operation)) throw new AwsError('ThrottlingException', 'Rate exceeded');
}

export function bodyOf(call: Call): Record<string, any> {
  return call.body.length > 0 ? JSON.parse(call.body.toString()) : {};
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

/** Pages follow on from a name, so that they hold though items go meanwhile. */
export function pageOf<Item>(
  all: readonly Item[], nameOf: (item: Item) => string, size: number, most: number, token?: string, [sizeName, tokenName] = ['maxResults', 'nextToken'],
): Page<Item> {
  if (!(Number.isInteger(size) && size >= 1 && size <= most)) throw new AwsError('InvalidRequestException', `${sizeName} must be 1 to ${most}`);
  const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString();
  if (token !== undefined && (after === '' || tokenOf(after) !== token)) throw new AwsError('InvalidRequestException', `${tokenName} is not valid`);
  const rest = all.filter((item) => nameOf(item) > after).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const items = rest.slice(0, size);
  return { items, nextToken: rest.length > size ? tokenOf(nameOf(items[size - 1])) : undefined };
}

function tokenOf(name: string): string {
  return Buffer.from(name).toString('base64url');
}
