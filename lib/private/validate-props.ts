import { Stack, Token, type Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DEFAULT_MAX_TARGETS } from '../../contract/settings';
import { expectKind } from './expect-kind';
import { refuse } from './refuse';
import { MAX_TIMEOUT } from './times';
import type { TargetSource } from './target-source';
import { Moment } from '../moment';
import type { TeardownProvider } from '../provider';
import type { TeardownProps } from '../teardown-props';

export const DEFAULT_RUN_ON = [Moment.TEARDOWN];

/** Refuses what all teardowns would refuse; to be called before any resource is made. */
export function validate(scope: Construct, props: TeardownProps, source: TargetSource): void {
  const { maxTargets = DEFAULT_MAX_TARGETS, requestsPerSecond, timeout = MAX_TIMEOUT } = props;
  validateMoments(scope, props);
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

function validateMoments(scope: Construct, { runOn = DEFAULT_RUN_ON, redeployTrigger }: TeardownProps): void {
  if (!Array.isArray(runOn)) refuse(scope, `runOn is ${JSON.stringify(runOn)}: it must be a list, [Moment.TEARDOWN] for instance`);
  if (runOn.length === 0) refuse(scope, 'runOn is empty: name at least one moment, or leave the construct out');
  if (Token.isUnresolved(runOn) || runOn.some((moment) => Token.isUnresolved(moment))) return;
  const unknown = runOn.find((moment) => !Object.values(Moment).includes(moment));
  if (unknown !== undefined) {
    refuse(scope, `runOn has ${JSON.stringify(unknown)}: it may have Moment.DEPLOY, Moment.REMOVAL and Moment.TEARDOWN`);
  }
  if (redeployTrigger !== undefined && !runOn.includes(Moment.DEPLOY)) {
    refuse(
      scope,
      'redeployTrigger has a deploy act on all targets, and no deploy acts without Moment.DEPLOY: ' +
        `write runOn: [${[Moment.DEPLOY, ...runOn].map((moment) => `Moment.${moment}`).join(', ')}], or leave redeployTrigger out`,
    );
  }
}

/** Refuses a provider that cannot do the construct's work. */
export function validateProvider(scope: Construct, provider: TeardownProvider | undefined, kind: string): void {
  if (!provider) return;
  expectKind(scope, 'provider', provider, kind, `make one with new ${kind}(…), or leave provider out`);
  const [own, its] = [Stack.of(scope), Stack.of(provider)];
  for (const part of ['region', 'account'] as const) {
    if (Token.isUnresolved(own[part]) || Token.isUnresolved(its[part]) || own[part] === its[part]) continue;
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html: the service token is of the stack's region.
    refuse(
      scope,
      `provider ${provider.node.path} is in the ${part} ${its[part]} and this construct in ${own[part]}, where CloudFormation cannot call it: ` +
        `make a provider in ${own.node.path}, or leave provider out`,
    );
  }
}

/** Refuses a time within a run that is no time, or that leaves the run none for the rest. */
export function validateWithin(scope: Construct, what: string, duration: Duration | undefined, { timeout = MAX_TIMEOUT }: TeardownProps): void {
  if (!duration || duration.isUnresolved() || timeout.isUnresolved()) return;
  const [seconds, most] = [duration.toSeconds({ integral: false }), timeout.toSeconds() - 60];
  if (most < 1) refuse(scope, `timeout is ${timeout.toSeconds()} seconds, which leaves no room for ${what}: raise timeout`);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > most) {
    refuse(scope, `${what} is ${seconds} seconds: it must be from 1 to ${most}, a minute less than timeout, and whole`);
  }
}
