/* Disconnects the clients that a column of a packed CSV file lists when the stack is destroyed. */
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ManifestFormat, MqttClients, MqttDisconnection } from '../lib';

const app = new App();
const stack = new Stack(app, 'KiosksOfAManifest');
const bucket = Bucket.fromBucketName(stack, 'Manifests', 'fleet-manifests');
new MqttDisconnection(stack, 'Kiosks', {
  clients: MqttClients.fromManifest(bucket, 'kiosks.csv.gz', { format: ManifestFormat.csv('clientId') }),
});
app.synth();
