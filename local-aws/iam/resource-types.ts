import { TAGS, type Properties, type ResourceTypes } from '../cloudformation/resource-type';
import { document, integer, list, required, structure, text } from '../shapes';
import type { Iam } from './iam';

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html, API_CreatePolicy.html and API_PutRolePolicy.html
const ROLE_NAME = text({ min: 1, max: 64, pattern: /[\w+=,.@-]+/ });
const POLICY_NAME = text({ min: 1, max: 128, pattern: /[\w+=,.@-]+/ });
const POLICY = { PolicyName: required(POLICY_NAME), PolicyDocument: required(document()) };
const ROLES = list(ROLE_NAME);

export function iamResourceTypes(iam: Iam): ResourceTypes {
  const roleAttributes = (name: string) => {
    const { arn, id } = iam.role(name);
    return { physicalId: name, attributes: { Arn: arn, RoleId: id } };
  };

  /** What a role's own properties give it; policies that other resources put on it stay as they are. */
  const applyToRole = (name: string, properties: Properties, old: Properties = {}) => {
    const role = iam.role(name);
    role.trust = properties.AssumeRolePolicyDocument;
    const names = (properties.Policies ?? []).map(({ PolicyName }: Properties) => PolicyName);
    for (const { PolicyName } of old.Policies ?? []) if (!names.includes(PolicyName)) role.inline.delete(PolicyName);
    for (const arn of old.ManagedPolicyArns ?? []) if (!properties.ManagedPolicyArns?.includes(arn)) role.attached.delete(arn);
    for (const { PolicyName, PolicyDocument } of properties.Policies ?? []) iam.putRolePolicy(name, PolicyName, PolicyDocument);
    for (const arn of properties.ManagedPolicyArns ?? []) iam.attach(name, arn);
  };

  return {
    'AWS::IAM::Role': {
      properties: {
        RoleName: ROLE_NAME,
        Path: text({ min: 1, max: 512, pattern: /\/|\/[!-\x7F]+\// }),
        AssumeRolePolicyDocument: required(document()),
        Description: text({ max: 1000, pattern: /[\t\n\r -~\xA1-\xFF]*/ }),
        MaxSessionDuration: integer({ min: 3600, max: 43200 }),
        ManagedPolicyArns: list(text({ min: 20, max: 2048 })),
        Policies: list(structure(POLICY)),
        Tags: TAGS,
      },
      replacedBy: ['RoleName', 'Path'],
      create(properties, context) {
        const name = properties.RoleName ?? context.generatedName(64);
        iam.createRole(name, properties.Path ?? '/', properties.AssumeRolePolicyDocument);
        try {
          applyToRole(name, properties);
        } catch (error) {
          iam.roles.delete(name);
          throw error;
        }
        return roleAttributes(name);
      },
      update(name, properties, old) {
        applyToRole(name, properties, old);
        return roleAttributes(name);
      },
      delete(name, properties) {
        const existing = iam.roles.get(name);
        for (const { PolicyName } of properties.Policies ?? []) existing?.inline.delete(PolicyName);
        for (const arn of properties.ManagedPolicyArns ?? []) existing?.attached.delete(arn);
        iam.deleteRole(name);
      },
    },
    'AWS::IAM::Policy': {
      properties: { ...POLICY, Roles: ROLES },
      replacedBy: ['PolicyName'],
      create(properties, context) {
        for (const name of properties.Roles ?? []) iam.putRolePolicy(name, properties.PolicyName, properties.PolicyDocument);
        return { physicalId: context.generatedName() };
      },
      update(physicalId, properties, old) {
        for (const name of old.Roles ?? []) {
          if (!properties.Roles?.includes(name)) iam.roles.get(name)?.inline.delete(old.PolicyName);
        }
        for (const name of properties.Roles ?? []) iam.putRolePolicy(name, properties.PolicyName, properties.PolicyDocument);
        return { physicalId };
      },
      delete(_, properties) {
        for (const name of properties.Roles ?? []) iam.roles.get(name)?.inline.delete(properties.PolicyName);
      },
    },
    'AWS::IAM::ManagedPolicy': {
      properties: {
        ManagedPolicyName: POLICY_NAME,
        Path: text({ min: 1, max: 512, pattern: /((\/[A-Za-z0-9.,+@=_-]+)*)\// }),
        PolicyDocument: required(document()),
        Description: text({ max: 1000 }),
        Roles: ROLES,
      },
      replacedBy: ['Description', 'ManagedPolicyName', 'Path'],
      create(properties, context) {
        const arn = `arn:aws:iam::${context.account}:policy${properties.Path ?? '/'}${properties.ManagedPolicyName ?? context.generatedName()}`;
        iam.putManagedPolicy(arn, properties.PolicyDocument);
        for (const name of properties.Roles ?? []) iam.attach(name, arn);
        return { physicalId: arn, attributes: { PolicyArn: arn } };
      },
      update(arn, properties, old) {
        iam.putManagedPolicy(arn, properties.PolicyDocument);
        for (const name of old.Roles ?? []) if (!properties.Roles?.includes(name)) iam.roles.get(name)?.attached.delete(arn);
        for (const name of properties.Roles ?? []) iam.attach(name, arn);
        return { physicalId: arn, attributes: { PolicyArn: arn } };
      },
      delete(arn, properties) {
        for (const name of properties.Roles ?? []) iam.roles.get(name)?.attached.delete(arn);
        iam.deleteManagedPolicy(arn);
      },
    },
  };
}
