import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DEFAULTS } from '../../contract/settings';
import { refuse } from './refuse';
import { membersProblem } from './value-problems';
import { Moment } from '../moment';
import type { TeardownProps } from '../teardown-props';

export function momentsOf({ runOn = [...DEFAULTS.RunOn] as Moment[] }: TeardownProps): readonly Moment[] {
  return runOn;
}

export function validateRunOn(scope: Construct, props: TeardownProps): void {
  const runOn = momentsOf(props);
  const problem = membersProblem(runOn, 'Moment', Moment);
  if (problem) refuse(scope, `runOn ${problem}`);
  if (runOn.length === 0) refuse(scope, 'runOn is empty: name at least one moment, or leave the construct out');
  if (Token.isUnresolved(runOn) || runOn.some((moment) => Token.isUnresolved(moment))) return;
  if (props.redeployTrigger !== undefined && !runOn.includes(Moment.DEPLOY)) {
    refuse(
      scope,
      'redeployTrigger has a deploy act on all targets, and no deploy acts without Moment.DEPLOY: ' +
        `write runOn: [${[Moment.DEPLOY, ...runOn].map((moment) => `Moment.${moment}`).join(', ')}], or leave redeployTrigger out`,
    );
  }
}
