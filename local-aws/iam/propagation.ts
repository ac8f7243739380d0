import type { PolicyDocument, Statement } from './policy-document';

/** Knows from when on statements are in force that came into a policy later than others. */
export class Propagation {
  private readonly inForceFrom = new WeakMap<Statement, number>();

  /** A copy to keep; the statements that the policy had before are in force as they were. */
  added(document: PolicyDocument, before: PolicyDocument | undefined, delayMs: number): PolicyDocument {
    const copy = structuredClone(document);
    const known = new Map(statementsOf(before).map((statement) => [JSON.stringify(statement), statement]));
    for (const statement of statementsOf(copy)) {
      const same = known.get(JSON.stringify(statement));
      this.inForceFrom.set(statement, same ? this.from(same) : performance.now() + delayMs);
    }
    return copy;
  }

  /** Without the statements that are not yet in force. */
  inForce(document: PolicyDocument): PolicyDocument {
    return { Statement: statementsOf(document).filter((statement) => performance.now() >= this.from(statement)) };
  }

  private from(statement: Statement): number {
    return this.inForceFrom.get(statement) ?? 0;
  }
}

function statementsOf(document: PolicyDocument | undefined): Statement[] {
  return [document?.Statement ?? []].flat();
}
