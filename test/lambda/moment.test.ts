import { decide } from '../../lambda/run/decision';
import { physicalIdOf } from '../../lambda/run/physical-id';
import type { Request } from '../../lambda/run/request';

type Overrides = Partial<Omit<Request, 'properties' | 'oldProperties'>>;

const ALL = ['DEPLOY', 'REMOVAL', 'TEARDOWN'];

function properties(ids: string[], runOn: string[] = ALL, more: object = {}) {
  return { Targets: { Source: 'ids', Ids: ids }, RunOn: runOn, ...more };
}

function request(type: Request['type'], now: object, before?: object, overrides: Overrides = {}): Request {
  return {
    type,
    stackId: 'stack',
    requestId: 'request',
    logicalId: 'Kiosks',
    resourceType: 'Custom::MqttDisconnection',
    ageMs: 0,
    physicalId: type === 'Create' ? undefined : 'cdk-teardown/request-1',
    properties: now as Request['properties'],
    oldProperties: before as Request['oldProperties'],
    ...overrides,
  };
}

async function acts(what: Request, status?: string) {
  const decision = await decide(what, async () => {
    if (status === undefined) throw new Error('the status was asked for');
    return status;
  });
  return decision.acts.map(({ moment, only }) => (only ? `${moment} ${only}` : `${moment} all`));
}

describe('Create', () => {
  test('acts on all targets if runOn has DEPLOY', async () => {
    expect(await acts(request('Create', properties(['a'])), 'CREATE_IN_PROGRESS')).toEqual(['DEPLOY all']);
  });
  test.each([
    'ROLLBACK_IN_PROGRESS',
    'UPDATE_ROLLBACK_IN_PROGRESS',
    'CREATE_COMPLETE',
    'CREATE_FAILED',
    'UPDATE_COMPLETE',
    'DELETE_IN_PROGRESS',
    'ANY_NEW_STATUS',
  ])('acts on nothing if it is delivered so late that the stack is %s', async (status) => {
    expect(await acts(request('Create', properties(['a'])), status)).toEqual([]);
  });
  test('acts on nothing otherwise', async () => {
    expect(await acts(request('Create', properties(['a'], ['TEARDOWN', 'REMOVAL'])))).toEqual([]);
  });
});

describe('Update', () => {
  const update = (now: object, before: object, status = 'UPDATE_IN_PROGRESS') => acts(request('Update', now, before), status);

  test('DEPLOY: the ids that are new', async () => {
    expect(await update(properties(['a', 'b', 'c']), properties(['a']))).toEqual(['DEPLOY b,c']);
  });
  test('REMOVAL: the ids that left', async () => {
    expect(await update(properties(['a']), properties(['a', 'b', 'c']))).toEqual(['REMOVAL b,c']);
  });
  test('both at once', async () => {
    expect(await update(properties(['a', 'c']), properties(['a', 'b']))).toEqual(['REMOVAL b', 'DEPLOY c']);
  });
  test('DEPLOY: all targets if what is ended, or how, or redeployTrigger changed', async () => {
    const [now, before] = ['true', 'false'].map((CleanSession) => properties(['a'], ALL, { Operation: { CleanSession } }));
    expect(await update(now, before)).toEqual(['DEPLOY all']);
    expect(await update(properties(['a'], ALL, { RedeployTrigger: '2' }), properties(['a'], ALL, { RedeployTrigger: '1' }))).toEqual(['DEPLOY all']);
    expect(await update({ ...properties([]), Targets: { Source: 'table' } }, properties(['a']))).toEqual(['DEPLOY all']);
  });
  test.each<[string, object]>([
    ['timeout', { TimeoutSeconds: '60', ServiceTimeout: '360' }],
    ['onFailure', { OnFailure: 'CONTINUE' }],
    ['maxTargets', { MaxTargets: '5' }],
    ['preflight', { Preflight: 'false' }],
    ['requestsPerSecond', { RequestsPerSecond: '5' }],
    ['deniedToken', { Operation: { DeniedToken: 'FAIL' } }],
    ['the order of runOn', { RunOn: [...ALL].reverse() }],
    ['another moment in runOn', { RunOn: ['DEPLOY'] }],
  ])('nothing, if %s changed: it says nothing of what is ended', async (_, more) => {
    expect(await update(properties(['a'], ALL, more), properties(['a']))).toEqual([]);
    expect(await update(properties(['a']), properties(['a'], ALL, more))).toEqual([]);
    expect(await update(properties(['a', 'b'], ALL, more), properties(['a']))).toEqual(['DEPLOY b']);
    const lookedUp = { Targets: { Source: 'table', Table: 'Fleet' } };
    expect(await update(properties([], ALL, { ...lookedUp, ...more }), properties([], ALL, lookedUp))).toEqual([]);
  });
  test('DEPLOY: all targets, if they are looked up elsewhere', async () => {
    const [now, before] = ['New', 'Old'].map((Table) => properties([], ALL, { Targets: { Source: 'table', Table } }));
    expect(await update(now, before)).toEqual(['DEPLOY all']);
    expect(await update(now, properties(['a']))).toEqual(['DEPLOY all']);
    expect(await update(properties(['a']), now)).toEqual(['DEPLOY all']);
  });
  test('nothing, if a later version of the library says more of the same', async () => {
    const [now, before] = [{ Path: 'Stack/Things', Operation: { Force: 'false', WaitForDeletion: 'true' } }, { Operation: { Force: 'false' } }].map((more) =>
      properties(['a'], ALL, more),
    );
    expect(await update(now, before)).toEqual([]);
    expect(await update(before, now)).toEqual([]);
    expect(await update(now, properties(['a'], ALL, { Operation: { Force: 'false', WaitForDeletion: 'false' } }))).toEqual(['DEPLOY all']);
    const [owned, anyone, other] = [{ BucketOwner: '1' }, {}, { BucketOwner: '2' }].map((more) =>
      properties([], ALL, { Targets: { Source: 'manifest', ...more } }),
    );
    expect(await update(owned, anyone)).toEqual([]);
    expect(await update(anyone, owned)).toEqual([]);
    expect(await update(owned, other)).toEqual(['DEPLOY all']);
  });
  test('an id that left is removed as the old properties say, not the new', async () => {
    expect(await update(properties([], ['TEARDOWN']), properties(['a']))).toEqual(['REMOVAL a']);
    expect(await update(properties([], ALL), properties(['a'], ['TEARDOWN']))).toEqual([]);
  });
  test('an id leaves one list for another: another source in its place removes none', async () => {
    const lookedUp = properties([], ['REMOVAL'], { Targets: { Source: 'table', Table: 'Fleet' } });
    expect(await update(lookedUp, properties(['a'], ['REMOVAL']))).toEqual([]);
    expect(await update(properties(['a'], ['REMOVAL']), lookedUp)).toEqual([]);
  });
  test('another name for the metrics is no change, which a template of an earlier version has none of', async () => {
    expect(await update(properties(['a', 'b'], ALL, { Path: 'New/Kiosks' }), properties(['a'], ALL, { Path: 'Old/Kiosks' }))).toEqual(['DEPLOY b']);
    expect(await update(properties(['a'], ALL, { Path: 'New/Kiosks' }), properties(['a']))).toEqual([]);
  });
  test('an order of ids is no change', async () => {
    expect(await update(properties(['b', 'a']), properties(['a', 'b']))).toEqual([]);
  });
  test.each([
    'UPDATE_ROLLBACK_IN_PROGRESS',
    'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'ROLLBACK_IN_PROGRESS',
    'UPDATE_COMPLETE',
    'UPDATE_FAILED',
    'DELETE_IN_PROGRESS',
    'CREATE_COMPLETE',
    'ANY_NEW_STATUS',
  ])('nothing while %s', async (status) => {
    expect(await update(properties(['a']), properties(['b']), status)).toEqual([]);
  });
});

