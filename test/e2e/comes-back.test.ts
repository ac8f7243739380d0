import { Duration } from 'aws-cdk-lib';
import { CfnPolicy, CfnPolicyPrincipalAttachment } from 'aws-cdk-lib/aws-iot';
import { Confirm, MqttClients, MqttDisconnection } from '../../lib';
import { until } from '../../local-aws/test/support/mqtt-device';
import { mqttScene } from '../support/mqtt-scene';

/* A destroy that takes the rights of a device away first. https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html */

/** Far more than the function takes until it disconnects for the first time. */
const POLICY_DELAY_MS = 12_000;
const scene = mqttScene('ComesBack', { iot: { policyDelayMs: POLICY_DELAY_MS } });

test('a device that connects again for as long as its old policy is in force is gone when the destroy succeeds', async () => {
  const principal = scene.aws.iot.principal('a'.repeat(64));
  await scene.stack.deploy((scope) => {
    const policyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }] };
    const policy = new CfnPolicy(scope, 'Policy', { policyName: 'kiosks', policyDocument });
    const attachment = new CfnPolicyPrincipalAttachment(scope, 'Attachment', { policyName: policy.ref, principal });
    const disconnection = new MqttDisconnection(scope, 'Kiosks', {
      clients: MqttClients.ids('kiosk'),
      confirm: Confirm.staysDisconnected(Duration.seconds(2)),
    });
    disconnection.runAfterDeletionOf(attachment);
  });
  const kiosk = await scene.fleet.connect('kiosk', { username: principal, reconnectPeriod: 50 });
  await scene.stack.destroy();
  expect(scene.called.length).toBeGreaterThan(1);
  await until(() => !kiosk.connected);
});
