import { Aws, Fn } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
import { MqttClients } from '../../lib';
import { eachInANewStack, stack } from '../support/order-warnings';
import { allow, ATTACHMENT, attach, disconnect, IOT, newPolicy, warnings } from '../support/ways-in';

/* Whom the document of a policy lets in. */

eachInANewStack();

describe('a policy', () => {
  const later = Fn.importValue('later');
  test.each<[string, unknown[]]>([
    ['allows it by name', [allow(`${IOT}:client/kiosk-1`)]],
    ['allows it by a pattern', [allow('arn:*:iot:*:*:client/kio?k-*', ['iot:Publish', 'iot:Con*'])]],
    ['allows it by a variable', [allow([`${IOT}:topic/x`, `${IOT}:client/\${iot:Connection.Thing.ThingName}`])]],
    ['allows everything', [allow('*', '*')]],
    ['allows everything of the service', [allow('arn:aws:iot:*', 'IoT:*')]],
    ['allows it in a region that is not known', [allow(Fn.join(':', ['arn', Aws.PARTITION, 'iot', Aws.REGION, Aws.ACCOUNT_ID, 'client/kiosk-1']))]],
    ['allows what is known later', [allow(later)]],
    ['allows actions that are known later', [allow('*', Fn.split(',', later))]],
    ['denies something as well', [{ ...allow('*'), Effect: 'Deny' }, allow('*')]],
    ['has a statement that is known later', [Fn.conditionIf('If', {}, {})]],
  ])('that %s lets a client in', (_, statements) => {
    attach(newPolicy(stack, 'Policy', ...statements).ref);
    disconnect();
    expect(warnings()).toEqual([['/Stack/Kiosks', ATTACHMENT]]);
  });

  test('that is known later lets a client in', () => {
    attach(new CfnPolicy(stack, 'Policy', { policyDocument: later }).ref);
    disconnect();
    expect(warnings()).toHaveLength(1);
  });

  test.each<[string, unknown[]]>([
    ['allows others', [allow([`${IOT}:client/kiosk-2`, `${IOT}:client/gateway-*`, `${IOT}:client/kiosk-1.x`])]],
    ['allows others in its own region', [allow(Fn.join(':', ['arn', Aws.PARTITION, 'iot', Aws.REGION, Aws.ACCOUNT_ID, 'client/kiosk-2']))]],
    ['allows other things', [allow(`${IOT}:topic/*`)]],
    ['allows other actions', [allow('*', ['iot:Publish', 'iot:ConnectX', 'iot:Receive'])]],
    ['denies it', [{ ...allow('*'), Effect: 'Deny' }]],
  ])('that %s does not', (_, statements) => {
    attach(newPolicy(stack, 'Policy', ...statements).ref);
    newPolicy(stack, 'Outside', ...statements);
    disconnect();
    expect(warnings()).toEqual([]);
  });

  test('lets in whoever it allows, where clients are found when the run happens', () => {
    attach(newPolicy(stack, 'Policy', allow(`${IOT}:client/gateway-1`)).ref);
    newPolicy(stack, 'Topics', allow(`${IOT}:topic/*`));
    disconnect(stack, 'Kiosks', { clients: MqttClients.matching('thingName:*') });
    expect(warnings()).toEqual([['/Stack/Kiosks', ATTACHMENT]]);
  });

  test('lets in a client whose name has characters of patterns', () => {
    attach(newPolicy(stack, 'Policy', allow(`${IOT}:client/kiosk:1.a`)).ref);
    disconnect(stack, 'Kiosks', { clients: MqttClients.ids('kiosk:1.a') });
    expect(warnings()).toEqual([['/Stack/Kiosks', ATTACHMENT]]);
  });

  test('lets in whoever it allows, where names of clients are known later', () => {
    attach(newPolicy(stack, 'Policy', allow(`${IOT}:client/gateway-1`)).ref);
    disconnect(stack, 'Kiosks', { clients: MqttClients.ids('kiosk-1', later) });
    expect(warnings()).toEqual([['/Stack/Kiosks', ATTACHMENT]]);
  });
});
