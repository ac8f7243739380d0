import { only, type Properties, type ResourceTypes } from '../cloudformation/resource-type';
import type { Iam } from './iam';

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

  const role = (properties: Properties) => only(
    'AWS::IAM::Role', properties,
    'AssumeRolePolicyDocument', 'Description', 'ManagedPolicyArns', 'MaxSessionDuration', 'Path', 'Policies', 'RoleName', 'Tags',
  );
  const policy = (properties: Properties) => only('AWS::IAM::Policy', properties, 'PolicyDocument', 'PolicyName', 'Roles');
  const managedPolicy = (properties: Properties) => only(
    'AWS::IAM::ManagedPolicy', properties, 'Description', 'ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles',
  );

  return {
    'AWS::IAM::Role': {
      replacedBy: ['RoleName', 'Path'],
      create(properties, context) {
        role(properties);
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
        role(properties);
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
      replacedBy: ['PolicyName'],
      create(properties, context) {
        policy(properties);
        for (const name of properties.Roles ?? []) iam.putRolePolicy(name, properties.PolicyName, properties.PolicyDocument);
        return { physicalId: context.generatedName() };
      },
      update(physicalId, properties, old) {
        policy(properties);
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
      replacedBy: ['Description', 'ManagedPolicyName', 'Path'],
      create(properties, context) {
        managedPolicy(properties);
        const arn = `arn:aws:iam::${context.account}:policy${properties.Path ?? '/'}${properties.ManagedPolicyName ?? context.generatedName()}`;
        iam.putManagedPolicy(arn, properties.PolicyDocument);
        for (const name of properties.Roles ?? []) iam.attach(name, arn);
        return { physicalId: arn, attributes: { PolicyArn: arn } };
      },
      update(arn, properties, old) {
        managedPolicy(properties);
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
