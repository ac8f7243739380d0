import type { Duration } from 'aws-cdk-lib';
import type { Moment } from './moment';
import type { OnFailure } from './on-failure';

/**
 * Properties that all teardowns share.
 */
export interface TeardownProps {
  /**
   * When to act.
   *
   * @default [Moment.TEARDOWN]
   */
  readonly runOn?: Moment[];

  /**
   * What a target that could not be ended means for the stack.
   *
   * @default OnFailure.FAIL
   */
  readonly onFailure?: OnFailure;

  /**
   * A guard against acting on more than you thought: with more targets than this nothing is touched, and the run fails.
   *
   * @default 10000
   */
  readonly maxTargets?: number;

  /**
   * How many targets to end per second, at most. Lower it where others use the same quota of the account. The other calls of a run, to
   * find targets or to look at them, keep to 90 % of their own default quotas.
   *
   * @default - 90 % of the default quota of the service's operation
   */
  readonly requestsPerSecond?: number;

  /**
   * How long a run may take, from a minute to 7 days, counted from when the function starts. Then the run stops and fails with what is
   * left, some seconds later; a destroy that is tried again goes on from there.
   *
   * Up to 14 minutes the function does the run alone. Above, a state machine (AWS Step Functions) beside it carries on what one invocation
   * of the function did not finish. CloudFormation waits five minutes longer than this, for functions that start late, and an hour at
   * most: a run of more than 58 minutes, which only `Moment.TEARDOWN` may have and not with `OnFailure.CONTINUE`, fails the stack's deletion
   * then, with how far it is, and goes on. The next destroy waits for it and has its outcome. Retaining the resource instead ends the run.
   * A time that is known only when the stack is deployed is cut to 14 minutes.
   *
   * @default Duration.minutes(14)
   */
  readonly timeout?: Duration;

  /**
   * Whether a deploy that does not act resolves and counts the targets all the same, so that a source that cannot be read, or more
   * targets than `maxTargets`, fails the deploy and not the destroy.
   *
   * @default true
   */
  readonly preflight?: boolean;

  /**
   * Any string: when it changes, a deploy acts on all targets again. Only with `Moment.DEPLOY` in `runOn`, an error without.
   *
   * @default - none
   */
  readonly redeployTrigger?: string;
}
