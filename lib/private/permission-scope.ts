import { Annotations, Token, Tokenization } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Of the 10,240 characters that a role has room for, so that others have room as well. */
const MAX_CHARACTERS = 4_500;
/** Of an ARN, without its last part. */
const ARN_CHARACTERS = 60;
/** Of a name that a token stands for. */
const TOKEN_CHARACTERS = 20;
const LONGEST_ID = 128;

/**
 * The last part of the ARNs that cover the ids: each by its name, or, where IAM has no room for so many names, patterns of what they
 * begin with. Everything where no id is known.
 */
export function resourceNames(scope: Construct, ids?: readonly string[]): string[] {
  if (!ids) return ['*'];
  for (let length = LONGEST_ID; length > 0; length -= 1) {
    const names = unique(ids.map((id) => (isLonger(id, length) ? `${escaped(id.slice(0, length))}*` : escaped(id))));
    if (policyCharacters(names) > MAX_CHARACTERS) continue;
    if (ids.some((id) => isLonger(id, length))) warn(scope, ids.length, names);
    return names;
  }
  warn(scope, ids.length, ['*']);
  return ['*'];
}

/** What the ARNs that end so take of a policy, about, each with its quotes and comma. */
function policyCharacters(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + ARN_CHARACTERS + 3 + lengthOf(name), 0);
}

function lengthOf(name: string): number {
  const { tokens } = Tokenization.reverseString(name);
  const literal = tokens.reduce((rest: string, token) => rest.replace(token.toString(), ''), name);
  return tokens.length * TOKEN_CHARACTERS + literal.length;
}

function isLonger(id: string, length: number): boolean {
  return !Token.isUnresolved(id) && id.length > length;
}

/** In a policy `*`, `?` and `$` are not themselves unless written as a variable, and what is not Latin-1 cannot be written at all. */
function escaped(id: string): string {
  return Token.isUnresolved(id) ? id : id.replace(/[*?$]/g, '${$&}').replace(/[^\u0020-\u00ff]+/g, '*');
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function warn(scope: Construct, count: number, names: readonly string[]): void {
  Annotations.of(scope).addWarningV2('cdk-teardown:wildcardPermission',
    `an IAM policy has no room for the names of ${count} targets, so the provider may act on ${names.slice(0, 5).map((name) => `"${name}"`).join(', ')}`
    + `${names.length > 5 ? ` and ${names.length - 5} patterns more` : ''}: `
    + 'split the targets among constructs with providers of their own, or acknowledge this warning');
}
