import { AwsError, NotImplemented } from '../service';

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | string[];
  readonly Resource?: string | string[];
  readonly Condition?: Record<string, Record<string, unknown>>;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: Statement | Statement[];
}

export type Decision = 'allow' | 'explicit deny' | 'implicit deny';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
export function evaluate(documents: readonly PolicyDocument[], action: string, resource: string, region = ''): Decision {
  const applying = documents.flatMap(({ Statement }) => Statement).filter((statement) => applies(statement, action, resource, region));
  if (applying.some(({ Effect }) => Effect === 'Deny')) return 'explicit deny';
  return applying.some(({ Effect }) => Effect === 'Allow') ? 'allow' : 'implicit deny';
}

function applies(statement: Statement, action: string, resource: string, region: string): boolean {
  for (const key of ['NotAction', 'NotResource', 'NotPrincipal']) if (key in statement) throw new NotImplemented(`${key} in an IAM policy`);
  return matches(statement.Action ?? [], action, 'i') && matches(statement.Resource ?? [], resource) && holds(statement.Condition ?? {}, region);
}

function matches(patterns: string | string[], text: string, flags = ''): boolean {
  return [patterns].flat().some((pattern) => {
    // ${*}, ${?} and ${$} are the characters themselves:
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars
    const expression = pattern.replace(/\$\{([*?$])\}|[.+^${}()|[\]\\*?]/g, (special, literal?: string) => {
      if (literal) return `\\${literal}`;
      return { '*': '.*', '?': '.' }[special] ?? `\\${special}`;
    });
    return new RegExp(`^${expression}$`, `s${flags}`).test(text);
  });
}

/** Calls reach no service here through another one, so `kms:ViaService` never holds. */
function holds(condition: Record<string, Record<string, unknown>>, region: string): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      if (operator === 'StringEquals' && key === 'kms:ViaService') return false;
      if (operator === 'StringEquals' && key === 'aws:RequestedRegion') return [values].flat().includes(region);
      throw new NotImplemented(`IAM condition ${operator} on ${key}`);
    }),
  );
}

export function validate(document: PolicyDocument): void {
  const statements = [document?.Statement ?? []].flat();
  if (statements.length === 0) throw new AwsError('MalformedPolicyDocument', 'Syntax errors in policy.');
  for (const statement of statements) {
    if (!('Resource' in statement) && !('NotResource' in statement)) {
      throw new AwsError('MalformedPolicyDocument', 'Policy statement must contain resources.');
    }
    const actions = [statement.Action ?? []].flat();
    if (actions.some((action) => action !== '*' && !action.includes(':'))) {
      throw new AwsError('MalformedPolicyDocument', 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    }
  }
}

/** IAM does not count white space towards the quotas. */
export function sizeOf(document: PolicyDocument): number {
  return JSON.stringify(document).replace(/\s/g, '').length;
}
