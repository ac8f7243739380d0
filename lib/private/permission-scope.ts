import { Annotations, Token, Tokenization } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isUnwritable, policyPattern } from './policy-pattern';

/** Of the 10,240 characters that a role has room for, so that others have room as well. */
const MAX_CHARACTERS = 4_500;
/** Of most services' ARNs, without their last part. */
const ARN_CHARACTERS = 60;
/** Of a name that a token stands for. */
const TOKEN_CHARACTERS = 20;

/**
 * The last part of the ARNs that cover the ids: each by its name, or, where IAM has no room for so many names, patterns of what they
 * begin with. Everything where no id is known.
 *
 * @param arnCharacters of an ARN, without its last part
 */
export function resourceNames(scope: IConstruct, ids?: readonly string[], arnCharacters = ARN_CHARACTERS): string[] {
  if (!ids) return ['*'];
  for (let length = ids.reduce((longest, id) => Math.max(longest, id.length), 1); length > 0; length -= 1) {
    const names = unique(ids.map((id) => (isLonger(id, length) ? `${policyPattern(id.slice(0, length))}*` : policyPattern(id))));
    if (policyCharacters(names, arnCharacters) > MAX_CHARACTERS) continue;
    if (ids.some((id) => isLonger(id, length))) warnOfRoom(scope, ids.length, names);
    warnOfUnwritable(scope, ids);
    return names;
  }
  warnOfRoom(scope, ids.length, ['*']);
  return ['*'];
}

/** What the ARNs that end so take of a policy, about, each with its quotes and comma. */
function policyCharacters(names: readonly string[], arnCharacters: number): number {
  return names.reduce((sum, name) => sum + arnCharacters + 3 + lengthOf(name), 0);
}

function lengthOf(name: string): number {
  const { tokens } = Tokenization.reverseString(name);
  const literal = tokens.reduce((rest: string, token) => rest.replace(token.toString(), ''), name);
  return tokens.length * TOKEN_CHARACTERS + literal.length;
}

function isLonger(id: string, length: number): boolean {
  return !Token.isUnresolved(id) && id.length > length;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function warnOfRoom(scope: IConstruct, count: number, names: readonly string[]): void {
  warn(
    scope,
    `an IAM policy has no room for the names of ${count} targets`,
    names,
    'split the targets among constructs with providers of their own, or acknowledge this warning',
  );
}

/** Says so where a policy covers more than the names, because it cannot have all of their characters. */
export function warnOfUnwritable(scope: IConstruct, names: readonly string[]): void {
  const wider = names.filter(isUnwritable);
  if (wider.length === 0) return;
  warn(
    scope,
    `an IAM policy cannot have the characters of ${some(wider)} that are not Latin-1`,
    unique(wider.map(policyPattern)),
    'use other names, or acknowledge this warning',
  );
}

function warn(scope: IConstruct, why: string, names: readonly string[], advice: string): void {
  Annotations.of(scope).addWarningV2('cdk-teardown:wildcardPermission', `${why}, so the provider has permissions on ${some(names, ' patterns')}: ${advice}`);
}

function some(names: readonly string[], of = ''): string {
  return (
    names
      .slice(0, 5)
      .map((name) => `"${name}"`)
      .join(', ') + (names.length > 5 ? ` and ${names.length - 5}${of} more` : '')
  );
}
