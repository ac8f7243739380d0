import { Iam } from '../iam/iam';
import { evaluate, type Statement } from '../iam/policy-document';
import { LocalAws } from '../local-aws';
import { AccessDenied } from '../service';
import { StackDriver } from './stack-driver';

const LOGIC = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html';
const WILDCARDS = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html';
const QUOTAS = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html';

const TRUST = { Statement: [{ Effect: 'Allow' as const, Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }] };
const CLIENT = 'arn:aws:iot:ca-central-1:123456789012:client/kiosk-1';
const decide = (...statements: Statement[]) => evaluate([{ Statement: statements }], 'iot:DeleteConnection', CLIENT);

describe(`evaluation (${LOGIC}, ${WILDCARDS})`, () => {
  test.each<[string | string[], string | string[], string]>([
    ['iot:DeleteConnection', CLIENT, 'allow'],
    ['IOT:deleteconnection', CLIENT, 'allow'],
    ['iot:Delete*', '*', 'allow'],
    ['*', 'arn:aws:iot:*:*:client/kiosk-?', 'allow'],
    [['iot:GetConnection', 'iot:DeleteConnection'], ['x', CLIENT], 'allow'],
    ['iot:GetConnection', '*', 'implicit deny'],
    ['iot:DeleteConnection', 'arn:aws:iot:*:*:client/kiosk-', 'implicit deny'],
    ['iot:DeleteConnection', 'arn:aws:iot:*:*:client/kiosk?1?', 'implicit deny'],
    ['iot:DeleteConnection', CLIENT.toUpperCase(), 'implicit deny'],
  ])('%s on %s: %s', (Action, Resource, decision) => {
    expect(decide({ Effect: 'Allow', Action, Resource })).toBe(decision);
  });

  test('a Deny outweighs every Allow', () => {
    expect(decide({ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 'iot:*', Resource: '*' })).toBe('explicit deny');
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion
  test('a condition on the region that is asked', () => {
    const within = (Region: string | string[]): Statement => ({
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestedRegion': Region } },
    });
    const decideIn = (region: string, statement: Statement) => evaluate([{ Statement: statement }], 'iot:DetachPolicy', CLIENT, region);
    expect(decideIn('ca-central-1', within('ca-central-1'))).toBe('allow');
    expect(decideIn('ca-central-1', within(['eu-west-1', 'ca-central-1']))).toBe('allow');
    expect(decideIn('ca-central-1', within('eu-west-1'))).toBe('implicit deny');
  });

  test('what is not supported is said so', () => {
    expect(() => decide({ Effect: 'Allow', NotAction: 'x', Resource: '*' } as any)).toThrow('NotAction');
    expect(() => decide({ Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringLike: { 'aws:x': 'y' } } })).toThrow(
      'IAM condition StringLike on aws:x',
    );
    expect(decide({ Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEquals: { 'kms:ViaService': 'x' } } })).toBe('implicit deny');
  });
});

