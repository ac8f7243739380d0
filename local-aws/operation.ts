import { RequestReader } from './request-reader';
import type { Call } from './service';
import type { Members } from './shapes';

/** One operation of a service. */
export interface Operation<Output> {
  /** In a REST service, its method and path; `{name}` is a member, `{name+}` one that may have slashes, `{name/}` one that a slash may follow. */
  readonly http?: string;
  /** The members of a request that it understands; with any other it is not implemented. */
  readonly members: Members;
  /** What the caller must be allowed to do. @default - what is named as the operation */
  readonly action?: string;
  /** The resources to do it on; without it, no permission is needed. */
  readonly on?: (input: any) => string | readonly string[];
  readonly handle: (input: any, call: Call) => Output | Promise<Output>;
}

export type Operations<Output> = Readonly<Record<string, Operation<Output>>>;

/** All that a service does. */
export interface Api<Output> {
  /** As its clients call it. */
  readonly name: string;
  /** Of its actions in IAM. */
  readonly prefix: string;
  /** The code of its error about a member that is not allowed. */
  readonly invalid: string;
  /** Throws if one call more is too many. */
  readonly admit?: (operation: string, input: any) => void;
  readonly operations: Operations<Output>;
}

/** `given`: the members of the request, `fromText` if each is written as text. */
export function carryOut<Output>(api: Api<Output>, name: string, given: object, call: Call, fromText: boolean): Output | Promise<Output> {
  const { members, action = name, on, handle } = api.operations[name];
  const input = new RequestReader(`${api.name} ${name}`, api.invalid, fromText).read(members, given);
  for (const resource of [on?.(input) ?? []].flat()) call.authorize(`${api.prefix}:${action}`, resource);
  api.admit?.(name, input);
  return handle(input, call);
}
