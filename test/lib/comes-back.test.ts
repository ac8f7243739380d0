import { Annotations as Messages, Aspects, Aws, CfnCondition, CfnResource, Fn, NestedStack, RemovalPolicies, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { Confirm, Moment, MqttClients } from '../../lib';
import { app, eachInANewStack, stack } from '../support/order-warnings';
import { ATTACHMENT, attach, BACK, disconnect, late, newCertificate, newPolicy, warnings } from '../support/ways-in';

/* Who is disconnected while a policy, an attachment or a certificate still lets it in comes straight back. */

eachInANewStack();

const retain = (resource: CfnResource) => resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
const resourceOf = (nested: NestedStack) => nested.nestedStackResource as CfnResource;

test.each<[string, string, () => unknown]>([
  ['an attachment', ATTACHMENT, () => (attach(newPolicy().ref), disconnect())],
  ['an attachment of a policy that is not of the stack', ATTACHMENT, () => (attach('of-the-fleet'), disconnect())],
  [
    'an attachment that is declared without its class',
    ATTACHMENT,
    () => (new CfnResource(stack, 'Attachment', { type: 'AWS::IoT::PolicyPrincipalAttachment' }), disconnect()),
  ],
  ['an attachment that is deleted only after it', ATTACHMENT, () => disconnect().runBeforeDeletionOf(attach(newPolicy().ref))],
  [
    'an attachment that is there on a condition',
    ATTACHMENT,
    () => {
      attach(newPolicy().ref).cfnOptions.condition = new CfnCondition(stack, 'If', { expression: Fn.conditionEquals(Aws.REGION, 'eu-west-1') });
      disconnect();
    },
  ],
  [
    'an attachment for clients that are found when the run happens, and looked after',
    ATTACHMENT,
    () => (attach(newPolicy().ref), disconnect(stack, 'Kiosks', { clients: MqttClients.inThingGroup('kiosks'), confirm: Confirm.disconnected() })),
  ],
  [
    'one of two attachments',
    ATTACHMENT,
    () => {
      const policy = newPolicy();
      attach(policy.ref);
      disconnect().runAfterDeletionOf(attach(policy.ref, stack, 'Other', newCertificate().attrArn));
    },
  ],
  ['a certificate that the stack attaches nothing to', late('Stack/Certificate', 'certificate'), () => (newCertificate(), disconnect())],
  [
    'an attachment that is retained',
    `${BACK}Stack/Attachment will be retained when the stack is deleted: applyRemovalPolicy(RemovalPolicy.DESTROY) has it deleted. Or acknowledge this warning`,
    () => {
      const attachment = attach(newPolicy().ref);
      disconnect().runAfterDeletionOf(attachment);
      retain(attachment);
    },
  ],
  [
    'an attachment in a nested stack that is retained',
    `${BACK}Stack/Nested.NestedStack/Nested.NestedStackResource will be retained when the stack is deleted: applyRemovalPolicy(RemovalPolicy.DESTROY) ` +
      'has it deleted. Or acknowledge this warning',
    () => {
      const nested = new NestedStack(stack, 'Nested');
      disconnect().runAfterDeletionOf(attach(newPolicy(nested).ref, nested));
      retain(resourceOf(nested));
    },
  ],
  [
    'an attachment in a nested stack',
    late('Stack/Nested/Attachment', 'policyPrincipalAttachment'),
    () => (attach(newPolicy().ref, new NestedStack(stack, 'Nested')), disconnect()),
  ],
  [
    'an attachment in a stack around its own',
    ATTACHMENT,
    () => (attach(newPolicy().ref), disconnect(new NestedStack(new NestedStack(stack, 'Outer'), 'Inner'))),
  ],
  [
    'an attachment that an Aspect adds late',
    ATTACHMENT,
    () => {
      disconnect();
      Aspects.of(stack).add({ visit: (node) => void (node === stack && attach('of-the-fleet')) }, { priority: 10_000 });
    },
  ],
  [
    'an attachment that an Aspect has retained late',
    `${BACK}Stack/Attachment will be retained when the stack is deleted: applyRemovalPolicy(RemovalPolicy.DESTROY) has it deleted. Or acknowledge this warning`,
    () => {
      disconnect().runAfterDeletionOf(attach('of-the-fleet'));
      RemovalPolicies.of(stack).retain({ priority: 10_000, excludeResourceTypes: ['Custom::MqttDisconnection'] });
    },
  ],
  [
    'many, some of which are named',
    late('Stack/A1, Stack/A2, Stack/A3, Stack/A4, Stack/A5 and 1 more', 'policyPrincipalAttachment, certificate'),
    () => {
      for (const n of [1, 2, 3, 4, 5]) attach('of-the-fleet', stack, `A${n}`);
      newCertificate();
      disconnect();
    },
  ],
  [
    'as many as are named',
    late('Stack/A1, Stack/A2, Stack/A3, Stack/A4, Stack/A5', 'policyPrincipalAttachment'),
    () => {
      for (const n of [1, 2, 3, 4, 5]) attach('of-the-fleet', stack, `A${n}`);
      disconnect();
    },
  ],
])('warns of %s', (_, text, declare) => {
  declare();
  expect(warnings()).toEqual([[expect.stringMatching(/^\/Stack\/([\w/]*\/)?Kiosks$/), text]]);
});

test.each<[string, () => unknown]>([
  ['the attachment goes first', () => disconnect().runAfterDeletionOf(attach(newPolicy().ref))],
  [
    'the certificate goes first, and so its attachment',
    () => (disconnect().runAfterDeletionOf(newCertificate()), attach('x', stack, 'A', Fn.ref('Certificate'))),
  ],
  [
    'the policy goes first that an attachment names',
    () => {
      const policy = newPolicy();
      policy.policyName = 'kiosks';
      attach('kiosks');
      disconnect().runAfterDeletionOf(policy);
    },
  ],
  [
    'what goes first is retained, but not its attachment',
    () => {
      const [policy, certificate] = [newPolicy(), newCertificate()];
      disconnect().runAfterDeletionOf(attach(policy.ref, stack, 'Attachment', certificate.attrArn));
      retain(policy);
      retain(certificate);
    },
  ],
  [
    'the attachment goes first that names its policy by a Ref of its own',
    () => {
      newPolicy();
      const attachment = attach('of-the-fleet');
      attachment.addPropertyOverride('PolicyName', { Ref: 'Policy' });
      disconnect().runAfterDeletionOf(attachment);
    },
  ],
  [
    'the attachment depends on what refers to it',
    () => {
      const report = new CfnResource(stack, 'Report', { type: 'Test::Report', properties: { Count: disconnect().endedCount } });
      attach(newPolicy().ref).addDependency(report);
    },
  ],
  [
    'the attachment refers to it',
    () => {
      attach(Fn.join('-', ['policy', Token.asString(disconnect().endedCount)]));
    },
  ],
  [
    'the attachment depends on it by a DependsOn of its own',
    () => {
      const { node } = disconnect();
      attach('of-the-fleet').addOverride('DependsOn', stack.getLogicalId(node.findChild('Resource').node.defaultChild as CfnResource));
    },
  ],
  [
    'an Aspect has the attachment go first',
    () => {
      const [disconnection, attachment] = [disconnect(), attach(newPolicy().ref)];
      Aspects.of(stack).add({ visit: (node) => void (node === stack && disconnection.runAfterDeletionOf(attachment)) }, { priority: 10_000 });
    },
  ],
  [
    'the attachment is in a nested stack and goes first',
    () => {
      const nested = new NestedStack(stack, 'Nested');
      disconnect().runAfterDeletionOf(attach(newPolicy().ref, nested));
    },
  ],
  ['it is in a nested stack and the attachment around it goes first', () => disconnect(new NestedStack(stack, 'Nested')).runAfterDeletionOf(attach('x'))],
  [
    'both are in nested stacks of which the other goes first',
    () => {
      const [one, other] = ['One', 'Other'].map((id) => new NestedStack(stack, id));
      disconnect(one);
      attach('x', new NestedStack(other, 'Inner'));
      other.node.addDependency(one);
    },
  ],
  ['the certificate is not active', () => (attach('x', stack, 'A', newCertificate('INACTIVE').attrArn), disconnect())],
  ['the way in is of another stack', () => (attach('x', new Stack(app, 'Other')), disconnect())],
  ['the way in is of a stack within its own that is deployed by itself', () => (attach('x', new Stack(stack, 'Other')), disconnect())],
  ['it does not act at teardown', () => (attach('x'), disconnect(stack, 'Kiosks', { runOn: [Moment.DEPLOY, Moment.REMOVAL] }))],
  ['each has its own', () => ['A', 'B'].forEach((id) => disconnect(stack, id).runAfterDeletionOf(attach('of-the-fleet', stack, `Attachment${id}`)))],
  [
    'each has its own in nested stacks',
    () =>
      ['A', 'B'].forEach((id) => {
        const nested = new NestedStack(stack, id);
        disconnect(nested).runAfterDeletionOf(attach('of-the-fleet', nested));
      }),
  ],
  [
    'the warning is acknowledged',
    () => {
      attach('x');
      Messages.of(disconnect()).acknowledgeWarning('cdk-teardown:comesBack');
    },
  ],
])('does not warn where %s', (_, declare) => {
  declare();
  expect(warnings()).toEqual([]);
});

test('of several, the one is told that was forgotten', () => {
  disconnect(stack, 'A').runAfterDeletionOf(attach(newPolicy().ref));
  disconnect(stack, 'B');
  expect(warnings()).toEqual([['/Stack/B', ATTACHMENT]]);
});

test('of several, each is told of what nobody goes after', () => {
  for (const id of ['A', 'B']) disconnect(stack, id).runAfterDeletionOf(attach('of-the-fleet', stack, `Attachment${id}`));
  attach('of-the-fleet');
  expect(warnings()).toEqual([
    ['/Stack/A', ATTACHMENT],
    ['/Stack/B', ATTACHMENT],
  ]);
});

test('an app that was changed is looked at anew when it is synthesized again', () => {
  const texts = () =>
    app
      .synth({ force: true })
      .getStackArtifact(stack.artifactId)
      .messages.map(({ entry }) => entry.data);
  disconnect().runAfterDeletionOf(attach('of-the-fleet', stack, 'First'));
  expect(texts()).toEqual([]);
  attach('of-the-fleet');
  expect(texts()).toEqual([expect.stringContaining(ATTACHMENT)]);
});
