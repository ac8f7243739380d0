import type { Things } from '../local-aws/things/things';
import type { LiveThing } from './live-thing';

/** A device that is registered with Managed integrations. */
export class ManagedThing implements LiveThing {
  readonly name: string;
  readonly id: string;

  constructor(
    private readonly things: Things,
    product: string,
  ) {
    this.id = things.create({ Name: product, acknowledgesAfter: 1_500 }).Id;
    this.name = `managed thing: ${product}`;
  }

  async state() {
    const { deletions } = this.things;
    const own = deletions.findIndex(({ id }) => id === this.id);
    if (own < 0) return 'registered';
    const locker = deletions.findIndex(({ kind }) => kind === 'locker');
    if (locker < 0) return 'deleted';
    return own < locker ? 'deleted before its locker' : 'deleted after its locker';
  }

  stop() {}
}
