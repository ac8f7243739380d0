import { createHash } from 'node:crypto';
import { Stack, Stage } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge, acknowledgedOn, type Reasons } from './acknowledge';
import { logicalIdAt } from './logical-id-at';
import { MANAGED_CHARACTERS, pack, type Load } from './policy-packing';
import { documentSize, statementsOf } from './policy-size';
import { otherPoliciesOf, type OtherPolicies } from './other-policies';
import { stackSingleton } from './stack-singleton';
import { isAwaited, waitsIn } from './waits';
import { wildcardFindings, wildcardReasons } from './wildcards';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const INLINE_CHARACTERS = 10_240;
const MANAGED_POLICIES = 10;

/** The policy of one construct. */
export interface ConstructPolicy extends iam.Policy {
  readonly owner: Construct;
  /** Something refers to the construct, and so may come after it. */
  readonly isReferredTo: boolean;
  readonly resource: iam.CfnPolicy;
}

interface OwnLoad extends Load {
  readonly policy: ConstructPolicy;
}

// Not on the role itself, which may be the user's.
const rooms = new WeakMap<iam.IRole, RoleRoom>();

/**
 * Finds room in one role for the policies of the constructs that share it: inline while that suffices, in managed policies beyond that.
 *
 * An update that changes every construct holds all their policies twice for a while, so they get half of what the role has room for.
 */
export class RoleRoom {
  public static of(role: iam.IRole): RoleRoom {
    const room = rooms.get(role) ?? new RoleRoom(role);
    rooms.set(role, room);
    return room;
  }

  private readonly policies = new Set<ConstructPolicy>();
  private readonly carriers = new Map<ConstructPolicy, Construct>();
  private arranged = false;
  private problem?: { readonly policy: ConstructPolicy; readonly message: string };

  private constructor(private readonly role: iam.IRole) {}

  public add(policy: ConstructPolicy): void {
    this.policies.add(policy);
  }

  /** The policy that has the statements. CDK asks when Aspects have run and everything was granted. */
  public carrierOf(policy: ConstructPolicy): Construct {
    if (!this.arranged) {
      // Before, because finding out who waits for whom asks as well.
      this.arranged = true;
      this.arrange();
    }
    return this.carriers.get(policy) ?? policy;
  }

  public problemsOf(policy: ConstructPolicy): string[] {
    return this.problem?.policy === policy ? [this.problem.message] : [];
  }

  private arrange(): void {
    const loads = this.loads();
    const others = otherPoliciesOf(this.role, this.policies);
    const inline = (INLINE_CHARACTERS - others.characters) / 2;
    const needed = loads.reduce((sum, { statements }) => sum + documentSize(statements), 0);
    if (needed <= inline) return;

    const waits = waitsIn(Stage.of(this.role)!);
    const { shared, left } = pack(
      loads.map((load) => ({ ...load, awaited: load.policy.isReferredTo || isAwaited(load.policy.owner, waits) })),
      inline,
      Math.floor((MANAGED_POLICIES - others.managed) / 2),
    );
    shared.forEach((together, n) => this.share(together, n));
    if (left.length > 0) this.problem = { policy: left[0].policy, message: this.noRoom(left, needed, others) };
  }

  /** What is still in the tree and attached to the role. */
  private loads(): OwnLoad[] {
    const all = Stage.of(this.role)!.node.findAll();
    return all
      .filter((one): one is ConstructPolicy => this.policies.has(one as ConstructPolicy))
      .flatMap((policy) => {
        const stack = Stack.of(policy);
        const { document, roles } = stack.resolve({ document: policy.document, roles: policy.resource.roles });
        if (!document || !roles?.length) return [];
        const refers = /"Ref":"(?!AWS::)|"Fn::GetAtt"/.test(JSON.stringify(document));
        return { policy, stack, refers, awaited: false, statements: statementsOf(document, stack) };
      });
  }

  private noRoom([{ statements }, ...more]: readonly OwnLoad[], needed: number, others: OtherPolicies): string {
    const alone = documentSize(statements);
    if (alone > MANAGED_CHARACTERS) {
      return `its permissions take about ${alone} characters of policy, and IAM allows ${MANAGED_CHARACTERS}: split its targets among several constructs`;
    }
    return (
      `the role ${this.role.node.path} has no room for its permissions${more.length > 0 ? `, nor for those of ${more.length} constructs more` : ''}: ` +
      `the constructs that share the role need about ${needed} characters of policy, and as much again while an update changes them all. IAM allows a role ` +
      `${INLINE_CHARACTERS} characters inline (others take ${others.characters}) and ${MANAGED_POLICIES} managed policies of ${MANAGED_CHARACTERS} ` +
      `(others are ${others.managed}). Give some of the constructs a provider of their own`
    );
  }

  private share(loads: readonly OwnLoad[], n: number): void {
    const { stack, policy } = loads[0];
    const scope = this.scopeOfShared(policy);
    const document = { Statement: loads.flatMap(({ policy: { document } }) => document.toJSON().Statement) };
    const fingerprint = createHash('sha256')
      .update(JSON.stringify(stack.resolve(document)))
      .digest('hex')
      .slice(0, 8);
    const logicalId = logicalIdAt(scope, `Policy${n}${fingerprint}`);
    const resource = new iam.CfnManagedPolicy(scope, `Policy${n}`, {
      policyDocument: iam.PolicyDocument.fromJson(document),
      roles: [this.role.roleName],
    });
    resource.overrideLogicalId(logicalId);
    resource.node.addValidation({
      validate: () => {
        acknowledge(resource, acknowledgedByAll(loads));
        return [];
      },
    });
    for (const { policy: own } of loads) {
      this.carriers.set(own, resource);
      own.owner.node.tryRemoveChild(own.node.id);
    }
  }
  /** Not within one of the constructs, whose dependencies would become those of all; with a path that tells which role it is. */
  private scopeOfShared(policy: ConstructPolicy): Construct {
    const top = stackSingleton(policy, 'cdk-teardown.Permissions', (parent, id) => new Construct(parent, id));
    return this.role.node.path.split('/').reduce((parent, id) => (parent.node.tryFindChild(id) as Construct | undefined) ?? new Construct(parent, id), top);
  }
}

/** What holds for a policy that constructs share: what each of them acknowledges, on itself or around it, unless it is of wildcards that it has none of. */
function acknowledgedByAll(loads: readonly OwnLoad[]): Reasons {
  const each = loads.map(({ policy, stack }) => ({
    reasons: { ...acknowledgedOn(policy.node.scopes.slice(stack.node.scopes.length)), ...wildcardReasons(policy.document, stack) },
    findings: wildcardFindings(policy.document, stack),
  }));
  const all: Reasons = Object.assign({}, ...each.map(({ reasons }) => reasons));
  const findings = each.flatMap((one) => one.findings);
  return Object.fromEntries(
    Object.entries(all).filter(([id]) => each.every((one) => id in one.reasons || (findings.includes(id) && !one.findings.includes(id)))),
  );
}
