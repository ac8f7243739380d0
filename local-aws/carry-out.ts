import { RequestReader } from './request-reader';
import type { Api, Call } from './service';

/** `given`: the members of the request, `fromText` if each is written as text. */
export function carryOut<Output>(api: Api<Output>, name: string, given: object, call: Call, fromText: boolean): Output | Promise<Output> {
  const { members, action = name, on, handle } = api.operations[name];
  const input = new RequestReader(`${api.name} ${name}`, api.invalid, fromText).read(members, given);
  for (const resource of [on?.(input) ?? []].flat()) call.authorize(`${api.prefix}:${action}`, resource);
  api.admit?.(name, input);
  return handle(input, call);
}
