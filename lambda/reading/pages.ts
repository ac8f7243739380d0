import { Explained } from '../../contract/explained-error';
import { IdSet } from '../targets/id-set';
import type { Pace } from '../calls/pace';
import type { Target } from '../targets/target';

const MAX_PASSES = 3;

export interface Page {
  readonly items: readonly Target[];
  readonly next?: string;
}

/**
 * All targets of a listing, page by page, no faster than the quota of the call allows. A listing of several pages from which targets
 * vanish while it is walked may skip others: it is walked again until there is nothing new.
 *
 * @param what is listed, for messages
 */
export async function* walked(pace: Pace, what: string, read: (token?: string) => Promise<Page>): AsyncGenerator<Target> {
  const seen = new IdSet();
  for (let pass = 1; pass <= MAX_PASSES; pass += 1) {
    const before = seen.size;
    const circle = new Circle(what);
    let pages = 0;
    let token: string | undefined;
    do {
      await pace.turn(Infinity);
      const { items, next } = await read(token);
      for (const target of items) {
        if (seen.add(target.id)) yield target;
      }
      pages += 1;
      // A service may give the same token for another page, if it keeps the place by itself.
      if (next !== undefined) circle.refuse({ next, items });
      token = next;
    } while (token !== undefined);
    if (pages === 1 || seen.size === before) return;
  }
}

/** An answer without a list is no proof that there is nothing to list. */
export function listed<Item>(items: readonly Item[] | undefined, what: string): readonly Item[] {
  if (items === undefined) throw new Explained(`the answer to the listing of ${what} has no list in it: try again`);
  return items;
}

/** An entry's id, without which nothing can be done about what it stands for. */
export function idIn(id: string | undefined, what: string): string {
  if (!id) throw new Explained(`${what} has an entry without its id: nothing can be done by such a list`);
  return id;
}

/** A listing whose pages repeat themselves has no end. */
export class Circle {
  private readonly pages = new IdSet();

  constructor(private readonly what: string) {}

  /** Refuses what was there before. */
  refuse(page: object): void {
    if (!this.pages.add(JSON.stringify(page))) throw new Explained(`the listing of ${this.what} came back to a page that it had given before: try again`);
  }
}
