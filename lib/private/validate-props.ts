import { Stack, Token, type Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DEFAULTS } from '../../contract/settings';
import { refuse } from './refuse';
import { momentsOf, validateRunOn } from './run-on';
import { DEFAULT_TIMEOUT, LONGEST_RUN, outlastsAnswer } from './times';
import type { TargetSource } from './target-source';
import { durationProblem, memberProblem } from './value-problems';
import { Moment } from '../moment';
import { OnFailure } from '../on-failure';
import type { TeardownProps } from '../teardown-props';

/** Refuses what all teardowns would refuse; to be called before any resource is made. */
export function validateProps(scope: Construct, props: TeardownProps, source: TargetSource): void {
  const { onFailure = OnFailure.FAIL, maxTargets = DEFAULTS.MaxTargets, requestsPerSecond, timeout = DEFAULT_TIMEOUT } = props;
  validateRunOn(scope, props);
  const unknown = memberProblem(onFailure, 'OnFailure', OnFailure);
  if (unknown) refuse(scope, `onFailure ${unknown}`);
  const problem = source.problemIn?.(Stack.of(scope));
  if (problem) refuse(scope, problem);
  if (!Token.isUnresolved(maxTargets)) {
    if (!Number.isInteger(maxTargets) || maxTargets < 1) {
      refuse(scope, `maxTargets is ${maxTargets}: it must be a whole number of at least 1`);
    }
    if (source.ids && source.ids.length > maxTargets) {
      refuse(scope, `${source.ids.length} targets are listed, maxTargets allows ${maxTargets}: list fewer, or raise maxTargets`);
    }
  }
  if (requestsPerSecond !== undefined && !Token.isUnresolved(requestsPerSecond) && !(requestsPerSecond > 0 && Number.isFinite(requestsPerSecond))) {
    refuse(scope, `requestsPerSecond is ${requestsPerSecond}: it must be a number above 0`);
  }
  validateTimeout(scope, timeout, props);
}

function validateTimeout(scope: Construct, timeout: Duration, props: TeardownProps): void {
  const problem = durationProblem(timeout);
  if (problem) refuse(scope, `timeout ${problem}`);
  if (timeout.isUnresolved()) return;
  const seconds = timeout.toSeconds();
  if (seconds < 60 || seconds > LONGEST_RUN.toSeconds()) refuse(scope, `timeout is ${seconds} seconds: it must be from 1 minute to 7 days`);
  if (!outlastsAnswer(timeout)) return;
  const tooLong = `timeout is ${seconds} seconds, and CloudFormation waits an hour at most: above 58 minutes`;
  const other = momentsOf(props).find((moment) => moment !== Moment.TEARDOWN);
  if (other !== undefined) {
    refuse(
      scope,
      `${tooLong} a run can go on after the answer at Moment.TEARDOWN alone, which a second destroy waits for; runOn has Moment.${other}: shorten timeout to 58 minutes, or take Moment.${other} out`,
    );
  }
  if (props.onFailure === OnFailure.CONTINUE) {
    refuse(
      scope,
      `${tooLong} a run goes on after the answer, and with OnFailure.CONTINUE the destroy goes on and takes the function away: shorten timeout to 58 minutes, or leave onFailure out`,
    );
  }
}

/** Refuses a time within a run that is no time, or that leaves the run none for the rest. */
export function validateTimeWithin(scope: Construct, what: string, duration: Duration | undefined, { timeout = DEFAULT_TIMEOUT }: TeardownProps): void {
  if (!duration || duration.isUnresolved() || timeout.isUnresolved()) return;
  const [seconds, most] = [duration.toSeconds({ integral: false }), timeout.toSeconds() - 60];
  if (most < 1) refuse(scope, `timeout is ${timeout.toSeconds()} seconds, which leaves no room for ${what}: raise timeout`);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > most) {
    refuse(scope, `${what} is ${seconds} seconds: it must be from 1 to ${most}, a minute less than timeout, and whole`);
  }
}
