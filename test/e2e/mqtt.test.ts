import { CfnThing } from 'aws-cdk-lib/aws-iot';
import { Moment, MqttClients, MqttDisconnection, OnFailure, type MqttDisconnectionProps } from '../../lib';
import { until } from '../../local-aws/test/support/mqtt-device';
import { mqttScene } from '../support/mqtt-scene';

/* The real handler, as a child process on the shipped bundle, under the permissions that the template grants. */

const scene = mqttScene('Mqtt');

const disconnect = (ids: string[], props?: Partial<MqttDisconnectionProps>) => scene.disconnect(() => MqttClients.ids(...ids), props);

const onDeploy = { runOn: [Moment.DEPLOY] };

test('disconnects on teardown, not on deploy, and leaves others alone', async () => {
  const [kiosk, other] = [await scene.fleet.connect('kiosk-1'), await scene.fleet.connect('kiosk-10')];
  await scene.stack.deploy(disconnect(['kiosk-1']));
  expect(kiosk.connected).toBe(true);
  await scene.stack.destroy();
  await until(() => !kiosk.connected);
  expect(other.connected).toBe(true);
});

test('disconnects on deploy and counts', async () => {
  const kiosk = await scene.fleet.connect('kiosk-1');
  await scene.stack.deploy(disconnect(['kiosk-1', 'never-there'], onDeploy));
  await until(() => !kiosk.connected);
  expect(await scene.stack.outputs()).toEqual({ targetCount: '2', endedCount: '1', alreadyGoneCount: '1', failedCount: '0' });
});

test('an update acts on what is new in the list, and on all when redeployTrigger changes', async () => {
  await scene.stack.deploy(disconnect(['kiosk-1'], onDeploy));
  const [one, two] = [await scene.fleet.connect('kiosk-1'), await scene.fleet.connect('kiosk-2')];
  await scene.stack.deploy(disconnect(['kiosk-1', 'kiosk-2'], onDeploy));
  await until(() => !two.connected);
  expect(one.connected).toBe(true);
  expect(await scene.stack.outputs()).toMatchObject({ targetCount: '2', endedCount: '1' });
  await scene.stack.deploy(disconnect(['kiosk-1', 'kiosk-2'], { ...onDeploy, redeployTrigger: 'again' }));
  await until(() => !one.connected);
});

test("disconnects the clients with things' names", async () => {
  const kiosk = await scene.fleet.connect('kiosk-thing');
  await scene.stack.deploy((scope) => {
    const thing = new CfnThing(scope, 'Thing', { thingName: 'kiosk-thing' });
    new MqttDisconnection(scope, 'Kiosks', { clients: MqttClients.ofThings(thing) });
  });
  await scene.stack.destroy();
  await until(() => !kiosk.connected);
});

test('a client id with characters that a URL or a policy would read otherwise', async () => {
  const ids = ['a/b c+d#e?f%g', 'Kühlschrank:1', 'all*', 'a${b}'];
  const kiosks = await Promise.all(ids.map((id) => scene.fleet.connect(id)));
  await scene.stack.deploy(disconnect(ids, onDeploy));
  await until(() => kiosks.every(({ connected }) => !connected));
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteConnection.html
describe.each([true, false])('preventWillMessage: %s', (preventWillMessage) => {
  test(`${preventWillMessage ? 'holds back' : 'publishes'} the last will`, async () => {
    const wills = await scene.fleet.listen('wills/#');
    const kiosk = await scene.fleet.connect('kiosk-1', { will: { topic: 'wills/kiosk-1', payload: Buffer.from('gone'), qos: 0, retain: false } });
    await scene.stack.deploy(disconnect(['kiosk-1'], { ...onDeploy, preventWillMessage }));
    await until(() => !kiosk.connected);
    expect(await wills.hears(preventWillMessage ? 0 : 1)).toEqual(preventWillMessage ? [] : [['wills/kiosk-1', 'gone']]);
  });
});

describe.each([true, false])('cleanSession: %s', (cleanSession) => {
  test(`${cleanSession ? 'ends' : 'keeps'} the persistent session`, async () => {
    const kiosk = await scene.fleet.connect('kiosk-1', { clean: false });
    await kiosk.subscribeAsync('orders', { qos: 1 });
    await scene.stack.deploy(disconnect(['kiosk-1'], { ...onDeploy, cleanSession }));
    await until(() => !kiosk.connected);
    expect(await scene.fleet.comesBackToSession('kiosk-1')).toBe(!cleanSession);
  });
});

describe('the data endpoint', () => {
  const asked = () => scene.aws.calls.filter(({ path }) => path === '/endpoint').length;

  test('is asked of AWS IoT, because Lambda sets no endpoint variables', async () => {
    const before = asked();
    await scene.stack.deploy(disconnect(['kiosk-1'], onDeploy));
    expect(asked()).toBe(before + 1);
  });

  test('is not asked where the construct names it', async () => {
    const before = asked();
    const kiosk = await scene.fleet.connect('kiosk-1');
    await scene.stack.deploy(disconnect(['kiosk-1'], { ...onDeploy, endpoint: scene.aws.url }));
    await until(() => !kiosk.connected);
    expect(asked()).toBe(before);
  });
});

describe('when a client cannot be disconnected', () => {
  const withoutRightTo = (id: string) => (template: any) => {
    for (const { Type, Properties } of Object.values<any>(template.Resources)) {
      if (Type !== 'AWS::IAM::Policy') continue;
      for (const statement of Properties.PolicyDocument.Statement) {
        if (Array.isArray(statement.Resource)) statement.Resource = statement.Resource.filter((arn: object) => !JSON.stringify(arn).includes(id));
      }
    }
  };

  test('the others are, and the destroy fails with a sentence to act on', async () => {
    const kiosks = await Promise.all(['kiosk-1', 'kiosk-2', 'kiosk-3'].map((id) => scene.fleet.connect(id)));
    await scene.stack.deploy(disconnect(['kiosk-1', 'kiosk-2', 'kiosk-3']), withoutRightTo('kiosk-2'));
    const failure = await scene.stack.destroy().catch((error) => error);
    expect(failure.message).toMatch(
      new RegExp(
        '1 of 3 MQTT clients could not be disconnected \\(1 \\w+\\), for example kiosk-2: ' +
          "see that the provider's role is allowed iot:DeleteConnection on client/kiosk-2: .*2 of 3 MQTT clients were disconnected. Details are in log stream .*Mend the cause and run the same command again",
      ),
    );
    expect(kiosks.map(({ connected }) => connected)).toEqual([false, true, false]);
  });

  test('with CONTINUE the destroy goes on, and the log has a line for it', async () => {
    await scene.fleet.connect('kiosk-2');
    await scene.stack.deploy(disconnect(['kiosk-2', 'kiosk-3'], { onFailure: OnFailure.CONTINUE }), withoutRightTo('kiosk-2'));
    await scene.stack.destroy();
    const errors = scene.aws.logs.history.filter((line) => line.includes('"ERROR"'));
    expect(errors.filter((line) => line.includes('"target":"kiosk-2"'))).not.toEqual([]);
  });
});
