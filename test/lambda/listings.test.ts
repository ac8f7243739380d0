import { LocalAws } from '../../local-aws/local-aws';
import { fleetIndex } from '../../lambda/sources/fleet-index';
import { managedThings } from '../../lambda/sources/managed-things';
import { policyTargets } from '../../lambda/sources/policy-targets';
import { thingGroup } from '../../lambda/sources/thing-group';
import { all } from '../support/all';
import { reads } from '../support/reads';

/* Listings in this process, with real SDK calls to the stand-in. */

let aws: LocalAws;
const env = { ...process.env };

beforeAll(async () => {
  // The documented rates, with bursts so small that calls without a pace would be throttled.
  aws = await LocalAws.start({
    quotas: {
      iot: { ListTargetsForPolicy: { rate: 10, burst: 3 }, ListThingsInThingGroup: { rate: 25, burst: 4 }, SearchIndex: { rate: 15, burst: 4 } },
      things: { ListManagedThings: { rate: 10, burst: 3 } },
    },
  });
  Object.assign(process.env, aws.env);
});
afterAll(async () => {
  process.env = env;
  await aws.stop();
});

describe('a listing is walked no faster than its quota allows, and again until there is nothing new', () => {
  const throttled = (before: number) => aws.calls.slice(before).filter(({ status }) => status >= 400);

  test('the fleet index', async () => {
    aws.iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' });
    for (let n = 0; n < 500; n += 1) aws.iot.createThing(`indexed-${n}`);
    const before = aws.calls.length;
    expect(await all(fleetIndex({ Query: 'thingName:indexed-*', IncludeDisconnected: 'true' }, reads()))).toHaveLength(500);
    expect(throttled(before)).toEqual([]);
    expect(aws.calls.length - before).toBe(10);
  });

  test('a thing group', async () => {
    aws.iot.createThingGroup('kiosks');
    for (let n = 0; n < 1_000; n += 1) {
      aws.iot.createThing(`grouped-${n}`);
      aws.iot.addThingToThingGroup('kiosks', `grouped-${n}`);
    }
    const before = aws.calls.length;
    expect(await all(thingGroup({ ThingGroup: 'kiosks' }, reads()))).toHaveLength(1_000);
    expect(throttled(before)).toEqual([]);
    expect(aws.calls.length - before).toBe(8);
  });

  test("an IoT policy's targets, of which some go while it is walked", async () => {
    aws.iot.createPolicy('kiosks', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] });
    const targets = Array.from({ length: 600 }, (_, n) => aws.iot.principal(String(n).padStart(64, '0')));
    for (const target of targets) aws.iot.attachPolicy('kiosks', target);
    const before = aws.calls.length;
    const found: string[] = [];
    for await (const { id } of policyTargets({ PolicyName: 'kiosks' }, reads())) {
      found.push(id);
      aws.iot.detachPolicy('kiosks', id);
    }
    expect(found.sort()).toEqual(targets);
    expect(throttled(before)).toEqual([]);
  });

  test('managed things, of which some come while it is walked', async () => {
    for (let n = 0; n < 250; n += 1) aws.things.create({ Owner: 'us' });
    const before = aws.calls.length;
    const found: string[] = [];
    for await (const { id } of managedThings({ Filter: { OwnerFilter: 'us' } }, reads())) {
      found.push(id);
      if (found.length <= 300) aws.things.create({ Owner: 'us' });
    }
    expect(new Set(found).size).toBe(found.length);
    expect(found.length).toBeGreaterThan(300);
    expect(throttled(before)).toEqual([]);
  });
});

test('an index that is still being built is refused with the remedy', async () => {
  const building = await LocalAws.start({ quotas: { iot: 'none' }, fleetIndex: { indexBuildMs: 60_000 } });
  try {
    Object.assign(process.env, building.env);
    building.iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' });
    await expect(all(fleetIndex({ Query: 'thingName:a' }, reads()))).rejects.toThrow(
      'the fleet index is still being built: try again once "aws iot describe-index --index-name AWS_Things" says ACTIVE',
    );
  } finally {
    Object.assign(process.env, aws.env);
    await building.stop();
  }
});
