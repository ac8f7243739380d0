import { CERTIFICATE, CONTEXT, IotRig } from './iot-rig';

// https://docs.aws.amazon.com/iot/latest/developerguide/iot-custom-endpoints-managing.html

const rig = new IotRig();
beforeEach(async () => {
  await rig.start();
  rig.allow();
});
afterEach(() => rig.stop());

const DOMAIN = 'blue.iot.example.com';
const type = () => rig.iot.resourceTypes['AWS::IoT::DomainConfiguration'];
const properties = (DomainConfigurationStatus?: string) => ({ DomainConfigurationName: 'blue', DomainName: DOMAIN, DomainConfigurationStatus });
const device = (clientId: string) => rig.device(clientId, { port: Number(new URL(rig.iot.brokerUrlOf(DOMAIN)).port), username: CERTIFICATE });

it('lets clients in by a domain that is enabled, which it is if nobody says otherwise', async () => {
  expect(await type().create(properties(), CONTEXT)).toEqual({
    physicalId: 'blue',
    attributes: { Arn: 'arn:aws:iot:ca-central-1:123456789012:domainconfiguration/blue', DomainType: 'CUSTOMER_MANAGED' },
  });
  await device('kiosk-1');
  expect(await rig.iot.isConnected('kiosk-1')).toBe(true);
});

it('answers clients of a disabled domain with an authentication error, and lets them in elsewhere; who is connected stays so (inferred)', async () => {
  await type().create(properties(), CONTEXT);
  const kiosk = await device('kiosk-1');
  await type().update!('blue', properties('DISABLED'), properties(), CONTEXT);
  await expect(device('kiosk-2')).rejects.toMatchObject({ code: 5 });
  await rig.device('kiosk-2');
  expect(kiosk.connected).toBe(true);
  await type().update!('blue', properties('ENABLED'), properties('DISABLED'), CONTEXT);
  await device('kiosk-3');
});

it('ends the connection of a client, whichever domain it came by', async () => {
  await type().create(properties(), CONTEXT);
  await device('kiosk-1');
  await rig.end('kiosk-1');
  expect(await rig.iot.isConnected('kiosk-1')).toBe(false);
});

it('serves a domain no more that was deleted, and does not pretend to know those that AWS manages', async () => {
  await type().create(properties(), CONTEXT);
  const { port } = new URL(rig.iot.brokerUrlOf(DOMAIN));
  await type().delete('blue', {}, CONTEXT);
  await expect(rig.device('kiosk-1', { port: Number(port) })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(() => rig.iot.brokerUrlOf(DOMAIN)).toThrow(DOMAIN);
  await expect(type().create({ DomainConfigurationName: 'green' }, CONTEXT)).rejects.toThrow('AWS-managed');
});
