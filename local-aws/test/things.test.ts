import type { ResourceContext } from '../cloudformation/resource-type';
import { AccessDenied } from '../service';
import { after, call, del, get, list, rig, start, stop } from './things-rig';

// OFFBOARD = https://docs.aws.amazon.com/iot-mi/latest/devguide/managedintegrations-hub-offboard.html
// MODEL: AWS's API model, botocore 1.43.11, iot-managed-integrations

afterEach(async () => {
  jest.restoreAllMocks();
  await stop();
});

describe('DeleteManagedThing (OFFBOARD)', () => {
  beforeEach(() => start());

  it('is in progress until the device acknowledges; then the thing is not found', async () => {
    const { Id } = rig.things.create({ acknowledgesAfter: 300 });
    expect(await del(Id)).toEqual({ status: 204, error: null, body: '' });
    expect((await get(Id)).body.ProvisioningStatus).toBe('DELETE_IN_PROGRESS');
    await after(350);
    expect(await get(Id)).toEqual({
      status: 404,
      error: 'ResourceNotFoundException',
      body: expect.objectContaining({ Message: 'Managed Thing resource not found.' }),
    });
    expect((await del(Id)).status).toBe(404);
  });

  it('a second call in the meantime succeeds and does not put the deletion off (MODEL: idempotent)', async () => {
    const { Id } = rig.things.create({ acknowledgesAfter: 300 });
    await del(Id);
    await after(200);
    expect((await del(Id)).status).toBe(204);
    await after(150);
    expect((await get(Id)).status).toBe(404);
  });

  it('an offline device never acknowledges; Force removes the thing at once', async () => {
    const { Id } = rig.things.create({ offline: true, acknowledgesAfter: 1 });
    await del(Id);
    await del(Id, '?Force=false');
    await after(30);
    expect((await get(Id)).body.ProvisioningStatus).toBe('DELETE_IN_PROGRESS');
    expect((await del(Id, '?Force=true')).status).toBe(204);
    expect((await get(Id)).status).toBe(404);
  });

  it('a device that refuses says so each time it is asked; Force removes the thing at once', async () => {
    const { Id } = rig.things.create({ refuses: true, acknowledgesAfter: 100 });
    for (let n = 0; n < 2; n += 1) {
      await del(Id);
      expect((await get(Id)).body.ProvisioningStatus).toBe('DELETE_IN_PROGRESS');
      await after(150);
      expect((await get(Id)).body.ProvisioningStatus).toBe('DELETION_FAILED');
    }
    expect((await del(Id, '?Force=true')).status).toBe(204);
    expect((await get(Id)).status).toBe(404);
  });

  it.each(['', '?Force=true'])('a hub with child devices conflicts until they are gone %s', async (query) => {
    const hub = rig.things.create({ Role: 'CONTROLLER' });
    const child = rig.things.create({ ParentControllerId: hub.Id });
    expect(await del(hub.Id, query)).toMatchObject({ status: 409, error: 'ConflictException' });
    expect((await get(hub.Id)).body.ProvisioningStatus).toBe('ACTIVATED');
    await del(child.Id);
    expect((await del(hub.Id, query)).status).toBe(409);
    await after(80);
    expect((await del(hub.Id, query)).status).toBe(204);
  });

  it('takes ids with ":", "_" and "-" (MODEL), and hubs that hang on each other, or on themselves', async () => {
    rig.things.create({ Id: 'a:1_2-3', Role: 'CONTROLLER', ParentControllerId: 'b' });
    rig.things.create({ Id: 'b', Role: 'CONTROLLER', ParentControllerId: 'a:1_2-3' });
    rig.things.create({ Id: 'self', Role: 'CONTROLLER', ParentControllerId: 'self' });
    expect((await get('a%3A1_2-3')).body).toMatchObject({ Id: 'a:1_2-3', ParentControllerId: 'b' });
    for (const id of ['a%3A1_2-3', 'b', 'self']) expect(await del(id, '?Force=true')).toMatchObject({ status: 409 });
    for (const Id of ['b', 'a.b', 'x'.repeat(65)]) expect(() => rig.things.create({ Id })).toThrow('is no id, or that of another managed thing');
  });

  // https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_DeleteManagedThing.html
  it('cannot delete a cloud-to-cloud device', async () => {
    const { Id } = rig.things.create({ ConnectorDestinationId: 'cloud' });
    const { status, error, body } = await del(Id, '?Force=true');
    expect([status, error, body.Message]).toEqual([400, 'ValidationException', expect.stringContaining('account association')]);
    expect((await get(Id)).status).toBe(200);
  });

  it.each(['a.b', 'a%20b', 'x'.repeat(65)])('the identifier %s is not valid (MODEL)', async (id) => {
    expect(await del(id)).toMatchObject({ status: 400, error: 'ValidationException' });
    expect(await get(id)).toMatchObject({ status: 400, error: 'ValidationException' });
  });
});

