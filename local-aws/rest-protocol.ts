import { jsonObject } from './json-protocol';
import { carryOut } from './carry-out';
import { AwsError, NotImplemented, type Api, type Call, type Operation, type Reply } from './service';
import type { Members } from './shapes';

/* The REST protocols: members are in the path, in the query, in headers and in the body. */

interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  /** Members in the path. */
  readonly names: readonly string[];
  /** What must be in the query to tell it from others. */
  readonly flags: readonly [string, string][];
  readonly members: Members;
}

/** Headers that carry members in one service or another. */
const MEMBER_HEADER = /^(x-amzn?-.*|if-.*|range|cache-control|content-(disposition|encoding|language|md5)|expires)$/;
/** But these belong to signing, to the SDKs or to the framing of the body. */
const TRANSPORT_HEADER = /^x-amz-(date|content-sha256|security-token|user-agent|decoded-content-length|trailer)$|^x-amzn-trace-id$/;

export function restHandler(api: Api<Reply>): (call: Call) => Promise<Reply> {
  // What says more comes first.
  const routes = Object.entries(api.operations)
    .map(routeOf)
    .sort((a, b) => b.flags.length - a.flags.length || a.names.length - b.names.length);
  return async (call) => {
    const route = routes.find(
      ({ method, path, flags }) => method === call.method && path.test(call.path) && flags.every(([flag, value]) => call.query.get(flag) === value),
    );
    if (!route) throw new NotImplemented(`${api.name} ${call.method} ${call.path}`);
    const unknown = (what: string) => new NotImplemented(`${api.name} ${route.name} with ${what}`);
    const given = {
      ...inPath(route, call, api.invalid),
      ...inQuery(route, call, unknown),
      ...inHeaders(route, call, unknown),
      ...inBody(route, call, unknown),
    };
    return carryOut(api, route.name, given, call, false);
  };
}

function routeOf([name, { http, members }]: [string, Operation<Reply>]): Route {
  const [, method, path, query] = /^(\w+) ([^?]+)\??(.*)$/.exec(http!)!;
  const names = [...path.matchAll(/\{(\w+)[+/]?\}/g)].map(([, member]) => member);
  const pattern = path
    .replace(/\{\w+\+\}/g, '(.+)')
    .replace(/\{\w+\/\}/g, '([^/]+)/?')
    .replace(/\{\w+\}/g, '([^/]+)');
  return { name, method, path: new RegExp(`^${pattern}$`), names, flags: [...new URLSearchParams(query)], members };
}

function inPath({ path, names }: Route, call: Call, invalid: string): Record<string, string> {
  const [, ...values] = path.exec(call.path)!;
  try {
    return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(values[index])]));
  } catch {
    throw new AwsError(invalid, 'the path is not percent-encoded UTF-8');
  }
}

function inQuery({ flags, members }: Route, { query }: Call, unknown: (what: string) => Error): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [key, value] of query) {
    // With x-id some SDKs name the operation.
    if (key === 'x-id' || flags.some(([flag]) => flag === key)) continue;
    const [name] = Object.entries(members).find(([member, shape]) => shape.in === 'query' && (shape.wire ?? member) === key) ?? [];
    if (name === undefined) throw unknown(key);
    if (name in given) throw unknown(`${key} twice`);
    given[name] = value;
  }
  return given;
}

function inHeaders({ members }: Route, { headers }: Call, unknown: (what: string) => Error): Record<string, unknown> {
  const declared = Object.entries(members)
    .filter(([, shape]) => shape.in === 'header')
    .map(([name, { wire }]) => [name, wire!.toLowerCase()]);
  const undeclared = Object.keys(headers).find(
    (header) => MEMBER_HEADER.test(header) && !TRANSPORT_HEADER.test(header) && !declared.some(([, wire]) => wire === header),
  );
  if (undeclared) throw unknown(undeclared);
  return Object.fromEntries(declared.map(([name, wire]) => [name, headers[wire]]));
}

function inBody({ names, members }: Route, call: Call, unknown: (what: string) => Error): Record<string, unknown> {
  const own = Object.keys(members).filter((name) => !members[name].in && !names.includes(name));
  const [payload] = own.filter((name) => members[name].type === 'blob');
  if (payload) return { [payload]: call.body };
  if (own.length === 0 && !['', '{}'].includes(call.body.toString())) throw unknown('a body');
  const given = jsonObject(call);
  const undeclared = Object.keys(given).find((name) => !own.includes(name));
  if (undeclared !== undefined) throw unknown(undeclared);
  return given;
}
