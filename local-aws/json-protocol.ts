import { carryOut } from './carry-out';
import { AwsError, NotImplemented, type Api, type Call, type Reply } from './service';

/* The "AWS JSON 1.1" protocol: the operation is named in a header. */

/** `prefix`: of the header's value, such as `AmazonSSM`. */
export async function jsonReply(api: Api<object | void>, prefix: string, call: Call): Promise<Reply> {
  const target = String(call.headers['x-amz-target']);
  const [, name] = target.split('.');
  if (target !== `${prefix}.${name}` || !Object.hasOwn(api.operations, name)) throw new NotImplemented(`${api.name} ${target}`);
  const output = await carryOut(api, name, jsonObject(call), call, false);
  return { headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(output ?? {}) };
}

/** The body; none is an empty one. */
export function jsonObject({ body }: Call): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8') || '{}');
  } catch {
    throw new AwsError('SerializationException', 'the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new AwsError('SerializationException', 'the body is not a JSON object');
  return value as Record<string, unknown>;
}
