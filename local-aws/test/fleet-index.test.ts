import {
  DescribeIndexCommand,
  GetIndexingConfigurationCommand,
  UpdateIndexingConfigurationCommand,
  type ThingIndexingConfiguration,
  type UpdateIndexingConfigurationCommandInput,
} from '@aws-sdk/client-iot';
import { AccessDenied } from '../service';
import { error, FleetIndexRig } from './iot-rig';

// I1 = https://docs.aws.amazon.com/iot/latest/developerguide/managing-index.html
// S1 = https://docs.aws.amazon.com/iot/latest/developerguide/query-syntax.html
// Q2 = https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#fleet-indexing-limits

const { START } = FleetIndexRig;
const rig = new FleetIndexRig();
afterEach(() => rig.stop());

describe('SearchIndex (https://docs.aws.amazon.com/iot/latest/apireference/API_SearchIndex.html)', () => {
  beforeEach(async () => {
    await rig.start();
    rig.switchOn('OFF');
  });

  it('answers what the registry knows of a thing', async () => {
    const { thingId } = rig.iot.createThing('kiosk-1', { site: 'oslo' }, 'kiosk');
    rig.iot.createThingGroup('fleet');
    rig.iot.addThingToThingGroup('fleet', 'kiosk-1');
    expect((await rig.search('*')).things).toEqual([
      { thingName: 'kiosk-1', thingId, thingTypeName: 'kiosk', thingGroupNames: ['fleet'], attributes: { site: 'oslo' } },
    ]);
  });

  it('answers in pages of up to 100', async () => {
    for (let i = 100; i < 350; i += 1) rig.iot.createThing(`kiosk-${i}`);
    const pages = [];
    let nextToken: string | undefined;
    do {
      const page = await rig.search('thingName:kiosk*', { nextToken });
      pages.push(page.things!.map(({ thingName }) => thingName));
      nextToken = page.nextToken;
    } while (nextToken);
    expect(pages.map((page) => page.length)).toEqual([100, 100, 50]);
    expect(new Set(pages.flat()).size).toBe(250);
    expect((await rig.search('*', { maxResults: 7 })).things).toHaveLength(7);
  });

  it('refuses more than 100 a page, no query, and tokens that are not its own', async () => {
    expect(
      await Promise.all(
        [rig.search('*', { maxResults: 101 }), rig.search('*', { maxResults: 0 }), rig.search(''), rig.search('*', { nextToken: '!' })].map(error),
      ),
    ).toEqual(Array(4).fill('400 InvalidRequestException'));
    expect(await error(rig.search('*', { maxResults: 100 }))).toBe('no error');
  });

  it('knows one index and one query version', async () => {
    expect(await error(rig.search('*', { indexName: 'AWS_Things', queryVersion: '2017-09-30' }))).toBe('no error');
    expect(await error(rig.search('*', { indexName: 'other' }))).toBe('404 ResourceNotFoundException');
    expect(await error(rig.search('*', { indexName: 'AWS_ThingGroups' }))).toBe('501 NotImplemented');
    expect(await error(rig.search('*', { queryVersion: '2019' }))).toBe('501 NotImplemented');
  });
});

