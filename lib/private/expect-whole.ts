import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { refuse } from './refuse';

/** Refuses what CloudFormation or Lambda would refuse, and what would leave nobody to answer CloudFormation. */
export function expectWhole(scope: Construct, name: string, value: number | undefined, least: number, most = Infinity): void {
  if (value === undefined || Token.isUnresolved(value) || (Number.isInteger(value) && value >= least && value <= most)) return;
  refuse(scope, `${name} is ${value}: it must be a whole number ${most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`}`);
}
