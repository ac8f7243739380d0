import type { Source } from '../run/service';

/** A source whose code, with the client it needs, is loaded only where it is used. */
export function lazily(load: () => Promise<Source>): Source {
  return async function* (parameters, paces) {
    const source = await load();
    yield* source(parameters, paces);
  };
}
