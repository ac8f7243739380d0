import { listedIds } from '../private/listed-ids';
import type { TargetSource } from '../private/target-source';
import { thingIdentifierProblem } from '../private/thing-identifier';

/**
 * The managed things to delete.
 */
export abstract class ManagedThings {
  /**
   * The managed things with these identifiers.
   *
   * @param ids 1 to 64 letters, digits, `:`, `_` or `-` each; 100 KB together
   */
  public static ids(...ids: string[]): ManagedThings {
    return new ListedThings(ids);
  }

  /** @internal */
  public abstract _bind(): TargetSource;
}

class ListedThings extends ManagedThings {
  private readonly source: TargetSource;

  constructor(ids: readonly string[]) {
    super();
    this.source = listedIds('managed thing', ids, thingIdentifierProblem, 'spread them over several constructs or stacks');
  }

  public _bind() {
    return this.source;
  }
}
