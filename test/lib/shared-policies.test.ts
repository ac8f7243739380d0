import { App, CfnResource } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Confirm, ManagedThingDeletion, ManagedThings, MqttClients, MqttDisconnection, MqttDisconnectionProvider } from '../../lib';
import { chats, disconnections, inlineOf, MANAGED, managedOf, newStack, size, times } from '../support/role-room';

/* What the managed policies hold that many constructs share, who shares one, and what they are called. */

test('each construct depends on the policy that lets it read its own secret, and on no other', () => {
  const stack = newStack();
  chats(stack, 45);
  const policies = { ...inlineOf(stack), ...managedOf(stack) };
  for (const { DependsOn, Properties } of Object.values(Template.fromStack(stack).findResources('Custom::ChatDisconnection'))) {
    const own = DependsOn.filter((id: string) => id in policies);
    expect(own).toHaveLength(1);
    const { Statement } = policies[own[0]].Properties.PolicyDocument;
    expect(Statement.filter(({ Action }: any) => Action === 'secretsmanager:GetSecretValue').map(({ Resource }: any) => Resource)).toContainEqual(
      Properties.Targets.SecretArn,
    );
  }
  const statements = Object.values(policies)
    .flatMap((policy) => policy.Properties.PolicyDocument.Statement)
    .filter(({ Action }) => /secrets|kms/.test(Action));
  expect(statements).toHaveLength(90);
});

describe('who shares a managed policy', () => {
  test('no construct that something waits for which another one of them names', () => {
    const stack = newStack();
    const listed = (n: number) => times(4, (i) => `${n}-${i}-`.padEnd(60, 'x'));
    for (const n of times(15, (one) => one)) {
      const thing = new CfnResource(stack, `Thing${n}`, { type: 'AWS::IoTManagedIntegrations::ManagedThing' });
      new ManagedThingDeletion(stack, `Deletion${n}`, { things: ManagedThings.ids(thing.ref, ...listed(n)) });
      new ManagedThingDeletion(stack, `Later${n}`, { things: ManagedThings.ids(...listed(n)) }).runAfterDeletionOf(thing);
    }
    expect(Object.keys(managedOf(stack)).length).toBeGreaterThan(1);
    // Else there would be a circle, which this refuses as CloudFormation does.
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('only constructs of one stack', () => {
    const app = new App();
    const provider = new MqttDisconnectionProvider(newStack(app, 'Shared'), 'Provider');
    const stacks = ['One', 'Two'].map((id) => newStack(app, id));
    for (const stack of stacks) disconnections(stack, 5, 17, { provider });
    for (const stack of stacks) {
      for (const { DependsOn } of Object.values(Template.fromStack(stack).findResources('Custom::MqttDisconnection'))) {
        expect(Object.keys({ ...managedOf(stack), ...inlineOf(stack) })).toEqual(expect.arrayContaining(DependsOn));
      }
    }
  });
});

test('statements that several constructs have in common stand once', () => {
  const stack = newStack();
  times(100, (n) => new MqttDisconnection(stack, `Kiosk${n}`, { clients: MqttClients.ids(`kiosk-${n}`) }));
  for (const policy of Object.values(managedOf(stack))) {
    expect(policy.Properties.PolicyDocument.Statement.filter(({ Action }: any) => Action === 'iot:DescribeEndpoint')).toHaveLength(1);
    expect(size(policy)).toBeLessThanOrEqual(MANAGED);
  }
  expect(Object.keys(managedOf(stack))).toHaveLength(2);
});

describe('ids', () => {
  const sharedIds = (clients: number, confirm?: Confirm) => {
    const stack = newStack();
    disconnections(stack, 6, 17);
    new MqttDisconnection(stack, 'Last', { clients: MqttClients.ids(...times(clients, (n) => `${n}-`.padEnd(100, 'x'))), confirm });
    return Object.keys(managedOf(stack));
  };

  test('a shared policy has another id when anything in it changes, and else the same', () => {
    const [before, same, ...others] = [sharedIds(20), sharedIds(20), sharedIds(19), sharedIds(20, Confirm.disconnected())];
    expect(same).toEqual(before);
    for (const after of others) {
      expect(after.filter((id) => !before.includes(id))).toHaveLength(1);
    }
  });

  test('the path of a policy stays the same when the targets change, the logical id has their fingerprint', () => {
    const stack = newStack();
    const [one] = disconnections(stack, 1, 1);
    expect(one.node.findChild('Policy').node.defaultChild!.node.path).toBe('Stack/Kiosks0/Policy/Resource');
    // As it was when the fingerprint was in the path.
    expect(Object.keys(inlineOf(stack))).toContainEqual('Kiosks0Policy413e96c49112C672');
  });
});

test('an imported role gets managed policies, too, and one that must not change gets none', () => {
  const arn = 'arn:aws:iam::123456789012:role/mine';
  for (const [mutable, some] of [
    [true, true],
    [false, false],
  ]) {
    const stack = newStack();
    disconnections(stack, 11, 17, { provider: new MqttDisconnectionProvider(stack, 'Provider', { role: Role.fromRoleArn(stack, 'Role', arn, { mutable }) }) });
    const managed = Object.values(managedOf(stack));
    expect(managed.length > 0).toBe(some);
    for (const { Properties } of managed) expect(Properties.Roles).toEqual(['mine']);
  }
});
