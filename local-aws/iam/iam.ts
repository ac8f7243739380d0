import { randomBytes } from 'node:crypto';
import type { Authority } from '../server';
import { AccessDenied, AwsError, type Caller } from '../service';
import { evaluate, sizeOf, validate, type PolicyDocument } from './policy-document';
import { Propagation } from './propagation';

export interface Role {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  trust: PolicyDocument;
  readonly inline: Map<string, PolicyDocument>;
  /** ARNs, and from when on what they allow is in force, in the time of `performance.now()`. */
  readonly attached: Map<string, number>;
}

export interface Credentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_INLINE_OF_ROLE = 10_240;
const MAX_MANAGED_POLICY = 6_144;
const MAX_ATTACHED = 10;

/** The policies of AWS that a stack here may name; the empty ones are those of the bootstrap stack's roles, which run nothing. */
const AWS_MANAGED: Record<string, PolicyDocument> = {
  AdministratorAccess: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
  AWSCloudFormationReadOnlyAccess: { Statement: [] },
  ReadOnlyAccess: { Statement: [] },
  'service-role/AWSLambdaBasicExecutionRole': {
    Statement: { Effect: 'Allow', Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' },
  },
};

/** Roles, their policies, and what they allow the functions that run with them. */
export class Iam implements Authority {
  readonly roles = new Map<string, Role>();
  readonly managedPolicies = new Map<string, PolicyDocument>();
  private readonly sessions = new Map<string, Caller>();
  private readonly propagation = new Propagation();

  /**
   * `permissionDelayMs`: after how long what is put or attached is in force; what is taken away goes at once. May be changed at any time.
   * AWS gives no number: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
   */
  constructor(
    readonly account: string,
    public permissionDelayMs = 0,
    private readonly region = '',
  ) {
    for (const [name, document] of Object.entries(AWS_MANAGED)) this.managedPolicies.set(`arn:aws:iam::aws:policy/${name}`, document);
  }

  /** Credentials of a role, as a function's execution environment gets them. */
  issueCredentials(roleArn: string, session: string): Credentials {
    const AccessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    this.sessions.set(AccessKeyId, { kind: 'function', roleArn, session });
    return { AccessKeyId, SecretAccessKey: randomBytes(30).toString('base64'), SessionToken: randomBytes(60).toString('base64') };
  }

  revokeCredentials(accessKeyId: string): void {
    this.sessions.delete(accessKeyId);
  }

  /** Every key that no function got is an operator's. */
  callerOf(accessKeyId: string): Caller {
    return this.sessions.get(accessKeyId) ?? { kind: 'operator' };
  }

  check(caller: Caller, action: string, resource: string): void {
    if (caller.kind === 'operator') return;
    if (caller.kind === 'anonymous') throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
    const role = this.roleByArn(caller.roleArn);
    const decision = role ? evaluate(this.documentsOf(role), action, resource, this.region) : 'implicit deny';
    if (decision === 'allow') return;
    const name = caller.roleArn.split('/').pop();
    const because =
      decision === 'explicit deny' ? 'with an explicit deny in an identity-based policy' : `because no identity-based policy allows the ${action} action`;
    throw new AccessDenied(
      `User: arn:aws:sts::${this.account}:assumed-role/${name}/${caller.session ?? 'session'} is not authorized to perform: ${action} on resource: ${resource} ${because}`,
    );
  }

  /** Whether a role trusts a service. */
  isTrusted(roleArn: string, service: string): boolean {
    const trust = this.roleByArn(roleArn)?.trust as any;
    return [trust?.Statement ?? []].flat().some(({ Effect, Principal }) => Effect === 'Allow' && [Principal?.Service ?? []].flat().includes(service));
  }

  roleByArn(arn: string): Role | undefined {
    return [...this.roles.values()].find((role) => role.arn === arn);
  }

  role(name: string): Role {
    const role = this.roles.get(name);
    if (!role) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
    return role;
  }

  createRole(name: string, path: string, trust: PolicyDocument): Role {
    if (this.roles.has(name)) throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
    const role: Role = {
      name,
      trust,
      id: `AROA${randomBytes(8).toString('hex').toUpperCase()}`,
      arn: `arn:aws:iam::${this.account}:role${path}${name}`,
      inline: new Map(),
      attached: new Map(),
    };
    this.roles.set(name, role);
    return role;
  }

  /** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html */
  deleteRole(name: string): void {
    const role = this.roles.get(name);
    if (!role) return;
    if (role.attached.size > 0) throw new AwsError('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409);
    if (role.inline.size > 0) throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
    this.roles.delete(name);
  }

  putRolePolicy(roleName: string, policyName: string, document: PolicyDocument): void {
    validate(document);
    const role = this.role(roleName);
    const total = [...new Map(role.inline).set(policyName, document).values()].map(sizeOf).reduce((sum, size) => sum + size, 0);
    if (total > MAX_INLINE_OF_ROLE) {
      throw new AwsError('LimitExceeded', `Maximum policy size of ${MAX_INLINE_OF_ROLE} bytes exceeded for role ${roleName}`, 409);
    }
    role.inline.set(policyName, this.propagation.added(document, role.inline.get(policyName), this.permissionDelayMs));
  }

  putManagedPolicy(arn: string, document: PolicyDocument): void {
    validate(document);
    if (sizeOf(document) > MAX_MANAGED_POLICY) {
      throw new AwsError('LimitExceeded', `Cannot exceed quota for PolicySize: ${MAX_MANAGED_POLICY}`, 409);
    }
    this.managedPolicies.set(arn, this.propagation.added(document, this.managedPolicies.get(arn), this.permissionDelayMs));
  }

  /** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html */
  deleteManagedPolicy(arn: string): void {
    if ([...this.roles.values()].some((role) => role.attached.has(arn))) {
      throw new AwsError('DeleteConflict', 'Cannot delete a policy attached to entities.', 409);
    }
    this.managedPolicies.delete(arn);
  }

  attach(roleName: string, policyArn: string): void {
    const role = this.role(roleName);
    if (!this.managedPolicies.has(policyArn)) {
      throw new AwsError('NoSuchEntity', `Policy ${policyArn} does not exist or is not attachable.`, 404);
    }
    if (role.attached.has(policyArn)) return;
    if (role.attached.size >= MAX_ATTACHED) {
      throw new AwsError('LimitExceeded', `Cannot exceed quota for PoliciesPerRole: ${MAX_ATTACHED}`, 409);
    }
    role.attached.set(policyArn, performance.now() + this.permissionDelayMs);
  }

  /** What is in force of the role's policies. */
  private documentsOf(role: Role): PolicyDocument[] {
    const attached = [...role.attached].filter(([, from]) => performance.now() >= from).map(([arn]) => this.managedPolicies.get(arn)!);
    return [...role.inline.values(), ...attached].map((document) => this.propagation.inForce(document));
  }
}
