import { Duration, Token } from 'aws-cdk-lib';
import type { TargetSource } from './target-source';
import type { TeardownProps } from '../teardown-props';

export const DEFAULT_MAX_TARGETS = 10_000;

/** The handler's answer must come before Lambda ends the function at 15 minutes. */
export const MAX_TIMEOUT = Duration.minutes(14);

/** Refuses what all teardowns would refuse; to be called before any resource is made. */
export function validate(props: TeardownProps, source: TargetSource): void {
  const { maxTargets = DEFAULT_MAX_TARGETS, requestsPerSecond, runOn, timeout = MAX_TIMEOUT } = props;
  if (runOn?.length === 0) {
    throw new Error('runOn is empty: name at least one moment, or leave the construct out');
  }
  if (!Token.isUnresolved(maxTargets)) {
    if (!Number.isInteger(maxTargets) || maxTargets < 1) {
      throw new Error(`maxTargets is ${maxTargets}: it must be a whole number of at least 1`);
    }
    if (source.ids && source.ids.length > maxTargets) {
      throw new Error(`${source.ids.length} targets are listed, maxTargets allows ${maxTargets}: list fewer, or raise maxTargets`);
    }
  }
  if (requestsPerSecond !== undefined && !Token.isUnresolved(requestsPerSecond) && !(requestsPerSecond > 0 && Number.isFinite(requestsPerSecond))) {
    throw new Error(`requestsPerSecond is ${requestsPerSecond}: it must be a number above 0`);
  }
  if (!timeout.isUnresolved() && (timeout.toSeconds() < 60 || timeout.toSeconds() > MAX_TIMEOUT.toSeconds())) {
    throw new Error(`timeout is ${timeout.toSeconds()} seconds: it must be from 1 to 14 minutes`);
  }
}

/** Refuses a time within a run that is no time, or that leaves the run none for the rest. */
export function validateWithin(what: string, duration: Duration | undefined, { timeout = MAX_TIMEOUT }: TeardownProps): void {
  if (!duration || duration.isUnresolved() || timeout.isUnresolved()) return;
  const [seconds, most] = [duration.toSeconds({ integral: false }), timeout.toSeconds() - 60];
  if (most < 1) throw new Error(`timeout is ${timeout.toSeconds()} seconds, which leaves no room for ${what}: raise timeout`);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > most) {
    throw new Error(`${what} is ${seconds} seconds: it must be from 1 to ${most}, a minute less than timeout, and whole`);
  }
}
