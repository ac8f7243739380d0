import * as iam from 'aws-cdk-lib/aws-iam';
import { Dependable, type Construct } from 'constructs';
import { acknowledgePolicy, acknowledgeWildcards } from './acknowledge-policy';
import { logicalIdAt } from './logical-id-at';
import { RoleRoom, type ConstructPolicy } from './role-room';

/**
 * What one construct may do with its provider's role: for exactly as long as the construct is there, also while an update takes it out.
 *
 * Its statements may be carried by another policy where the role has no more room for inline ones. Who depends on it depends on what
 * carries them.
 */
export class OwnPolicy extends iam.Policy implements ConstructPolicy {
  public isReferredTo = false;

  /**
   * @param owner the construct
   * @param fingerprint of the targets, in the logical id: when they change, a new policy stands beside the old one until the update is
   *   over, so that a run may still act on the targets that left
   */
  constructor(
    public readonly owner: Construct,
    role: iam.IRole,
    fingerprint: string,
    statements: readonly iam.PolicyStatement[],
  ) {
    super(owner, 'Policy', { statements: [...statements] });
    acknowledgePolicy(this);
    this.resource.overrideLogicalId(logicalIdAt(owner, `Policy${fingerprint}`));
    role.attachInlinePolicy(this);
    const room = RoleRoom.of(role);
    room.add(this);
    const carrier = () => room.carrierOf(this);
    Dependable.implement(this, {
      get dependencyRoots() {
        return [carrier()];
      },
    });
    owner.node.addValidation({ validate: () => room.problemsOf(this) });
  }

  public get resource(): iam.CfnPolicy {
    return this.node.defaultChild as iam.CfnPolicy;
  }

  public override addStatements(...statements: iam.PolicyStatement[]): void {
    super.addStatements(...statements);
    acknowledgeWildcards(this);
  }
}

/** The provider's role as one construct sees it: what is granted to it goes into the construct's own policy. */
export class OwnPolicyPrincipal implements iam.IPrincipal {
  public readonly grantPrincipal: iam.IPrincipal = this;
  public readonly assumeRoleAction: string;
  public readonly policyFragment: iam.PrincipalPolicyFragment;
  public readonly principalAccount?: string;

  constructor(
    private readonly policy: OwnPolicy,
    role: iam.IRole,
  ) {
    this.assumeRoleAction = role.assumeRoleAction;
    this.policyFragment = role.policyFragment;
    this.principalAccount = role.principalAccount;
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    this.policy.addStatements(statement);
    return { statementAdded: true, policyDependable: this.policy };
  }

  public addToPolicy(statement: iam.PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }
}
