import { NotImplemented, type Call, type Reply } from './service';

/* The "AWS JSON 1.1" protocol: the operation is named in a header. */

export type JsonOperation = (input: any, call: Call) => object | void;

export function jsonReply(call: Call, operations: Record<string, JsonOperation>): Reply {
  const target = String(call.headers['x-amz-target']);
  const name = target.split('.')[1];
  if (!Object.hasOwn(operations, name)) throw new NotImplemented(target);
  const output = operations[name](JSON.parse(call.body.toString('utf8') || '{}'), call);
  return { headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(output ?? {}) };
}
