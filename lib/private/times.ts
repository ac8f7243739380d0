import { Duration } from 'aws-cdk-lib';
import { DEFAULT_TIMEOUT_SECONDS, LATENESS_SECONDS } from '../../contract/settings';

/** The handler's answer must come before Lambda ends the function at 15 minutes. */
export const MAX_TIMEOUT = Duration.seconds(DEFAULT_TIMEOUT_SECONDS);

const LATENESS = Duration.seconds(LATENESS_SECONDS);
/** An event that is older is not carried out: nobody waits for it any more. */
export const LONGEST_WAIT = MAX_TIMEOUT.plus(LATENESS);

/** How long CloudFormation waits for a run of that length: as long as it ever does where that is not known yet, as templates cannot add. */
export function waitFor(timeout: Duration): Duration {
  return timeout.isUnresolved() ? LONGEST_WAIT : timeout.plus(LATENESS);
}
