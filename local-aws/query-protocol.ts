import { XMLBuilder } from 'fast-xml-parser';
import { carryOut } from './carry-out';
import { AwsError, NotImplemented, type Api, type Call, type Reply } from './service';

/* The "AWS Query" protocol: form-encoded requests, XML answers. */

/** `version`: of the API, which every request names. */
export async function queryReply(api: Api<object | void>, version: string, call: Call): Promise<Reply> {
  const { Action, Version, ...given } = parseQuery(call) as Record<string, string>;
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
  if (Action === undefined) throw new AwsError('MissingAction', 'The request is missing an action or a required parameter.');
  if (Version !== version) throw new AwsError('InvalidAction', `Could not find operation ${Action} for version ${Version ?? 'NO_VERSION_SPECIFIED'}`);
  if (!Object.hasOwn(api.operations, Action)) throw new NotImplemented(`${api.name} ${Action}`);
  return reply(Action, await carryOut(api, Action, given, call, true));
}

/** `Parameters.member.1.ParameterKey=a` becomes `{ Parameters: [{ ParameterKey: 'a' }] }`. */
function parseQuery({ body }: Call): object {
  const root: Record<string, any> = Object.create(null);
  for (const [key, value] of new URLSearchParams(body.toString('utf8'))) {
    const path = key.split('.');
    const last = path.pop()!;
    let node = root;
    for (const step of path) node = node[step] ??= Object.create(null);
    if (typeof node !== 'object' || last in node) throw new AwsError('MalformedQueryString', `The query string contains ${key} twice`);
    node[last] = value;
  }
  return lists(root) as object;
}

function lists(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node);
  if (entries.length === 1 && entries[0][0] === 'member') {
    const members = entries[0][1] as Record<string, unknown>;
    return Object.keys(members)
      .sort((a, b) => Number(a) - Number(b))
      .map((index) => lists(members[index]));
  }
  return Object.fromEntries(entries.map(([key, value]) => [key, lists(value)]));
}

function reply(action: string, result: object | void): Reply {
  const body = `<${action}Response>${toXml(`${action}Result`, result ?? {})}<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></${action}Response>`;
  return { headers: { 'content-type': 'text/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>${body}` };
}

const builder = new XMLBuilder();

/** Lists are written as `<member>` elements; what is undefined is left out. */
export function toXml(name: string, value: unknown): string {
  return builder.build({ [name]: shaped(value ?? undefined) });
}

/** What XML 1.0 cannot hold, escaped or not. */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

function shaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(NOT_XML, '\uFFFD');
  if (Array.isArray(value)) return { member: value.map(shaped) };
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined && item !== null)
      .map(([key, item]) => [key, shaped(item)]),
  );
}
