import { Stack, Token, type Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DEFAULTS } from '../../contract/settings';
import { refuse } from './refuse';
import { validateRunOn } from './run-on';
import { DEFAULT_TIMEOUT, MAX_TIMEOUT } from './times';
import type { TargetSource } from './target-source';
import type { TeardownProps } from '../teardown-props';

/** Refuses what all teardowns would refuse; to be called before any resource is made. */
export function validateProps(scope: Construct, props: TeardownProps, source: TargetSource): void {
  const { maxTargets = DEFAULTS.MaxTargets, requestsPerSecond, timeout = DEFAULT_TIMEOUT } = props;
  validateRunOn(scope, props);
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
  if (!timeout.isUnresolved() && (timeout.toSeconds() < 60 || timeout.toSeconds() > MAX_TIMEOUT.toSeconds())) {
    refuse(scope, `timeout is ${timeout.toSeconds()} seconds: it must be from 1 to 14 minutes`);
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
