import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ManagedThingDeletion, ManagedThings, MqttClients, MqttDisconnection } from '../../lib';

/* A policy that covers more than the names that are known says so. */

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'ca-central-1' } });
});

const disconnect = (clients: MqttClients) => new MqttDisconnection(stack, 'It', { clients });
const warnings = () =>
  Annotations.fromStack(stack)
    .findWarning('/Stack/It', Match.anyValue())
    .map(({ entry }) => String(entry.data));
const granted = (action: string) =>
  Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => [Action].flat().includes(action))
    .flatMap(({ Resource }) => [Resource].flat())
    .map((arn) => arn['Fn::Join'][1].at(-1));

test('client ids with characters that IAM does not know', () => {
  disconnect(MqttClients.ids('キオスク', 'キオスク-1', 'kiosk-1', 'Kühl'));
  expect(granted('iot:DeleteConnection').map((end: string) => end.replace(/.*client\//, ''))).toEqual(['*', '*-1', 'kiosk-1', 'Kühl']);
  expect(warnings()).toEqual([
    expect.stringMatching(
      /^an IAM policy cannot have the characters of "キオスク", "キオスク-1" that are not Latin-1, so the provider has permissions on "\*", "\*-1": use other names.*wildcardPermission/,
    ),
  ]);
});

test('the key of a manifest with such characters', () => {
  disconnect(MqttClients.fromManifest(Bucket.fromBucketName(stack, 'Bucket', 'fleet'), '端末/all*.txt'));
  expect(granted('s3:GetObject')).toEqual([expect.stringMatching(/:s3:::fleet\/\*\/all\$\{\*\}\.txt$/)]);
  expect(warnings()).toEqual([
    expect.stringContaining('the characters of "端末/all*.txt" that are not Latin-1, so the provider has permissions on "*/all${*}.txt"'),
  ]);
});

test('both, where there are many names as well', () => {
  disconnect(MqttClients.ids(...Array.from({ length: 90 }, (_, n) => `キオスク-${'x'.repeat(60)}-${n}`)));
  expect(warnings()).toEqual(expect.arrayContaining([expect.stringContaining('no room for the names of 90 targets'), expect.stringContaining('"キオスク-')]));
});

test('not for names that a policy can have', () => {
  disconnect(MqttClients.ids('kiosk-1', 'Kühl', 'a*b'));
  new ManagedThingDeletion(stack, 'Things', { things: ManagedThings.ids('a:b_c') });
  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
});
