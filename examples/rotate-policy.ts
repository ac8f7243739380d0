/*
 * Changes what the kiosks may do and, in the same deploy, when that is in force, disconnects each of them once. They come back under the changed policy.
 * -c clientIds=kiosk-* says by which client ids they may connect, -c settleSeconds=… how long to wait.
 */
import { App, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Moment, MqttClients, MqttDisconnection, OnFailure } from '../lib';

const app = new App();
const stack = new Stack(app, 'RotatedPolicy');
const clientIds: string = stack.node.tryGetContext('clientIds') ?? '*';
const settleSeconds = Number(stack.node.tryGetContext('settleSeconds') ?? 600);

const policyDocument = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'iot:Connect', Resource: stack.formatArn({ service: 'iot', resource: 'client', resourceName: clientIds }) },
    { Effect: 'Allow', Action: 'iot:Publish', Resource: stack.formatArn({ service: 'iot', resource: 'topic', resourceName: 'kiosks/*' }) },
  ],
};
const policy = new CfnPolicy(stack, 'Policy', { policyName: 'kiosks', policyDocument });

// AWS IoT takes 6 to 8 minutes until a changed policy is in force. Who comes back before has the rights that it had.
const wait = new Function(stack, 'Wait', {
  runtime: Runtime.NODEJS_22_X,
  handler: 'index.handler',
  timeout: Duration.minutes(14),
  code: Code.fromInline(`exports.handler = async ({ RequestType, ResponseURL, StackId, RequestId, LogicalResourceId, ResourceProperties }) => {
    if (RequestType !== 'Delete') await new Promise((resolve) => setTimeout(resolve, ResourceProperties.Seconds * 1000));
    const body = JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'waited', StackId, RequestId, LogicalResourceId });
    await fetch(ResponseURL, { method: 'PUT', headers: { 'content-type': '' }, body });
  };`),
});
const inForce = new CustomResource(stack, 'InForce', {
  serviceToken: wait.functionArn,
  serviceTimeout: Duration.minutes(20),
  properties: { Policy: policyDocument, Seconds: settleSeconds },
});
inForce.node.addDependency(policy);

const disconnection = new MqttDisconnection(stack, 'Kiosks', {
  clients: MqttClients.inThingGroup('kiosks'),
  // A subscription in a persistent session is not authorized again.
  cleanSession: true,
  runOn: [Moment.DEPLOY],
  redeployTrigger: stack.toJsonString(policyDocument),
  // A kiosk that cannot be disconnected is no reason to give all of them their old rights back.
  onFailure: OnFailure.CONTINUE,
});
disconnection.node.addDependency(inForce);
app.synth();
