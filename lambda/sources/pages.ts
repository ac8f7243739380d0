import { requestHandler } from '../clients/request-handler';
import { IdSet } from '../run/id-set';
import type { Pace } from '../run/pace';

const MAX_PASSES = 3;

/** What a client that reads a source is made with: a run that may take minutes can wait out others who use the same quota. */
export const READER = { maxAttempts: 8, requestHandler };

export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** For listings of names. */
export const itself = (name: string) => name;

/** All items of a listing, page by page, no faster than the quota of the call allows. */
export async function* paged<Item>(pace: Pace, read: (token?: string) => Promise<PageOf<Item>>): AsyncGenerator<Item> {
  let token: string | undefined;
  do {
    await pace.turn(Infinity);
    const { items, next } = await read(token);
    yield* items;
    token = next;
  } while (token !== undefined);
}

/**
 * A listing from which targets vanish while it is walked may skip others: it is walked again until there is nothing new.
 */
export async function* inPasses<Item>(list: () => AsyncIterable<Item>, idOf: (item: Item) => string): AsyncGenerator<Item> {
  const seen = new IdSet();
  for (let pass = 1; pass <= MAX_PASSES; pass += 1) {
    const before = seen.size;
    for await (const item of list()) {
      if (seen.add(idOf(item))) yield item;
    }
    if (seen.size === before) return;
  }
}
