import { Annotations as Messages, App, Aspects, CfnDeletionPolicy, CfnResource, NestedStack, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { MqttClients, MqttDisconnection, Moment } from '../../lib';

/* CloudFormation lets a retained resource go without calling its provider, and says that it is destroyed. */

const RETAINED = Match.stringLikeRegexp('cdk-teardown:retained');
let app: App;
let stack: Stack;
beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack');
});

function disconnect(scope: Stack = stack, runOn?: Moment[]) {
  const disconnection = new MqttDisconnection(scope, 'Kiosks', { clients: MqttClients.ids('kiosk-1'), runOn });
  return { disconnection, resource: disconnection.node.findChild('Resource').node.defaultChild as CfnResource };
}

const warnings = () =>
  Annotations.fromStack(stack)
    .findWarning('*', RETAINED)
    .map(({ entry }) => String(entry.data));

test.each<[string, () => unknown]>([
  ['RemovalPolicies of the app, said before', () => (RemovalPolicies.of(app).retain(), disconnect())],
  ['RemovalPolicies of the app, said after', () => (disconnect(), RemovalPolicies.of(app).retain())],
  ['RemovalPolicies with a late priority', () => (disconnect(), RemovalPolicies.of(app).retain({ priority: 10_000 }))],
  [
    'an Aspect that an Aspect adds',
    () => {
      disconnect();
      let added = false;
      Aspects.of(app).add({
        visit: (node) => {
          if (!added) RemovalPolicies.of(node).retain({ priority: 10_000 });
          added = true;
        },
      });
    },
  ],
  ['a removal policy of its own', () => disconnect().resource.applyRemovalPolicy(RemovalPolicy.RETAIN)],
  [
    'an option of CloudFormation',
    () => {
      disconnect().resource.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
    },
  ],
  ['an override', () => disconnect().resource.addOverride('DeletionPolicy', 'Retain')],
])('warns where it is retained: %s', (_, declare) => {
  declare();
  expect(warnings()).toEqual([
    expect.stringMatching(
      /^runOn has Moment.TEARDOWN, but Stack\/Kiosks\/Resource\/Default has the DeletionPolicy Retain: CloudFormation then says that it is destroyed, and ends nothing. Exclude it \(RemovalPolicies takes excludeResourceTypes: \['Custom::MqttDisconnection'\]\), or acknowledge this warning/,
    ),
  ]);
});

test('warns where it is retained except when its creation fails', () => {
  disconnect(stack, [Moment.REMOVAL, Moment.TEARDOWN]).resource.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  expect(warnings()).toEqual([
    expect.stringContaining('runOn has Moment.REMOVAL and Moment.TEARDOWN, but Stack/Kiosks/Resource/Default has the DeletionPolicy RetainExceptOnCreate'),
  ]);
});

test('warns where the nested stack that it is in is retained', () => {
  const nested = new NestedStack(new NestedStack(stack, 'Outer'), 'Inner');
  disconnect(nested);
  (nested.nestedStackParent!.nestedStackResource as CfnResource).applyRemovalPolicy(RemovalPolicy.RETAIN);
  expect(warnings()).toEqual([expect.stringContaining('Outer.NestedStackResource has the DeletionPolicy Retain')]);
});

test.each<[string, () => unknown]>([
  ['it is excluded', () => (disconnect(), RemovalPolicies.of(app).retain({ excludeResourceTypes: ['Custom::MqttDisconnection'] }))],
  ['it is destroyed all the same', () => RemovalPolicies.of((RemovalPolicies.of(app).retain(), disconnect().disconnection)).destroy()],
  [
    'only its replacement is retained',
    () => {
      disconnect().resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    },
  ],
  ['it acts on no deletion', () => disconnect(stack, [Moment.DEPLOY]).resource.applyRemovalPolicy(RemovalPolicy.RETAIN)],
  [
    'the warning is acknowledged',
    () => {
      const { disconnection, resource } = disconnect();
      resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
      Messages.of(disconnection).acknowledgeWarning('cdk-teardown:retained');
    },
  ],
])('does not warn where %s', (_, declare) => {
  declare();
  expect(warnings()).toEqual([]);
});
