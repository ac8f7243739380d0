/* Dependency graphs: who waits for whom. */

export type WaitsFor = (id: string) => Iterable<string>;

/** The members of a cycle, or of what waits for one; empty if there is none. */
export function findCycle(ids: string[], waitsFor: WaitsFor): string[] {
  let left = new Set(ids);
  for (;;) {
    const next = new Set([...left].filter((id) => [...waitsFor(id)].some((other) => left.has(other))));
    if (next.size === left.size) return [...left];
    left = next;
  }
}

/** Who must be gone first: the reverse of `waitsFor`. */
export function reversed(ids: Iterable<string>, waitsFor: WaitsFor): WaitsFor {
  const waiting = new Map<string, string[]>();
  for (const id of ids) for (const other of waitsFor(id)) waiting.set(other, [...(waiting.get(other) ?? []), id]);
  return (id) => waiting.get(id) ?? [];
}

/**
 * Visits every id when those that it waits for were visited, independent ones in parallel. What waits for a failed one is
 * not visited, nor is anything once `stop` is aborted. Returns the ids that were visited with success.
 */
export async function visitInOrder(ids: Iterable<string>, waitsFor: WaitsFor, visit: (id: string) => Promise<void>, stop?: AbortSignal): Promise<Set<string>> {
  const members = new Set(ids);
  const done = new Set<string>();
  const visits = new Map<string, Promise<boolean>>();
  const start = (id: string): Promise<boolean> => {
    let running = visits.get(id);
    if (!running) visits.set(id, (running = run(id)));
    return running;
  };
  const run = async (id: string): Promise<boolean> => {
    const before = await Promise.all([...waitsFor(id)].filter((other) => members.has(other)).map(start));
    if (before.includes(false) || stop?.aborted) return false;
    try {
      await visit(id);
    } catch {
      return false; // The visitor has said why.
    }
    done.add(id);
    return true;
  };
  await Promise.all([...members].map(start));
  return done;
}