describe('Delete', () => {
  const remove = (status?: string, runOn = ALL, overrides: Overrides = {}) => acts(request('Delete', properties(['a'], runOn), undefined, overrides), status);

  test('TEARDOWN when the stack is being deleted', async () => {
    expect(await remove('DELETE_IN_PROGRESS')).toEqual(['TEARDOWN all']);
    expect(await remove('DELETE_IN_PROGRESS', ['REMOVAL'])).toEqual([]);
  });
  test('REMOVAL when the construct left the template', async () => {
    expect(await remove('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')).toEqual(['REMOVAL all']);
    expect(await remove('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', ['TEARDOWN'])).toEqual([]);
  });
  test.each(['ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'])('nothing while %s', async (status) => {
    expect(await remove(status)).toEqual([]);
  });
  test('a status that tells nothing is refused, not guessed about', async () => {
    await expect(remove('UPDATE_COMPLETE')).rejects.toThrow('the stack is UPDATE_COMPLETE');
  });
  test.each<[string, object]>([
    ['missing', { RunOn: undefined }],
    ['no list', { RunOn: 'TEARDOWN' }],
    ['of another version', { RunOn: ['TEARDOWN', 'SUNSET'] }],
  ])('moments that are %s are no reason to do nothing', async (_, more) => {
    await expect(acts(request('Delete', properties(['a'], ALL, more)), 'DELETE_IN_PROGRESS')).rejects.toThrow(/^RunOn /);
  });
  test('does not ask for the status if it would not act in any case', async () => {
    expect(await remove(undefined, ['DEPLOY'])).toEqual([]);
  });
  test('nothing for a resource whose Create failed, or never answered', async () => {
    const failed = physicalIdOf(request('Create', {}), true);
    expect(await remove(undefined, ALL, { physicalId: failed })).toEqual([]);
    expect(await remove(undefined, ALL, { physicalId: 'Stack-Kiosks-1ABCDEFGH' })).toEqual([]);
  });
});

test('the physical id is chosen at Create, the same for every delivery, and never changes', () => {
  const created = physicalIdOf(request('Create', {}), false);
  expect(physicalIdOf(request('Create', {}), false)).toBe(created);
  expect(physicalIdOf(request('Update', {}, {}, { physicalId: created, requestId: 'another' }), true)).toBe(created);
});