describe('ListManagedThings (https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_ListManagedThings.html)', () => {
  beforeEach(() => start());

  it.each([
    ['OwnerFilter=ada@example.com', { Owner: 'ada@example.com' }],
    ['RoleFilter=CONTROLLER', { Role: 'CONTROLLER' as const }],
    ['ParentControllerIdentifierFilter=hub1', { ParentControllerId: 'hub1' }],
    ['ConnectorPolicyIdFilter=p-1', { ConnectorPolicyId: 'p-1' }],
    ['ConnectorDestinationIdFilter=d-1', { ConnectorDestinationId: 'd-1' }],
    ['ConnectorDeviceIdFilter=dev.1', { ConnectorDeviceId: 'dev.1' }],
    ['SerialNumberFilter=S%20N-1', { SerialNumber: 'S N-1' }],
    ['ProvisioningStatusFilter=ISOLATED', { ProvisioningStatus: 'ISOLATED' as const }],
  ])('%s', async (query, fields) => {
    rig.things.create({ Name: 'this', ...fields });
    rig.things.create({ Name: 'that' });
    expect(await list(query)).toEqual(['this']);
  });

  it('CredentialLockerFilter, and filters together', async () => {
    const locker = rig.things.createCredentialLocker();
    rig.things.create({ Name: 'hub', Role: 'CONTROLLER', CredentialLockerId: locker.Id });
    rig.things.create({ Name: 'lamp', CredentialLockerId: locker.Id });
    rig.things.create({ Name: 'other' });
    expect(await list(`CredentialLockerFilter=${locker.Id}`)).toEqual(['hub', 'lamp']);
    expect(await list(`CredentialLockerFilter=${locker.Id}&RoleFilter=DEVICE`)).toEqual(['lamp']);
    expect(await list('')).toEqual(['hub', 'lamp', 'other']);
  });

  it.each([false, true])('pages, and skips nothing when things are deleted meanwhile (%s)', async (deleting) => {
    for (let i = 0; i < 5; i++) rig.things.create({ Name: `t${i}` });
    const seen: string[] = [];
    let token = '';
    do {
      const { body } = await call('GET', `/managed-things?MaxResults=2${token}`);
      for (const { Id, Name } of body.Items) {
        seen.push(Name);
        if (deleting) await del(Id, '?Force=true');
      }
      token = body.NextToken && `&NextToken=${body.NextToken}`;
    } while (token);
    expect(seen.sort()).toEqual(['t0', 't1', 't2', 't3', 't4']);
  });

  it('an item has less than GetManagedThing answers (MODEL)', async () => {
    const { Id } = rig.things.create({ Name: 'lamp', Tags: { site: 'oslo' } });
    const { body } = await call('GET', '/managed-things');
    expect(body.Items[0]).toEqual({
      Id,
      Arn: `arn:aws:iotmanagedintegrations:ca-central-1:123456789012:managed-thing/${Id}`,
      Name: 'lamp',
      Role: 'DEVICE',
      ProvisioningStatus: 'ACTIVATED',
      CreatedAt: expect.any(Number),
      UpdatedAt: expect.any(Number),
    });
    expect((await get(Id)).body.Tags).toEqual({ site: 'oslo' });
  });

  it('pages over ids of any form', async () => {
    for (const Id of ['a:1', 'B_2', 'c-3']) rig.things.create({ Id });
    const first = (await call('GET', '/managed-things?MaxResults=2')).body;
    const second = (await call('GET', `/managed-things?MaxResults=2&NextToken=${first.NextToken}`)).body;
    expect([...first.Items, ...second.Items].map(({ Id }) => Id).sort()).toEqual(['B_2', 'a:1', 'c-3']);
  });

  // An id may have ":", "_" and "-", the filter of parents not: the children of such a hub cannot be listed.
  it.each(['a:1', 'B_2', 'c-3', '', 'x'.repeat(65)])('refuses ParentControllerIdentifierFilter=%s (MODEL)', async (value) => {
    expect(await call('GET', `/managed-things?ParentControllerIdentifierFilter=${value}`)).toMatchObject({ status: 400, error: 'ValidationException' });
  });

  it.each([
    'ProvisioningStatusFilter=PENDING',
    'MaxResults=0',
    'MaxResults=1001',
    'RoleFilter=HUB',
    'ProvisioningStatusFilter=GONE',
    'OwnerFilter=',
    'NextToken=x',
  ])('refuses %s (MODEL)', async (query) => {
    expect(await call('GET', `/managed-things?${query}`)).toMatchObject({ status: 400, error: 'ValidationException' });
  });
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
