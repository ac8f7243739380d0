import { XMLBuilder } from 'fast-xml-parser';
import type { Call, Reply } from './service';

/* The "AWS Query" protocol: form-encoded requests, XML answers. */

export type QueryInput = Record<string, any>;

/** `Parameters.member.1.ParameterKey=a` becomes `{ Parameters: [{ ParameterKey: 'a' }] }`. */
export function parseQuery(call: Call): QueryInput {
  const root: QueryInput = {};
  for (const [key, value] of new URLSearchParams(call.body.toString('utf8'))) {
    const path = key.split('.');
    // What is empty at the top is an empty list.
    if (value === '' && path.length === 1) continue;
    let node = root;
    for (const step of path.slice(0, -1)) node = node[step] ??= {};
    node[path[path.length - 1]] = value;
  }
  return lists(root) as QueryInput;
}

function lists(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node);
  if (entries.length === 1 && entries[0][0] === 'member') {
    const members = entries[0][1] as Record<string, unknown>;
    return Object.keys(members).sort((a, b) => Number(a) - Number(b)).map((index) => lists(members[index]));
  }
  return Object.fromEntries(entries.map(([key, value]) => [key, lists(value)]));
}

export function queryReply(action: string, result?: object): Reply {
  const body = `<${action}Response>${toXml(`${action}Result`, result ?? {})}<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></${action}Response>`;
  return { headers: { 'content-type': 'text/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>${body}` };
}

const builder = new XMLBuilder();

/** Lists are written as `<member>` elements; what is undefined is left out. */
export function toXml(name: string, value: unknown): string {
  return builder.build({ [name]: shaped(value ?? undefined) });
}

function shaped(value: unknown): unknown {
  if (Array.isArray(value)) return { member: value.map(shaped) };
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined && item !== null).map(([key, item]) => [key, shaped(item)]));
}
