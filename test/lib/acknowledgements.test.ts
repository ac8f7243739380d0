import { App, Aspects, Duration, Validations, type CfnResource, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnInstance } from 'aws-cdk-lib/aws-connect';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { WriteNagSuppressionsToCloudFormationAspect } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { Contacts, ContactStop, MqttClients, MqttDisconnection } from '../../lib';
import { findingsIn, IAM5 } from '../support/nag';
import { inlineOf, managedOf, newStack, times } from '../support/role-room';

/* What is acknowledged holds wherever the permissions of a construct are carried, and whatever its targets are. */

const EVERYTHING = 'AwsSolutions-IAM5[Resource::*]';

/** Disconnections whose ids need about as many characters each, and that the user allows something on everything. */
function granted(stack: Stack, count: number, name: string) {
  return times(count, (n) => {
    const clients = MqttClients.ids(...times(17, (client) => `${name}-${n}-${client}-`.padEnd(100, 'x')));
    const disconnection = new MqttDisconnection(stack, `Kiosks${n}`, { clients, endpoint: 'example.com' });
    disconnection.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['mine:Read'], resources: ['*'] }));
    return disconnection;
  });
}

const acknowledge = (scope: MqttDisconnection) => Validations.of(scope).acknowledge({ id: EVERYTHING, reason: 'It has to' });

function wildcardsIn(stack: Stack) {
  App.of(stack)!.synth();
  return findingsIn(stack).filter(({ rule }) => IAM5.test(rule));
}

describe.each([
  ['an inline policy', 1, inlineOf],
  ['a policy that constructs share', 11, managedOf],
])('%s', (_, count, policiesOf) => {
  test('an acknowledgement on the construct survives a change of all ids', () => {
    const [before, after] = ['before', 'after'].map((name) => {
      const stack = newStack();
      for (const one of granted(stack, count, name)) acknowledge(one);
      expect(wildcardsIn(stack)).toEqual([]);
      return Object.keys(policiesOf(stack)).filter((id) => !/Provider/.test(id) || policiesOf === managedOf);
    });
    expect(before).not.toHaveLength(0);
    expect(before.filter((id) => after.includes(id))).toEqual([]);
  });

  test('and without it there is a finding, by a path that stays the same', () => {
    const [before, after] = ['before', 'after'].map((name) => {
      const stack = newStack();
      granted(stack, count, name);
      return wildcardsIn(stack);
    });
    expect(before).toContainEqual({
      rule: EVERYTHING,
      path:
        policiesOf === inlineOf ? 'Stack/Kiosks0/Policy/Resource' : 'Stack/cdk-teardown.Permissions/Stack/cdk-teardown.MqttDisconnectionProvider/Role/Policy0',
    });
    expect(after).toEqual(before);
  });
});

test('of a policy that constructs share nothing is acknowledged which one of them has and does not acknowledge', () => {
  const stack = newStack();
  for (const one of granted(stack, 11, 'kiosk').slice(0, -1)) acknowledge(one);
  expect(wildcardsIn(stack)).toEqual([{ rule: EVERYTHING, path: expect.stringContaining('/cdk-teardown.Permissions/') }]);
});

test('who has no such permission need not acknowledge it', () => {
  const share = (acknowledged: string) => {
    const stack = newStack();
    for (const one of granted(stack, 11, 'kiosk')) Validations.of(one).acknowledge({ id: acknowledged, reason: 'It has to' });
    for (const n of times(20, (one) => one))
      new MqttDisconnection(stack, `Without${n}`, { clients: MqttClients.ids(`k${n}-`.padEnd(100, 'x')), endpoint: 'a.com' });
    return wildcardsIn(stack);
  };
  expect(share(EVERYTHING)).toEqual([]);
  expect(share('Another-Rule')).not.toEqual([]);
});

test('the library acknowledges its own wildcards in a policy that constructs share', () => {
  const stack = newStack();
  times(120, (n) => new MqttDisconnection(stack, `Kiosks${n}`, { clients: MqttClients.inThingGroup(`kiosks-${n}`) }));
  expect(Object.keys(managedOf(stack))).not.toHaveLength(0);
  expect(wildcardsIn(stack)).toEqual([]);
});

test('and patterns of what many ids begin with', () => {
  const stack = newStack();
  new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids(...times(500, (n) => `kiosk-${n}`), 'literally*') });
  expect(wildcardsIn(stack)).toEqual([]);
});

test('and those that another stack has part of', () => {
  const app = new App();
  const instance = new CfnInstance(newStack(app, 'Other'), 'Instance', {
    attributes: { inboundCalls: false, outboundCalls: false },
    identityManagementType: 'SAML',
  });
  const stack = newStack(app);
  new ContactStop(stack, 'Contacts', { instanceArn: instance.attrArn, contacts: Contacts.inProgress() });
  expect(JSON.stringify(Template.fromStack(stack))).toContain('Fn::ImportValue');
  expect(wildcardsIn(stack)).toEqual([]);
});

test("cdk-nag's Aspect writes what the library acknowledges into the template", () => {
  const stack = newStack();
  const { provider } = new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-1'), timeout: Duration.hours(1) });
  Aspects.of(stack).add(new WriteNagSuppressionsToCloudFormationAspect());
  App.of(stack)!.synth();
  const writtenAt = (policy: IConstruct) =>
    (policy.node.defaultChild as CfnResource).getMetadata('cdk_nag').rules_to_suppress.map(({ id }: { id: string }) => id);
  expect(writtenAt(stack.node.findChild('Kiosks').node.findChild('Policy'))).toEqual(
    expect.arrayContaining(['HIPAA.Security-IAMNoInlinePolicy', EVERYTHING, expect.stringContaining(':execution:')]),
  );
  expect(writtenAt(provider.node.findChild('LongRuns').node.findChild('Policy'))).toContain(EVERYTHING);
});
