/*
 * Moves a fleet from one of two endpoints to the other. Devices know both, and try the other where one lets them in no more.
 * -c retired=blue disables the blue endpoint, and has each device connect anew.
 */
import { App, Stack } from 'aws-cdk-lib';
import { CfnDomainConfiguration } from 'aws-cdk-lib/aws-iot';
import { Moment, MqttClients, MqttDisconnection } from '../lib';

const app = new App();
const stack = new Stack(app, 'MovedEndpoint');
const certificateArn = stack.formatArn({ service: 'acm', resource: 'certificate', resourceName: '0cc2f3f4-2222-4000-8000-000000000000' });

const retired = stack.node.tryGetContext('retired');
const endpoints = ['blue', 'green'].map(
  (colour) =>
    new CfnDomainConfiguration(stack, colour, {
      domainConfigurationName: colour,
      domainName: `${colour}.iot.example.com`,
      serverCertificateArns: [certificateArn],
      domainConfigurationStatus: colour === retired ? 'DISABLED' : 'ENABLED',
    }),
);
// Not in the template before there is something to move away from: its first deploy disconnects, too.
if (retired) {
  const disconnection = new MqttDisconnection(stack, 'Kiosks', {
    clients: MqttClients.inThingGroup('kiosks'),
    runOn: [Moment.DEPLOY],
    redeployTrigger: retired,
  });
  disconnection.node.addDependency(...endpoints);
}
app.synth();
