import { after, del, get, rig, start, stop } from './things-rig';

/* That a thing is gone when its device says so, or by Force, and what refuses to go. */
// OFFBOARD = https://docs.aws.amazon.com/iot-mi/latest/devguide/managedintegrations-hub-offboard.html
// MODEL: AWS's API model, botocore 1.43.11, iot-managed-integrations

afterEach(stop);

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
