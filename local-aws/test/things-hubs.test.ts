import { after, del, get, rig, start, stop } from './things-rig';

afterEach(stop);

// https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_DeleteManagedThing.html
describe('DeleteManagedThing of a hub that has child devices, as its reference has it', () => {
  const status = async (id: string) => (await get(id)).body.ProvisioningStatus;
  beforeEach(() => start({ hubWithChildren: 'CHILDREN_PENDING' }));

  it.each(['', '?Force=true'])('is accepted, and the children are PENDING %s', async (query) => {
    const hub = rig.things.create({ Role: 'CONTROLLER' });
    const child = rig.things.create({ ParentControllerId: hub.Id });
    expect((await del(hub.Id, query)).status).toBe(204);
    await after(80);
    expect((await get(hub.Id)).status).toBe(404);
    expect(await status(child.Id)).toBe('PENDING');
  });

  it('a child acknowledges its deletion while its hub is there', async () => {
    const hub = rig.things.create({ Role: 'CONTROLLER', offline: true });
    const child = rig.things.create({ ParentControllerId: hub.Id, acknowledgesAfter: 1 });
    await del(hub.Id);
    await del(child.Id);
    await after(30);
    expect((await get(child.Id)).status).toBe(404);
    expect(await status(hub.Id)).toBe('DELETE_IN_PROGRESS');
  });

  // Inferred: a device behind a hub is reached through it.
  it.each(['before', 'after'])('a child whose hub is gone acknowledges nothing, if its deletion was asked for %s that; Force removes it', async (when) => {
    const hub = rig.things.create({ Role: 'CONTROLLER' });
    const child = rig.things.create({ ParentControllerId: hub.Id, acknowledgesAfter: 20 });
    if (when === 'before') await del(child.Id);
    await del(hub.Id, '?Force=true');
    await del(child.Id);
    await after(60);
    expect(await status(child.Id)).toBe('DELETE_IN_PROGRESS');
    await del(child.Id, '?Force=true');
    expect((await get(child.Id)).status).toBe(404);
  });
});