describe('a function', () => {
  const iam = new Iam('123456789012');
  const role = iam.createRole('Handler', '/', TRUST);
  const caller = iam.callerOf(iam.issueCredentials(role.arn, 'my-function').AccessKeyId);

  test('may do nothing that its role does not allow (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html)', () => {
    expect(() => iam.check(caller, 'iot:DeleteConnection', CLIENT)).toThrow(
      new AccessDenied(
        `User: arn:aws:sts::123456789012:assumed-role/Handler/my-function is not authorized to perform: iot:DeleteConnection on resource: ${CLIENT} because no identity-based policy allows the iot:DeleteConnection action`,
      ),
    );
    iam.putRolePolicy('Handler', 'P', { Statement: [{ Effect: 'Allow', Action: 'iot:DeleteConnection', Resource: '*' }] });
    expect(() => iam.check(caller, 'iot:DeleteConnection', CLIENT)).not.toThrow();
  });

  test('may do nothing any more once its role is gone', () => {
    role.inline.clear();
    iam.deleteRole('Handler');
    expect(() => iam.check(caller, 'iot:DeleteConnection', CLIENT)).toThrow('not authorized');
  });

  test('is told from an operator, who may do everything, and from nobody, who may do nothing', () => {
    expect(() => iam.check(iam.callerOf('AKIAANY'), 'iot:DeleteConnection', CLIENT)).not.toThrow();
    expect(() => iam.check({ kind: 'anonymous' }, 'iot:DeleteConnection', CLIENT)).toThrow('Missing Authentication Token');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
describe('a permission that is in force only after a while', () => {
  const statement = (Action: string): Statement => ({ Effect: 'Allow', Action, Resource: '*' });
  let iam: Iam;
  let clock: jest.SpyInstance;
  let allowed: (action: string) => boolean;
  beforeEach(() => {
    clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    iam = new Iam('123456789012', 1000);
    const role = iam.createRole('Handler', '/', TRUST);
    const caller = iam.callerOf(iam.issueCredentials(role.arn, 'my-function').AccessKeyId);
    allowed = (action) => {
      try {
        iam.check(caller, action, CLIENT);
        return true;
      } catch {
        return false;
      }
    };
  });
  afterEach(() => jest.restoreAllMocks());

  const overTime = (times: number[]) =>
    times.map((time) => {
      clock.mockReturnValue(time);
      return allowed('iot:DeleteConnection');
    });

  test.each<[string, (iam: Iam) => void]>([
    ['put', () => iam.putRolePolicy('Handler', 'P', { Statement: statement('iot:*') })],
    ['attached', () => iam.attach('Handler', 'arn:aws:iam::aws:policy/AdministratorAccess')],
  ])('because its policy is %s, which is refused until then as if it were not there', (_, give) => {
    give(iam);
    expect(overTime([0, 999, 1000])).toEqual([false, false, true]);
  });

  test('because a policy that is attached already is changed', () => {
    iam.putManagedPolicy('arn:p', { Statement: statement('iot:GetConnection') });
    iam.attach('Handler', 'arn:p');
    clock.mockReturnValue(1000);
    iam.putManagedPolicy('arn:p', { Statement: statement('iot:DeleteConnection') });
    expect(overTime([1000, 1999, 2000])).toEqual([false, false, true]);
    expect(allowed('iot:GetConnection')).toBe(false);
  });

  test('does not put off what the policy allowed before, and is taken away at once', () => {
    iam.putRolePolicy('Handler', 'P', { Statement: statement('iot:DeleteConnection') });
    clock.mockReturnValue(1000);
    iam.putRolePolicy('Handler', 'P', { Statement: [statement('iot:GetConnection'), statement('iot:DeleteConnection')] });
    expect([allowed('iot:GetConnection'), allowed('iot:DeleteConnection')]).toEqual([false, true]);
    iam.putRolePolicy('Handler', 'P', { Statement: statement('iot:GetConnection') });
    expect([allowed('iot:GetConnection'), allowed('iot:DeleteConnection')]).toEqual([false, false]);
    clock.mockReturnValue(2000);
    expect(allowed('iot:GetConnection')).toBe(true);
  });
});

describe(`quotas (${QUOTAS})`, () => {
  const document = (characters: number) => {
    const empty = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'a:b', Resource: '' }] }).length;
    return { Statement: [{ Effect: 'Allow' as const, Action: 'a:b', Resource: 'x'.repeat(characters - empty) }] };
  };
  let iam: Iam;
  beforeEach(() => {
    iam = new Iam('123456789012');
    iam.createRole('R', '/', TRUST);
  });

  test('inline policies of a role: 10,240 characters in total', () => {
    iam.putRolePolicy('R', 'A', document(5_000));
    iam.putRolePolicy('R', 'B', document(5_240));
    expect(() => iam.putRolePolicy('R', 'B', document(5_241))).toThrow('Maximum policy size of 10240 bytes exceeded for role R');
  });

  test('a managed policy: 6,144 characters', () => {
    iam.putManagedPolicy('arn:p', document(6_144));
    expect(() => iam.putManagedPolicy('arn:p', document(6_145))).toThrow('Cannot exceed quota for PolicySize: 6144');
  });

  test('10 managed policies on a role', () => {
    const attach = (n: number) => {
      iam.putManagedPolicy(`arn:p${n}`, document(100));
      iam.attach('R', `arn:p${n}`);
    };
    for (let n = 0; n < 10; n++) attach(n);
    expect(() => attach(10)).toThrow('Cannot exceed quota for PoliciesPerRole: 10');
  });

  test('a role with policies is not deleted (https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html)', () => {
    iam.putRolePolicy('R', 'A', document(100));
    expect(() => iam.deleteRole('R')).toThrow('Cannot delete entity, must delete policies first.');
    iam.role('R').inline.clear();
    iam.attach('R', 'arn:aws:iam::aws:policy/AdministratorAccess');
    expect(() => iam.deleteRole('R')).toThrow('Cannot delete entity, must detach all policies first.');
  });

  test('an unknown managed policy cannot be attached (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html)', () => {
    expect(() => iam.attach('R', 'arn:aws:iam::aws:policy/Lost')).toThrow('does not exist or is not attachable');
  });
});

