import { Duration } from 'aws-cdk-lib';
import { DEFAULTS, LATENESS_SECONDS, MAX_TIMEOUT_SECONDS } from '../../contract/settings';

export const MAX_TIMEOUT = Duration.seconds(MAX_TIMEOUT_SECONDS);
export const DEFAULT_TIMEOUT = Duration.seconds(DEFAULTS.TimeoutSeconds);

const LATENESS = Duration.seconds(LATENESS_SECONDS);
/** An event that is older is not carried out: nobody waits for it any more. */
export const LONGEST_WAIT = MAX_TIMEOUT.plus(LATENESS);

/** How long CloudFormation waits for a run of that length: as long as it ever does where that is not known yet, as templates cannot add. */
export function waitFor(timeout: Duration): Duration {
  return timeout.isUnresolved() ? LONGEST_WAIT : timeout.plus(LATENESS);
}
