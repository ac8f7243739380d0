/* Declares targets in one of three ways, synthesizes, and prints what that took as JSON. Arguments: way, count. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { MqttClients, MqttDisconnection, MqttDisconnectionProvider } from '../../lib';

/** A role has no room for many more: see the limits in docs/operations.md. */
const CONSTRUCTS_A_PROVIDER = 250;

const WAYS: Readonly<Record<string, (stack: Stack, ids: readonly string[]) => void>> = {
  'one construct': (stack, ids) => {
    new MqttDisconnection(stack, 'Kiosks', { clients: MqttClients.ids(...ids) });
  },
  'a construct each': (stack, ids) => {
    let provider: MqttDisconnectionProvider | undefined;
    ids.forEach((id, index) => {
      if (index % CONSTRUCTS_A_PROVIDER === 0) provider = new MqttDisconnectionProvider(stack, `Provider${index}`);
      new MqttDisconnection(stack, id, { clients: MqttClients.ids(id), provider });
    });
  },
  'AwsCustomResource each': (stack, ids) => {
    for (const clientId of ids) {
      new AwsCustomResource(stack, clientId, {
        onDelete: { service: 'iot-data-plane', action: 'DeleteConnection', parameters: { clientId }, physicalResourceId: PhysicalResourceId.of(clientId) },
        policy: AwsCustomResourcePolicy.fromStatements([
          new PolicyStatement({
            actions: ['iot:DeleteConnection'],
            resources: [stack.formatArn({ service: 'iot', resource: 'client', resourceName: clientId })],
          }),
        ]),
        installLatestAwsSdk: false,
      });
    }
  },
};

const [way, count] = process.argv.slice(2);
const ids = Array.from({ length: Number(count) }, (_, index) => `kiosk-${index}`);
const outdir = mkdtempSync(join(tmpdir(), 'cdk-teardown-bench-'));
try {
  const started = performance.now();
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Stack', { env: { account: '123456789012', region: 'ca-central-1' } });
  WAYS[way](stack, ids);
  const assembly = app.synth();
  const ms = performance.now() - started;
  const { templateFullPath, template, messages } = assembly.getStackByName('Stack');
  const error = messages.find(({ level }) => level === 'error');
  if (error) throw new Error(String(error.entry.data));
  console.log(JSON.stringify({ ms, bytes: statSync(templateFullPath).size, resources: Object.keys(template.Resources).length }));
} catch (error) {
  console.log(JSON.stringify({ refused: (error as Error).message.split(/\n|: AWS|: Custom/)[0] }));
} finally {
  rmSync(outdir, { recursive: true });
}
