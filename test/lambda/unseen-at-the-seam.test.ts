import { Refusal } from '../../lambda/calls/failure';
import { service as contacts } from '../../lambda/contacts';
import { service as iotPolicies } from '../../lambda/iot-policies';
import { service as mqtt } from '../../lambda/mqtt';
import type { Service } from '../../lambda/run/service';
import { service as things } from '../../lambda/things';
import type { LocalAws } from '../../local-aws/local-aws';
import { AwsError } from '../../local-aws/service';
import { Fleet } from '../../local-aws/test/support/mqtt-device';
import { severalInvocations } from '../support/several-invocations';

/*
 * Where one invocation called a target and did not see it end, and the source no longer lists it when the next one looks. Each target has one
 * outcome all the same.
 */

const several = severalInvocations({ quotas: { things: 'none', iot: 'none', connect: 'none' }, connect: { describeDelayMs: 6_000 } });
let aws: LocalAws;

beforeAll(() => ({ aws } = several));

const ALL_ENDED = (count: number) => ({ Status: 'SUCCESS', Reason: undefined, targets: `${count}`, ended: `${count}`, alreadyGone: '0', failed: '0' });
const times = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n));

/** Each time that an invocation has handed over, these are taken from the list. */
const taken = (listed: string[], count: number) => () => void listed.splice(0, count);

describe('of a list that a target was taken from', () => {
  test('contacts, which are looked at, have failed: nobody saw them end', async () => {
    const { instanceArn: InstanceArn } = aws.connect;
    const listed = times(10, () => aws.connect.startContact({ channel: 'TASK' }).id);
    const { stretches, Status, Reason, ...counts } = await several.destroy(contacts, listed, { InstanceArn }, 4_500, {}, 0, taken(listed, 3));
    expect(stretches).toBe(2);
    expect([Status, Reason]).toEqual(['FAILED', expect.stringContaining('3 of 10 contacts could not be stopped (3 NoLongerListed)')]);
    expect(counts).toEqual({ targets: '10', ended: '7', alreadyGone: '0', failed: '3' });
  });

  const unanswered = (last: () => Promise<'ended'>): Service => {
    const called = new Set<string>();
    const never = new Promise<'ended'>(() => undefined);
    const end = async (id: string) => (called.has(id) ? last() : called.add(id) && never);
    return { ...mqtt, operation: () => ({ end: ({ id }, calls) => calls.make(() => end(id)), close: () => undefined }) };
  };
  const warnings = async (work: Promise<unknown>) => {
    const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { POWERTOOLS_LOG_LEVEL } = process.env;
    process.env.POWERTOOLS_LOG_LEVEL = 'WARN';
    try {
      await work;
      return written.mock.calls.map(([line]) => JSON.parse(String(line))).filter(({ level }) => level === 'WARN');
    } finally {
      process.env.POWERTOOLS_LOG_LEVEL = POWERTOOLS_LOG_LEVEL;
      written.mockRestore();
    }
  };

  test('clients, whom nobody would have looked at, count as disconnected, with a warning', async () => {
    const listed = times(10, (n) => `listed-${n}`);
    const service = unanswered(async () => 'ended');
    const run = several.destroy(service, listed, {}, 2_500, {}, 0, taken(listed, 3));
    expect(await warnings(run)).toMatchObject([{ message: 'no longer listed', count: 3 }]);
    expect(await run).toEqual({ stretches: 2, ...ALL_ENDED(10) });
  });

  test('such clients are told of where the run fails for another reason', async () => {
    const listed = times(10, (n) => `listed-${n}`);
    const refuses = unanswered(() => Promise.reject(new Refusal('ForbiddenException', 'scripted')));
    const { Status, Reason, ...counts } = await several.destroy(refuses, listed, {}, 2_500, {}, 0, taken(listed, 3));
    expect(counts).toMatchObject({ targets: '10', ended: '3', failed: '7' });
    expect(Reason).toContain('3 of 10 MQTT clients were disconnected. Of these nobody saw 3 end: their source no longer listed them. Details are in');
  });
});

