import { NestedStack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { MqttClients } from '../../lib';
import { DESTROY, disconnect, early, ENV, warnings } from '../support/goes-first';
import { eachInANewStack, stack } from '../support/order-warnings';

/* A bucket that stands while its files are gone is of no use to a run that reads one. */

eachInANewStack(ENV);

const emptied = (id = 'Bucket') => new Bucket(stack, id, { autoDeleteObjects: true, ...DESTROY });

function deployedTo(bucket: Bucket, retainOnDelete?: boolean) {
  new BucketDeployment(stack, 'Deployment', { sources: [Source.data('a', 'kiosk-1')], destinationBucket: bucket, retainOnDelete });
  return bucket;
}

const EMPTIES = early(
  'Stack/Bucket/AutoDeleteObjectsCustomResource/Default empties the bucket, and may do so before this acts: write disconnection.runBeforeDeletionOf(bucket)',
);
test.each<[string, string, () => unknown]>([
  ['what empties the bucket that it reads', EMPTIES, () => disconnect(MqttClients.fromManifest(emptied(), 'a'))],
  [
    'what empties the bucket that it reads, where the bucket alone goes after it',
    EMPTIES,
    () => {
      const bucket = emptied();
      disconnect(MqttClients.fromManifest(bucket, 'a')).runBeforeDeletionOf(bucket.node.defaultChild!);
    },
  ],
  [
    'what empties a bucket that it reads in a nested stack',
    EMPTIES,
    () => disconnect(MqttClients.fromManifest(emptied(), 'a'), new NestedStack(stack, 'Nested')),
  ],
  [
    'what takes the file back that it reads',
    early(
      'Stack/Deployment/CustomResource/Default takes its files back (retainOnDelete: false), and may do so before this acts: ' +
        'write disconnection.runBeforeDeletionOf(deployment)',
    ),
    () => disconnect(MqttClients.fromManifest(deployedTo(new Bucket(stack, 'Bucket', DESTROY), false), 'a')),
  ],
])('warns of %s', (_, text, declare) => {
  declare();
  expect(warnings()).toEqual([[expect.stringMatching(/^\/Stack\/(Nested\/)?It$/), text]]);
});

test.each<[string, () => unknown]>([
  [
    'the bucket that it reads is emptied after it',
    () => {
      const bucket = emptied();
      disconnect(MqttClients.fromManifest(bucket, 'a')).runBeforeDeletionOf(bucket);
    },
  ],
  ['another bucket is emptied', () => (emptied('Other'), disconnect(MqttClients.fromManifest(new Bucket(stack, 'Bucket', DESTROY), 'a')))],
  ['the file that it reads is left there', () => disconnect(MqttClients.fromManifest(deployedTo(new Bucket(stack, 'Bucket', DESTROY)), 'a'))],
])('does not warn where %s', (_, declare) => {
  declare();
  expect(warnings()).toEqual([]);
});
