import { Fn, Token } from 'aws-cdk-lib';
import { CfnThing } from 'aws-cdk-lib/aws-iot';
import { ManagedThings, MqttClients } from '../../lib';
import { newStack } from '../support/new-stack';

/* Which lists of ids are refused before any resource is made, and why. */

describe('client ids that AWS IoT would refuse fail at synth', () => {
  test.each([
    ['', 'MQTT client id "" is empty'],
    ['x'.repeat(129), 'has 129 bytes'],
    ['ü'.repeat(65), 'has 130 bytes'],
    ['$aws', 'MQTT client id "$aws" starts with "$"'],
    ['.', 'MQTT client id "." cannot'],
    ['..', 'MQTT client id ".." cannot'],
    ['kiosk-\ud83d', 'is not valid Unicode'],
    ['\udd11-kiosk', 'is not valid Unicode'],
    [' kiosk', 'MQTT client id " kiosk" starts or ends with a blank: take the blank away'],
    ['kiosk\n', 'starts or ends with a blank'],
    ['\u3000kiosk', 'starts or ends with a blank'],
    [' ', 'starts or ends with a blank'],
  ])('%j', (id, message) => {
    expect(() => MqttClients.ids('fine', id)).toThrow(message);
  });

  test.each([['x'.repeat(128)], ['ü'.repeat(64)], ['...'], ['a$'], ['kiosk \u{1f511}'], [Token.asString({ Ref: 'Later' })]])('%j is fine', (id) => {
    expect(() => MqttClients.ids(id)).not.toThrow();
  });

  test.each<[string, () => unknown]>([
    ['a list that is not spread', () => MqttClients.ids(['kiosk-1', 'kiosk-2'] as any)],
    ['a list of things that is not spread', () => MqttClients.ofThings([new CfnThing(newStack(), 'One')] as any)],
    ['an id that is missing', () => MqttClients.ids('kiosk-1', undefined as any)],
    ['a number', () => ManagedThings.ids(7 as any)],
  ])('%s', (_, make) => {
    expect(make).toThrow(/id (\["kiosk-1","kiosk-2"\]|undefined|7) is not a string: pass one after the other, and spread a list \(...list\)/);
  });

  test.each<[string, (list: string[]) => unknown]>([
    ['an id', (list) => MqttClients.ids('kiosk-1', ...list)],
    ['another list', (list) => ManagedThings.ids(...list, ...Fn.split(',', Fn.importValue('More')))],
  ])('a list that is known at deploy only beside %s', (_, make) => {
    expect(() => make(Fn.split(',', Fn.importValue('Clients')))).toThrow(
      /^a list of .* ids that is known when the stack is deployed cannot stand beside other ids/,
    );
  });

  test('no ids', () => {
    expect(() => MqttClients.ids()).toThrow('no MQTT client ids given');
  });

  test('more ids than a template should carry', () => {
    expect(() => MqttClients.ids(...Array.from({ length: 9_000 }, (_, n) => `kiosk-${n}`))).toThrow(
      /^9000 MQTT client ids take \d+ bytes of template, at most 100000 are allowed: keep them in a table/,
    );
  });
});
