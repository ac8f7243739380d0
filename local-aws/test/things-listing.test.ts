import { call, del, get, list, rig, start, stop } from './things-rig';

/* That ListManagedThings filters and pages as its reference says. */
// MODEL: AWS's API model, botocore 1.43.11, iot-managed-integrations

afterEach(stop);

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
