/**
 * What a target that could not be ended means for the stack.
 */
export enum OnFailure {
  /**
   * The deploy or destroy fails, with a reason that names how many targets failed, why, and what to do. A failed destroy can be
   * tried again: what is already gone counts as success.
   */
  FAIL = 'FAIL',

  /**
   * The deploy or destroy goes on, whatever the run comes to, and also if the targets cannot be found. Each failed target is one error
   * line in the provider's log. Only where it cannot be told whether to act at all, a delete fails.
   */
  CONTINUE = 'CONTINUE',
}
