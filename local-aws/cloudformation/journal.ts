import type { Doomed } from './deletion';
import type { Properties } from './resource-type';
import type { Resource, Stack } from './stack';

/** What a stack goes back to. */
type Stable = Pick<Stack, 'bound' | 'outputs' | 'tags' | 'parameters'>;

/** What was done to a stack since it was last stable: what a rollback undoes, and what a cleanup deletes. */
export class Journal {
  /** The resources of the stable stack; none if it never was. */
  readonly before: ReadonlyMap<string, Resource>;
  readonly stable: Stable;
  /** The properties of each update that was tried and not yet undone. */
  readonly updated = new Map<string, Properties>();
  /** What could not be undone. */
  readonly stuck = new Set<string>();
  /** What replaced ones left behind. */
  replaced: Doomed[] = [];

  constructor(stack: Stack) {
    this.before = new Map(stack.resources);
    this.stable = { bound: stack.bound, outputs: stack.outputs, tags: stack.tags, parameters: stack.parameters };
  }

  get wasStable(): boolean {
    return this.stable.bound !== undefined;
  }
}
