import type { Source } from './source';

/** A source whose code, with the client it needs, is loaded only where it is used. */
export function lazily(load: () => Promise<Source>): Source {
  return async function* (parameters, reads) {
    const source = await load();
    yield* source(parameters, reads);
  };
}
