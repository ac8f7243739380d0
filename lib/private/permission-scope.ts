import { Annotations, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * A role holds 10,240 characters of inline policy, and while an update runs it holds the old and the new policy of a construct.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_CHARACTERS = 4_500;
const ARN_OVERHEAD = 60;
const TOKEN_LENGTH = 40;

/**
 * The last part of the ARNs that cover the ids: each by its name, or, where IAM has no room for so many names, one pattern of what
 * they have in common. Everything where no id is known.
 */
export function resourceNames(scope: Construct, ids?: readonly string[]): string[] {
  if (!ids) return ['*'];
  const characters = ids.reduce((sum, id) => sum + ARN_OVERHEAD + (Token.isUnresolved(id) ? TOKEN_LENGTH : id.length), 0);
  if (characters <= MAX_CHARACTERS) return ids.map(escaped);
  const pattern = `${escaped(commonPrefix(ids))}*`;
  Annotations.of(scope).addWarningV2('cdk-teardown:wildcardPermission',
    `an IAM policy has no room for the names of ${ids.length} targets, so the provider may act on "${pattern}": `
    + 'split the targets among constructs with providers of their own, or acknowledge this warning');
  return [pattern];
}

function commonPrefix(ids: readonly string[]): string {
  let prefix = ids[0];
  for (const id of ids) {
    while (Token.isUnresolved(prefix) || !id.startsWith(prefix)) {
      prefix = Token.isUnresolved(prefix) ? '' : prefix.slice(0, -1);
    }
  }
  return prefix;
}

/** In a policy `*`, `?` and `$` are not themselves unless written as a variable. */
function escaped(id: string): string {
  return Token.isUnresolved(id) ? id : id.replace(/[*?$]/g, '${$&}');
}