test('a template gives, changes and takes away roles and policies', async () => {
  const aws = await LocalAws.start();
  const stack = new StackDriver(aws);
  const policy = (Resource: string) => ({ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource }] } });
  const resources = (Resource: string) => ({
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: TRUST, RoleName: 'R', Policies: [{ PolicyName: 'Own', ...policy(Resource) }] } },
    Inline: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'Inline', Roles: [{ Ref: 'Role' }], ...policy(Resource) } },
    Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: { ManagedPolicyName: 'M', Roles: [{ Ref: 'Role' }], ...policy(Resource) } },
  });
  await stack.deploy(resources('first'));
  await stack.deploy(resources('second'));
  const role = aws.iam.role('R');
  expect([...role.inline.keys()].sort()).toEqual(['Inline', 'Own']);
  expect([...role.attached.keys()]).toEqual(['arn:aws:iam::123456789012:policy/M']);
  expect(JSON.stringify([...role.inline.values(), aws.iam.managedPolicies.get('arn:aws:iam::123456789012:policy/M')])).not.toContain('first');
  expect((await stack.delete()).StackStatus).toBe('DELETE_COMPLETE');
  expect(aws.iam.roles.size).toBe(0);
  stack.client.destroy();
  await aws.stop();
});

test('an update of a template does not put off what it leaves as it is', async () => {
  const aws = await LocalAws.start();
  const stack = new StackDriver(aws);
  const allow = (Resource: string) => ({ Effect: 'Allow', Action: 'iot:*', Resource });
  const resources = (version: string) => ({
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: TRUST,
        RoleName: 'R',
        Description: version,
        Policies: [{ PolicyName: 'Own', PolicyDocument: { Statement: [allow('own')] } }],
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
      },
    },
    Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: [allow('managed'), allow(version)] } } },
  });
  try {
    await stack.deploy(resources('first'));
    aws.iam.permissionDelayMs = 60_000;
    await stack.deploy(resources('second'));
    const caller = aws.iam.callerOf(aws.iam.issueCredentials(aws.iam.role('R').arn, 'fn').AccessKeyId);
    for (const resource of ['own', 'managed']) expect(() => aws.iam.check(caller, 'iot:GetConnection', resource)).not.toThrow();
    expect(() => aws.iam.check(caller, 'logs:PutLogEvents', 'any')).not.toThrow();
    for (const resource of ['first', 'second']) expect(() => aws.iam.check(caller, 'iot:GetConnection', resource)).toThrow('not authorized');
  } finally {
    stack.client.destroy();
    await aws.stop();
  }
});
