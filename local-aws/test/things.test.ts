import type { ResourceContext } from '../cloudformation/resource-type';
import { AccessDenied } from '../service';
import { after, call, del, get, rig, start, stop } from './things-rig';

/* That things and lockers are made and changed, by calls or by stacks, within quotas and permissions. */
// MODEL: AWS's API model, botocore 1.43.11, iot-managed-integrations

afterEach(async () => {
  jest.restoreAllMocks();
  await stop();
});

describe('CreateManagedThing, UpdateManagedThing and credential lockers (MODEL)', () => {
  const material = { AuthenticationMaterial: 'code', AuthenticationMaterialType: 'ZIGBEE_QR_BAR_CODE' };
  beforeEach(() => start());

  it('creates and updates', async () => {
    const locker = await call('POST', '/credential-lockers', { Name: 'house' });
    expect(locker.status).toBe(201);
    expect((await call('GET', `/credential-lockers/${locker.body.Id}`)).body).toMatchObject({
      Name: 'house',
      Arn: `arn:aws:iotmanagedintegrations:ca-central-1:123456789012:credential-locker/${locker.body.Id}`,
    });
    const { status, body } = await call('POST', '/managed-things', { ...material, Role: 'DEVICE', CredentialLockerId: locker.body.Id });
    expect([status, body]).toEqual([201, { Id: expect.any(String), Arn: expect.any(String), CreatedAt: expect.any(Number) }]);
    expect((await call('PUT', `/managed-things/${body.Id}`, { Name: 'lamp' })).status).toBe(204);
    expect((await get(body.Id)).body).toMatchObject({ Name: 'lamp', ProvisioningStatus: 'UNASSOCIATED', CredentialLockerId: locker.body.Id });
  });

  it('refuses what is missing or unknown', async () => {
    expect((await call('POST', '/managed-things', { Role: 'DEVICE' })).status).toBe(400);
    expect((await call('POST', '/managed-things', { ...material, Role: 'DEVICE', CredentialLockerId: 'none' })).status).toBe(404);
    expect((await call('POST', '/managed-things', { ...material, Role: 'DEVICE', Capabilities: '{}' })).status).toBe(501);
    expect((await call('PUT', `/managed-things/${rig.things.create().Id}`, { Role: 'CONTROLLER' })).status).toBe(501);
    expect((await call('GET', '/provisioning-profiles')).status).toBe(501);
  });

  // https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_DeleteCredentialLocker.html
  it('a locker goes though things are registered with it; their devices can then acknowledge nothing', async () => {
    const { Id: lockerId } = rig.things.createCredentialLocker();
    const { Id } = rig.things.create({ CredentialLockerId: lockerId, acknowledgesAfter: 1 });
    expect(rig.things.credentialLockerGone(Id)).toBe(false);
    expect((await call('DELETE', `/credential-lockers/${lockerId}`)).status).toBe(200);
    expect(rig.things.credentialLockerGone(Id)).toBe(true);
    await del(Id);
    await after(30);
    expect((await get(Id)).body.ProvisioningStatus).toBe('DELETE_IN_PROGRESS');
    await del(Id, '?Force=true');
    expect(rig.things.deletions).toEqual([
      { kind: 'locker', id: lockerId },
      { kind: 'thing', id: Id },
    ]);
    expect((await call('DELETE', `/credential-lockers/${lockerId}`)).status).toBe(404);
  });
});

// https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#limits_iot_managed_integrations
describe('quotas', () => {
  beforeEach(() => start({ quotas: {} }));

  it.each([
    ['DELETE', '/managed-things/none'],
    ['GET', '/managed-things/none'],
    ['GET', '/managed-things'],
  ])('%s %s: 10 a second', async (method, path) => {
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    const throttled = async (calls: number) => {
      const replies = await Promise.all(Array.from({ length: calls }, () => call(method, path)));
      return replies.filter(({ status, error }) => status === 429 && error === 'ThrottlingException').length;
    };
    expect(await throttled(13)).toBe(3);
    clock.mockReturnValue(500);
    expect(await throttled(6)).toBe(1);
  });
});

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_iot-managed-integrations.html
it('names actions and resources to IAM, whose refusal reaches the caller', async () => {
  const asked: string[] = [];
  await start({}, (_caller, action, resource) => {
    asked.push(`${action} ${resource}`);
    throw new AccessDenied('not authorized to perform');
  });
  const { Id, Arn } = rig.things.create();
  for (const reply of [await del(Id), await get(Id), await call('GET', '/managed-things')]) {
    expect(reply).toMatchObject({ status: 403, error: 'AccessDeniedException', body: { Message: 'not authorized to perform' } });
  }
  expect(asked).toEqual([
    `iotmanagedintegrations:DeleteManagedThing ${Arn}`,
    `iotmanagedintegrations:GetManagedThing ${Arn}`,
    'iotmanagedintegrations:ListManagedThings *',
  ]);
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IoTManagedIntegrations.html
describe('resource types', () => {
  const context: ResourceContext = {
    stackId: 's',
    stackName: 'stack',
    logicalId: 'L',
    region: 'ca-central-1',
    account: '123456789012',
    generatedName: () => 'stack-L-x',
  };
  beforeEach(() => start());

  it('things go before their locker if they are deleted first', async () => {
    const { 'AWS::IoTManagedIntegrations::CredentialLocker': locker, 'AWS::IoTManagedIntegrations::ManagedThing': thing } = rig.things.resourceTypes;
    const { physicalId: lockerId, attributes } = await locker.create({ Name: 'house' }, context);
    expect(attributes).toMatchObject({ Id: lockerId, Arn: `arn:aws:iotmanagedintegrations:ca-central-1:123456789012:credential-locker/${lockerId}` });
    const { physicalId: thingId } = await thing.create({ Role: 'CONTROLLER', CredentialLockerId: lockerId }, context);
    await thing.delete(thingId, {}, context);
    await after(80);
    await thing.delete(thingId, {}, context);
    await locker.delete(lockerId, {}, context);
    await locker.delete(lockerId, {}, context);
    expect(rig.things.deletions).toEqual([
      { kind: 'thing', id: thingId },
      { kind: 'locker', id: lockerId },
    ]);
  });

  it('a thing is updated in place, and a property that left the template is unset', async () => {
    const { 'AWS::IoTManagedIntegrations::ManagedThing': thing } = rig.things.resourceTypes;
    const { physicalId } = await thing.create({ Role: 'DEVICE', Name: 'lamp', Brand: 'b' }, context);
    expect((await thing.update!(physicalId, { Role: 'DEVICE', Name: 'light' }, {}, context)).physicalId).toBe(physicalId);
    expect((await get(physicalId)).body).toMatchObject({ Name: 'light' });
    expect((await get(physicalId)).body.Brand).toBeUndefined();
  });

  it('deleting a hub with child devices fails', async () => {
    const { 'AWS::IoTManagedIntegrations::ManagedThing': thing } = rig.things.resourceTypes;
    const { physicalId } = await thing.create({ Role: 'CONTROLLER' }, context);
    rig.things.create({ ParentControllerId: physicalId });
    expect(() => thing.delete(physicalId, {}, context)).toThrow('child devices');
  });
});
