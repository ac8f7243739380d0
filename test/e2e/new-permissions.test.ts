import type { Stack } from 'aws-cdk-lib';
import { Moment, MqttClients, MqttDisconnection } from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';
import { Fleet, until } from '../../local-aws/test/support/mqtt-device';
import { TestStack } from '../../local-aws/test/support/test-stack';

/* A policy that was made a moment ago is not in force yet when CloudFormation calls: aws-cdk #37675, #37878. */

let aws: LocalAws;
let fleet: Fleet;
beforeAll(async () => {
  aws = await LocalAws.start({ iam: { permissionDelayMs: 3_000 } });
  fleet = new Fleet(aws);
  aws.iot.createThingGroup('kiosks');
  aws.iot.createThing('kiosk-1');
  aws.iot.addThingToThingGroup('kiosks', 'kiosk-1');
});
afterAll(async () => {
  await fleet.leave();
  await aws.stop();
});

const disconnect = (clients: MqttClients, runOn: Moment[]) => (scope: Stack) => {
  new MqttDisconnection(scope, 'Kiosks', { clients, runOn });
};

/** How often functions were denied what they may do. */
async function denialsDuring(work: Promise<unknown>): Promise<number> {
  const before = aws.calls.length;
  await work;
  return aws.calls.slice(before).filter(({ status, caller }) => caller === 'function' && status >= 400 && status !== 404).length;
}

test('a deploy that looks at its targets waits until it is', async () => {
  const stack = new TestStack(aws, 'Looks');
  expect(await denialsDuring(stack.deploy(disconnect(MqttClients.inThingGroup('kiosks'), [Moment.TEARDOWN])))).toBeGreaterThan(0);
  await stack.destroy();
});

test('and so does one that acts, and one that acts on what is new', async () => {
  const stack = new TestStack(aws, 'Acts');
  expect(await denialsDuring(stack.deploy(disconnect(MqttClients.ids('kiosk-1'), [Moment.DEPLOY])))).toBeGreaterThan(0);
  const kiosk = await fleet.connect('kiosk-2');
  expect(await denialsDuring(stack.deploy(disconnect(MqttClients.ids('kiosk-1', 'kiosk-2'), [Moment.DEPLOY])))).toBeGreaterThan(0);
  await until(() => !kiosk.connected);
  await stack.destroy();
});
