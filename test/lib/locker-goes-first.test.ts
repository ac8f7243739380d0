import { Annotations as Messages, Aspects, CfnResource, Duration, NestedStack, RemovalPolicy } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { Force, ManagedThingDeletion, ManagedThings, Moment, MqttClients, type ManagedThingDeletionProps } from '../../lib';
import { attribute, before, disconnect, early, ENV, fleetTable, warnings } from '../support/goes-first';
import { eachInANewStack, stack } from '../support/order-warnings';

/* A managed thing whose credential locker is gone cannot acknowledge its deletion. */

eachInANewStack(ENV);

const newLocker = (scope: Construct = stack, id = 'Locker') => new CfnResource(scope, id, { type: 'AWS::IoTManagedIntegrations::CredentialLocker' });
const deleteThings = (id = 'It', props: Partial<ManagedThingDeletionProps> = {}, scope: Construct = stack) =>
  new ManagedThingDeletion(scope, id, { things: ManagedThings.ids('abc'), ...props });
const MINUTE = Duration.minutes(1);
const LOCKER = before('Stack/Locker', 'deletion.runBeforeDeletionOf(credentialLocker)');

test.each<[string, string, () => unknown]>([
  ["a managed thing's locker", LOCKER, () => (newLocker(), deleteThings())],
  ["a managed thing's locker that goes first in any case", LOCKER, () => deleteThings().runAfterDeletionOf(newLocker())],
  ["a managed thing's locker, though force comes after a while", LOCKER, () => (newLocker(), deleteThings('It', { force: Force.after(MINUTE) }))],
  [
    'a locker and a table',
    early('Stack/Table/Resource, Stack/Locker may be deleted before this acts: write deletion.runBeforeDeletionOf(table, credentialLocker)'),
    () => {
      fleetTable();
      newLocker();
      deleteThings('It', { things: ManagedThings.fromTable(Table.fromTableName(stack, 'Same', 'fleet'), attribute) });
    },
  ],
  [
    'a locker in a nested stack',
    before('Stack/Nested/Locker', 'deletion.runBeforeDeletionOf(credentialLocker)'),
    () => (newLocker(new NestedStack(stack, 'Nested')), deleteThings()),
  ],
  [
    'a locker that another goes before, where one is retained',
    LOCKER,
    () => {
      newLocker(stack, 'Kept').applyRemovalPolicy(RemovalPolicy.RETAIN);
      deleteThings('Other').runBeforeDeletionOf(newLocker());
      deleteThings();
    },
  ],
  [
    'a locker that nobody goes before, where others have their own',
    LOCKER,
    () => {
      newLocker();
      deleteThings().runBeforeDeletionOf(newLocker(stack, 'Own'));
    },
  ],
])('warns of %s', (_, text, declare) => {
  declare();
  expect(warnings()).toEqual([[expect.stringMatching(/^\/Stack\/(Nested\/)?It$/), text]]);
});

test.each<[string, () => unknown]>([
  ['the locker goes after it', () => deleteThings().runBeforeDeletionOf(newLocker())],
  ['the locker goes after the nested stack that it is in', () => deleteThings('It', {}, new NestedStack(stack, 'Nested')).runBeforeDeletionOf(newLocker())],
  ['the locker is what its things are found by', () => deleteThings('It', { things: ManagedThings.matching({ credentialLockerId: newLocker().ref }) })],
  ['no device is asked', () => (newLocker(), deleteThings('It', { force: Force.always() }))],
  ['the locker is retained', () => (newLocker().applyRemovalPolicy(RemovalPolicy.RETAIN), deleteThings())],
  ['each has its own locker', () => ['A', 'B'].forEach((id) => deleteThings(id).runBeforeDeletionOf(newLocker(stack, `Locker${id}`)))],
  ['it disconnects and deletes nothing', () => (newLocker(), disconnect(MqttClients.ids('kiosk-1')))],
  ['it does not act at teardown', () => (newLocker(), deleteThings('It', { runOn: [Moment.REMOVAL] }))],
  [
    'an Aspect has the locker go after it',
    () => {
      const [deletion, locker] = [deleteThings(), newLocker()];
      Aspects.of(stack).add({ visit: (node) => void (node === stack && deletion.runBeforeDeletionOf(locker)) }, { priority: 10_000 });
    },
  ],
  [
    'the warning is acknowledged',
    () => {
      newLocker();
      Messages.of(deleteThings()).acknowledgeWarning('cdk-teardown:goesFirst');
    },
  ],
])('does not warn where %s', (_, declare) => {
  declare();
  expect(warnings()).toEqual([]);
});
