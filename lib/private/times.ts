import { Duration } from 'aws-cdk-lib';
import { DEFAULTS, LATENESS_SECONDS, LONGEST_ALONE_SECONDS, LONGEST_ANSWERED_SECONDS, LONGEST_RUN_SECONDS } from '../../contract/settings';

/** The handler's answer must come before Lambda ends the function at 15 minutes. */
const LONGEST_ALONE = Duration.seconds(LONGEST_ALONE_SECONDS);
export const DEFAULT_TIMEOUT = Duration.seconds(DEFAULTS.TimeoutSeconds);
export const LONGEST_RUN = Duration.seconds(LONGEST_RUN_SECONDS);

const LATENESS = Duration.seconds(LATENESS_SECONDS);
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html */
const LONGEST_WAIT = Duration.hours(1);
/** An event that is older is not carried out: nobody waits for it any more. */
export const LONGEST_EVENT_AGE = LONGEST_ALONE.plus(LATENESS);

/** Whether one invocation of the function does not suffice. As templates cannot tell, a time that is not known yet counts as short. */
export function isLong(timeout: Duration): boolean {
  return !timeout.isUnresolved() && timeout.toSeconds() > LONGEST_ALONE_SECONDS;
}

export function outlastsAnswer(timeout: Duration): boolean {
  return isLong(timeout) && timeout.toSeconds() > LONGEST_ANSWERED_SECONDS;
}

/** How long CloudFormation waits for a run of that length: as long as for the default where that is not known yet, as templates cannot add. */
export function waitFor(timeout: Duration): Duration {
  if (timeout.isUnresolved()) return LONGEST_EVENT_AGE;
  const waits = timeout.plus(LATENESS);
  return waits.toSeconds() > LONGEST_WAIT.toSeconds() ? LONGEST_WAIT : waits;
}