describe('clients that a fleet query finds', () => {
  test('and that are connected no more when the next invocation looks, count as disconnected', async () => {
    const fleet = new Fleet(aws);
    aws.iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' });
    const ids = times(5, (n) => `seam-${n}`);
    for (const id of ids) {
      aws.iot.createThing(id);
      await fleet.connect(id);
    }
    const Targets = { Source: 'fleetIndex', Query: 'thingName:seam-*' };
    const { stretches, ...rest } = await several.destroy(mqtt, ids, { ConfirmAwaySeconds: '6', Endpoint: aws.url }, 3_000, { Targets });
    await several.time.until(fleet.leave());
    expect(rest).toEqual(ALL_ENDED(5));
    expect(stretches).toBeGreaterThan(1);
  });
});

describe('managed things that a filter finds', () => {
  async function destroy(Owner: string, more: object) {
    const ids = times(4, () => aws.things.create({ Owner, acknowledgesAfter: 60_000 }).Id);
    const left = [...ids];
    const Targets = { Source: 'managedThings', Filter: { OwnerFilter: Owner, ...more } };
    return several.destroy(things, ids, { WaitForDeletion: 'true' }, 2_500, { Targets }, 0, () => left.splice(0, 2).forEach((id) => aws.things.delete(id)));
  }

  test('and that are gone when the next invocation looks, count as deleted', async () => {
    const { stretches, ...rest } = await destroy('owner', {});
    expect(rest).toEqual(ALL_ENDED(4));
    expect(stretches).toBeGreaterThan(2);
  });

  test('by their status, which has changed, have failed: they may still be there', async () => {
    const { Status, Reason, ...counts } = await destroy('active', { ProvisioningStatusFilter: 'ACTIVATED' });
    expect([Status, Reason]).toEqual(['FAILED', expect.stringContaining('4 of 4 managed things could not be deleted (4 NoLongerListed)')]);
    expect(counts).toMatchObject({ targets: '4', ended: '0', failed: '4' });
  });
});

describe('principals of a policy', () => {
  let policies: { detach(name: string, target: string): void };
  beforeAll(() => ({ policies } = aws.iot as any));

  async function detach(PolicyName: string, count: number, act: (target: string, nth: number, detach: () => void) => void) {
    const principals = times(count, (n) => aws.iot.principal(`${PolicyName.charCodeAt(0)}${n}`.padStart(64, '0')));
    aws.iot.createPolicy(PolicyName, { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] });
    for (const principal of principals) aws.iot.attachPolicy(PolicyName, principal);
    const real = policies.detach.bind(policies);
    const called: string[] = [];
    const detaching = jest.spyOn(policies, 'detach').mockImplementation((name, target) => {
      called.push(target);
      act(target, called.length, () => real(name, target));
    });
    const answer = await several.destroy(iotPolicies, principals, { PolicyName }, 3_000, {
      Targets: { Source: 'policyTargets', PolicyName },
      RequestsPerSecond: '5',
    });
    detaching.mockRestore();
    return { ...answer, called };
  }

  test('one that is back after the invocation that detached it is detached again, and is one target', async () => {
    let first = '';
    const { stretches, called, ...rest } = await detach('back', 24, (target, nth, detached) => {
      detached();
      if (nth === 1) first = target;
      if (nth === 24) aws.iot.attachPolicy('back', first);
    });
    expect(rest).toEqual(ALL_ENDED(24));
    expect(stretches).toBeGreaterThan(1);
    expect(called).toHaveLength(25);
    expect(aws.iot.policyTargets('back')).toEqual([]);
  });

  test('one that is back after that and cannot be detached any more has failed, and only that', async () => {
    let first = '';
    const { Status, Reason, targets, ended, failed } = await detach('kept', 24, (target, nth, detached) => {
      if (nth > 1 && target === first) throw new AwsError('InvalidRequestException', 'scripted');
      detached();
      if (nth === 1) first = target;
      if (nth === 24) aws.iot.attachPolicy('kept', first);
    });
    expect([Status, Reason]).toEqual(['FAILED', expect.stringContaining('1 of 24 principals could not be detached (1 InvalidRequestException)')]);
    expect({ targets, ended, failed }).toEqual({ targets: '24', ended: '23', failed: '1' });
  });

  test('one that could not be detached in an invocation before is not called again: what failed fails the run', async () => {
    let first = '';
    const { Status, called, targets, ended, failed } = await detach('denied', 24, (target, nth, detached) => {
      if (nth === 1) first = target;
      if (target === first) throw new AwsError('InvalidRequestException', 'scripted');
      detached();
    });
    expect({ Status, targets, ended, failed }).toEqual({ Status: 'FAILED', targets: '24', ended: '23', failed: '1' });
    expect(called.filter((target) => target === first)).toHaveLength(1);
  });
});
