import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** By the ids of rules of cdk-nag, why they need not hold. */
export interface Reasons {
  readonly [ruleId: string]: string;
}

/**
 * Says why rules need not hold for a construct and all within it, where cdk-nag looks for that.
 *
 * As `Validations.acknowledge` does, which at the peer floor refuses an id that has a partition in it, as those of wildcards in ARNs have.
 */
export function acknowledge(scope: IConstruct, reasons: Reasons): void {
  const known = acknowledgedOn([scope]);
  const news = Object.entries(reasons).filter(([id]) => !(id in known));
  if (news.length > 0) scope.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, Object.fromEntries(news));
}

/** What is acknowledged on any of the constructs, by the library or by its user. */
export function acknowledgedOn(scopes: readonly IConstruct[]): Reasons {
  const entries = scopes.flatMap(({ node }) => node.metadata).filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
  const all: Record<string, string> = Object.assign({}, ...entries.map(({ data }) => data));
  // CDK puts this before an id that has no other plugin's name.
  return Object.fromEntries(Object.entries(all).map(([id, reason]) => [id.replace(/^annotation::/i, ''), reason]));
}