describe('connectivity (I1)', () => {
  const status = async () => (await rig.search('thingName:kiosk-1')).things![0].connectivity;

  it('is that of the client with the name of the thing', async () => {
    await rig.start();
    rig.switchOn();
    rig.iot.createThing('kiosk-1');
    rig.iot.createThing('kiosk-2');
    expect(await status()).toEqual({ connected: false });
    const kiosk = await rig.device('kiosk-1');
    await rig.device('nobody');
    expect(await status()).toEqual({ connected: true, timestamp: START });
    expect(await rig.names('connectivity.connected:true')).toEqual(['kiosk-1']);
    expect(await rig.names('connectivity.connected:false')).toEqual(['kiosk-2']);
    rig.now += 5000;
    await rig.disconnect(kiosk);
    expect(await status()).toEqual({ connected: false, timestamp: START + 5000, disconnectReason: 'CLIENT_INITIATED_DISCONNECT' });
    expect(await rig.names('connectivity.connected:true')).toEqual([]);
    expect(await rig.names('connectivity.disconnectReason:client_initiated_disconnect')).toEqual(['kiosk-1']);
    expect(await rig.names(`connectivity.connected:false AND connectivity.timestamp : [${START} TO ${START + 5000}]`)).toEqual(['kiosk-1']);
    expect(await rig.names(`connectivity.timestamp > ${START + 5000}`)).toEqual([]);
    expect(await rig.names('connectivity.connected:*')).toEqual(['kiosk-1', 'kiosk-2']);
  });

  it('is not in a search of all fields (S1: registry, shadow and Device Defender)', async () => {
    await rig.start();
    rig.switchOn();
    rig.iot.createThing('kiosk-1');
    await rig.device('kiosk-1');
    expect(await rig.names('true')).toEqual([]);
  });

  it('loses the timestamp an hour after the disconnect ("might be missing")', async () => {
    await rig.start();
    rig.switchOn();
    rig.iot.createThing('kiosk-1');
    await rig.disconnect(await rig.device('kiosk-1'));
    rig.now += 3600_000 - 1;
    expect((await status())!.timestamp).toBe(START);
    rig.now += 1;
    expect((await status())!.timestamp).toBeUndefined();
  });

  it('is there only if thingConnectivityIndexingMode is STATUS', async () => {
    await rig.start();
    rig.switchOn('OFF');
    rig.iot.createThing('kiosk-1');
    await rig.device('kiosk-1');
    expect(await status()).toBeUndefined();
    expect(await rig.names('connectivity.connected:true')).toEqual([]);
    rig.switchOn('STATUS');
    expect(await rig.names('connectivity.connected:true')).toEqual(['kiosk-1']);
  });

  it('comes late (indexDelayMs): the index is eventually consistent', async () => {
    await rig.start({ indexDelayMs: 1000 });
    rig.switchOn();
    rig.iot.createThing('kiosk-1');
    const seen = async () => [(await status())!.connected, (await status())!.timestamp];
    const kiosk = await rig.device('kiosk-1');
    rig.now += 999;
    expect(await seen()).toEqual([false, undefined]);
    rig.now += 1;
    expect(await seen()).toEqual([true, START]);
    await rig.disconnect(kiosk);
    await rig.device('kiosk-1').then((device) => rig.disconnect(device));
    rig.now += 500;
    await rig.device('kiosk-1');
    rig.now += 499;
    expect(await seen()).toEqual([true, START]);
    rig.now += 1;
    expect(await seen()).toEqual([false, START + 1000]);
    rig.now += 500;
    expect(await seen()).toEqual([true, START + 1500]);
  });
});

