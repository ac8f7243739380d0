import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks, NagPack, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/* What cdk-nag says. Its packs register with newer versions of CDK only, so they are called. */

export interface Finding {
  readonly rule: string;
  readonly path: string;
}

export const IAM5 = /^AwsSolutions-IAM5\[/;

/** What all packs say of the constructs, which must have been synthesized. */
export function findingsIn(scope: IConstruct): Finding[] {
  return [new AwsSolutionsChecks(), new ServerlessChecks(), new NIST80053R5Checks(), new HIPAASecurityChecks()]
    .flatMap((pack) => pack.validateScope(scope).violations)
    .flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => ({ rule: ruleName, path: constructPath! })));
}

/** And what they would say, had nobody acknowledged anything. */
export function allFindingsIn(scope: IConstruct): Finding[] {
  const unasked = jest.spyOn(NagPack.prototype as any, 'isAcknowledged').mockReturnValue(false);
  try {
    return findingsIn(scope);
  } finally {
    unasked.mockRestore();
  }
}

/** Why rules need not hold, as the constructs have it. CDK's own rules, which newer versions acknowledge on its constructs, have another name before `::`. */
export function reasonsIn(scope: IConstruct): Record<string, string> {
  const entries = scope.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
  const reasons: Record<string, string> = Object.assign({}, ...entries.map(({ data }) => data));
  return Object.fromEntries(Object.entries(reasons).filter(([id]) => !/^[\w-]+::/.test(id)));
}