describe('the index (I1)', () => {
  const describeIndex = () => rig.control.send(new DescribeIndexCommand({ indexName: 'AWS_Things' }));
  const update = (thingIndexingConfiguration?: ThingIndexingConfiguration, more: UpdateIndexingConfigurationCommandInput = {}) =>
    rig.control.send(new UpdateIndexingConfigurationCommand({ thingIndexingConfiguration, ...more }));

  // "OFF: no indexing/delete index" is documented, as are the errors of SearchIndex; which of them is meant here is inferred.
  it('is not there while indexing is off', async () => {
    await rig.start();
    expect([await error(rig.search('*')), await error(describeIndex())]).toEqual(Array(2).fill('404 ResourceNotFoundException'));
    rig.switchOn();
    expect(await error(rig.search('*'))).toBe('no error');
    rig.iot.updateIndexingConfiguration({ thingIndexingMode: 'OFF' });
    expect(await error(rig.search('*'))).toBe('404 ResourceNotFoundException');
  });

  it('cannot be queried while BUILDING; while REBUILDING it can, for what was indexed before', async () => {
    await rig.start({ indexBuildMs: 1000 });
    rig.iot.createThing('kiosk-1');
    await rig.device('kiosk-1');
    await update({ thingIndexingMode: 'REGISTRY' });
    rig.now += 999;
    expect(await describeIndex()).toMatchObject({ indexName: 'AWS_Things', indexStatus: 'BUILDING', schema: 'REGISTRY' });
    expect(await error(rig.search('*'))).toBe('400 IndexNotReadyException');
    rig.now += 1;
    expect(await rig.names('*')).toEqual(['kiosk-1']);
    await update({ thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' });
    expect(await describeIndex()).toMatchObject({ indexStatus: 'REBUILDING', schema: 'REGISTRY_AND_CONNECTIVITY_STATUS' });
    expect([await rig.names('*'), await rig.names('connectivity.connected:true')]).toEqual([['kiosk-1'], []]);
    rig.now += 1000;
    expect(await describeIndex()).toMatchObject({ indexStatus: 'ACTIVE' });
    expect(await rig.names('connectivity.connected:true')).toEqual(['kiosk-1']);
  });

  it('has a configuration, off in a new account', async () => {
    await rig.start();
    const configuration = async () => (await rig.control.send(new GetIndexingConfigurationCommand({}))).thingIndexingConfiguration;
    expect(await configuration()).toEqual({ thingIndexingMode: 'OFF', thingConnectivityIndexingMode: 'OFF' });
    await update({ thingIndexingMode: 'REGISTRY_AND_SHADOW', thingConnectivityIndexingMode: 'STATUS' });
    expect(await configuration()).toEqual({ thingIndexingMode: 'REGISTRY_AND_SHADOW', thingConnectivityIndexingMode: 'STATUS' });
  });

  it('refuses connectivity without a registry, and modes that are none', async () => {
    await rig.start();
    expect(await error(update({ thingIndexingMode: 'OFF', thingConnectivityIndexingMode: 'STATUS' }))).toBe('400 InvalidRequestException');
    expect(await error(update({ thingIndexingMode: 'ON' as 'OFF' }))).toBe('400 InvalidRequestException');
  });

  it('does not pretend to know other configurations', async () => {
    await rig.start();
    const outcomes = [
      update({ thingIndexingMode: 'REGISTRY', namedShadowIndexingMode: 'ON' }),
      update({ thingIndexingMode: 'REGISTRY', customFields: [] }),
      update(undefined, { thingGroupIndexingConfiguration: { thingGroupIndexingMode: 'ON' } }),
      update({ thingIndexingMode: 'REGISTRY' }, { thingGroupIndexingConfiguration: { thingGroupIndexingMode: 'ON' } }),
    ];
    expect(await Promise.all(outcomes.map(error))).toEqual(Array(4).fill('501 NotImplemented'));
  });

  it.each<[number, string, () => Promise<unknown>]>([
    [15, 'SearchIndex', () => rig.search('*')],
    [10, 'DescribeIndex', describeIndex],
    [20, 'GetIndexingConfiguration', () => rig.control.send(new GetIndexingConfigurationCommand({}))],
    [1, 'UpdateIndexingConfiguration', () => update({ thingIndexingMode: 'REGISTRY' })],
  ])('throttles over %d a second of %s with 400 (Q2)', async (rate, _name, send) => {
    jest.spyOn(performance, 'now').mockReturnValue(0);
    await rig.start({ quotas: {} });
    rig.switchOn();
    const outcomes = await Promise.all(Array.from({ length: rate + 2 }, () => error(send())));
    expect(outcomes.filter((outcome) => outcome === '400 ThrottlingException')).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === 'no error')).toHaveLength(rate);
  });

  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_iot.html
  it('names the action and the index to IAM, whose refusal reaches the caller', async () => {
    const asked: string[] = [];
    await rig.start({}, (_caller, action, resource) => {
      asked.push(`${action} ${resource}`);
      throw new AccessDenied('not authorized to perform');
    });
    rig.switchOn();
    const configuration = rig.control.send(new GetIndexingConfigurationCommand({}));
    expect([await error(configuration), await error(rig.search('*')), await error(describeIndex()), await error(update({ thingIndexingMode: 'OFF' }))]).toEqual(
      Array(4).fill('403 AccessDeniedException'),
    );
    expect(asked).toEqual([
      'iot:GetIndexingConfiguration *',
      'iot:SearchIndex arn:aws:iot:ca-central-1:123456789012:index/AWS_Things',
      'iot:DescribeIndex arn:aws:iot:ca-central-1:123456789012:index/AWS_Things',
      'iot:UpdateIndexingConfiguration *',
    ]);
  });
});
