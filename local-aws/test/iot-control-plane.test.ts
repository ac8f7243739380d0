import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  CreateThingCommand,
  CreateThingTypeCommand,
  DeletePolicyCommand,
  DeleteThingCommand,
  DescribeEndpointCommand,
  DescribeThingCommand,
  DetachPolicyCommand,
  ListTargetsForPolicyCommand,
  ListThingsCommand,
} from '@aws-sdk/client-iot';
import { PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { AccessDenied } from '../service';
import { allowConnect, CERTIFICATE, CONTEXT, error, EVERYTHING, IotRig } from './iot-rig';

// D1 = https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-client-disconnect
// Q1 = https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits

const rig = new IotRig();
afterEach(() => rig.stop());

describe('quotas (Q1)', () => {
  let clock: jest.SpyInstance;
  beforeEach(async () => {
    clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    await rig.start({ quotas: {} });
  });

  it('throttles the second call in a second of one client id with 429', async () => {
    rig.allow();
    await rig.device('kiosk-1', { clean: false });
    await rig.device('kiosk-2', { clean: false });
    expect([await error(rig.ask('kiosk-1')), await error(rig.ask('kiosk-1'))]).toEqual(['no error', '429 ThrottlingException']);
    expect([await error(rig.end('kiosk-1')), await error(rig.end('kiosk-1'))]).toEqual(['no error', '429 ThrottlingException']);
    expect([await error(rig.ask('kiosk-2')), await error(rig.end('kiosk-2'))]).toEqual(['no error', 'no error']);
    clock.mockReturnValue(999);
    expect(await error(rig.end('kiosk-1'))).toBe('429 ThrottlingException');
    clock.mockReturnValue(1000);
    expect(await error(rig.end('kiosk-1'))).toBe('no error');
  });

  it.each<[string, (clientId: string) => Promise<unknown>]>([
    ['DeleteConnection', (clientId) => rig.end(clientId)],
    ['GetConnection', (clientId) => rig.ask(clientId)],
  ])('throttles over 100 %s in a second of the account', async (_name, send) => {
    const outcomes = await Promise.all(Array.from({ length: 130 }, (_, i) => error(send(`kiosk-${i}`))));
    expect(outcomes.filter((outcome) => outcome === '404 ResourceNotFoundException')).toHaveLength(100);
    expect(outcomes.filter((outcome) => outcome === '429 ThrottlingException')).toHaveLength(30);
  });

  it.each([
    [10, () => new ListThingsCommand({})],
    [10, () => new DescribeEndpointCommand({})],
    [350, () => new DescribeThingCommand({ thingName: 't' })],
    // https://docs.aws.amazon.com/general/latest/gr/iot-core.html#throttling-limits
    [15, () => new DetachPolicyCommand({ policyName: 'p', target: rig.iot.principal(CERTIFICATE) })],
    [10, () => new ListTargetsForPolicyCommand({ policyName: 'p' })],
    [10, () => new DeletePolicyCommand({ policyName: 'p' })],
  ])('throttles over %d a second on the control plane with 400', async (rate, command) => {
    const outcomes = await Promise.all(Array.from({ length: rate + 2 }, () => error(rig.control.send(command() as ListThingsCommand))));
    expect(outcomes.filter((outcome) => outcome === '400 ThrottlingException')).toHaveLength(2);
  });
});

describe('control plane (https://docs.aws.amazon.com/iot/latest/apireference/API_Operations_AWS_IoT.html)', () => {
  beforeEach(() => rig.start());

  it('DescribeEndpoint answers a bare host name, or what the composer sets', async () => {
    const describe = (endpointType: string) => rig.control.send(new DescribeEndpointCommand({ endpointType }));
    expect((await describe('iot:Data-ATS')).endpointAddress).toBe('a1b2c3d4e5f6g7-ats.iot.ca-central-1.amazonaws.com');
    rig.iot.endpointAddress = 'localhost:4566';
    expect((await describe('iot:Data')).endpointAddress).toBe('localhost:4566');
    expect(await error(describe('iot:Jobs'))).toBe('501 NotImplemented');
  });

  it('things are created, described, listed in pages and deleted', async () => {
    const attributePayload = { attributes: { site: 'oslo' } };
    await rig.control.send(new CreateThingCommand({ thingName: 'kiosk-1', attributePayload }));
    for (const thingName of ['kiosk-2', 'kiosk-3']) await rig.control.send(new CreateThingCommand({ thingName }));
    expect(await rig.control.send(new DescribeThingCommand({ thingName: 'kiosk-1' }))).toMatchObject({
      thingArn: 'arn:aws:iot:ca-central-1:123456789012:thing/kiosk-1',
      defaultClientId: 'kiosk-1',
      attributes: { site: 'oslo' },
      version: 1,
    });
    const first = await rig.control.send(new ListThingsCommand({ maxResults: 2 }));
    await rig.control.send(new DeleteThingCommand({ thingName: 'kiosk-1' }));
    const second = await rig.control.send(new ListThingsCommand({ maxResults: 2, nextToken: first.nextToken }));
    expect([first, second].map(({ things }) => things!.map(({ thingName }) => thingName))).toEqual([['kiosk-1', 'kiosk-2'], ['kiosk-3']]);
    expect(second.nextToken).toBeUndefined();
    expect(await error(rig.control.send(new DescribeThingCommand({ thingName: 'kiosk-1' })))).toBe('404 ResourceNotFoundException');
  });

  it('lists by attribute', async () => {
    rig.iot.createThing('a', { site: 'oslo' });
    rig.iot.createThing('b', { site: 'bergen' });
    const { things } = await rig.control.send(new ListThingsCommand({ attributeName: 'site', attributeValue: 'bergen' }));
    expect(things!.map(({ thingName }) => thingName)).toEqual(['b']);
  });

  it('creates the same thing twice, not a different one; deletes a thing that is not there', async () => {
    const create = (site: string) => error(rig.control.send(new CreateThingCommand({ thingName: 'a', attributePayload: { attributes: { site } } })));
    expect([await create('oslo'), await create('oslo'), await create('bergen')]).toEqual(['no error', 'no error', '409 ResourceAlreadyExistsException']);
    expect(await error(rig.control.send(new DeleteThingCommand({ thingName: 'nothing' })))).toBe('no error');
  });

  it('a policy is not deleted while attached', async () => {
    const target = rig.iot.principal(CERTIFICATE);
    await rig.control.send(new CreatePolicyCommand({ policyName: 'p', policyDocument: JSON.stringify(EVERYTHING) }));
    await rig.control.send(new AttachPolicyCommand({ policyName: 'p', target }));
    await rig.device('kiosk-1');
    expect(await error(rig.control.send(new DeletePolicyCommand({ policyName: 'p' })))).toBe('409 DeleteConflictException');
    await rig.control.send(new DetachPolicyCommand({ policyName: 'p', target }));
    await rig.control.send(new DeletePolicyCommand({ policyName: 'p' }));
    await expect(rig.device('kiosk-2')).rejects.toMatchObject({ code: 5 });
  });

  // "It can take up to five minutes": https://docs.aws.amazon.com/iot/latest/apireference/API_DetachPolicy.html
  it('a policy is not ready to be deleted for a while after it was detached, if that is set', async () => {
    await rig.stop();
    let now = 1_000;
    await rig.start({ policyDeletionDelayMs: 300_000, now: () => now });
    rig.iot.createPolicy('p', EVERYTHING);
    rig.iot.attachPolicy('p', rig.iot.principal(CERTIFICATE));
    await rig.control.send(new DetachPolicyCommand({ policyName: 'p', target: rig.iot.principal(CERTIFICATE) }));
    now += 299_999;
    expect(await error(rig.control.send(new DeletePolicyCommand({ policyName: 'p' })))).toBe('409 DeleteConflictException');
    now += 1;
    expect(await error(rig.control.send(new DeletePolicyCommand({ policyName: 'p' })))).toBe('no error');
  });

  // https://docs.aws.amazon.com/iot/latest/apireference/API_ListTargetsForPolicy.html
  it('the targets of a policy are listed in pages', async () => {
    const targets = ['a', 'b', 'c'].map((digit) => rig.iot.principal(digit.repeat(64)));
    rig.iot.createPolicy('p', EVERYTHING);
    for (const target of targets) rig.iot.attachPolicy('p', target);
    const list = (more: object = {}) => rig.control.send(new ListTargetsForPolicyCommand({ policyName: 'p', ...more }));
    const first = await list({ pageSize: 2 });
    expect(first.nextMarker).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
    const second = await list({ pageSize: 2, marker: first.nextMarker });
    expect([first.targets, second.targets, second.nextMarker]).toEqual([targets.slice(0, 2), targets.slice(2), undefined]);
    for (const wrong of [{ pageSize: 0 }, { pageSize: 251 }, { marker: 'x' }]) expect(await error(list(wrong))).toBe('400 InvalidRequestException');
    expect(await error(list({ policyName: 'none' }))).toBe('404 ResourceNotFoundException');
  });

  // https://docs.aws.amazon.com/iot/latest/apireference/API_DetachPolicy.html names no ResourceNotFoundException.
  it('what is not attached is detached without an error', async () => {
    const detach = (policyName: string, target = rig.iot.principal(CERTIFICATE)) => error(rig.control.send(new DetachPolicyCommand({ policyName, target })));
    rig.iot.createPolicy('p', EVERYTHING);
    expect([await detach('p'), await detach('none')]).toEqual(['no error', 'no error']);
    expect(await detach('p', 'arn:aws:iot:ca-central-1:123456789012:thing/kiosk')).toBe('501 NotImplemented');
  });

  // https://docs.aws.amazon.com/iot/latest/apireference/API_AttachPolicy.html, https://docs.aws.amazon.com/iot/latest/developerguide/cog-iot-policies.html
  it('a policy is attached to certificates, thing groups and Cognito identities', async () => {
    rig.iot.createPolicy('p', EVERYTHING);
    const targets = [
      rig.iot.principal(CERTIFICATE),
      'arn:aws:iot:ca-central-1:123456789012:thinggroup/kiosks',
      'ca-central-1:12345678-90ab-cdef-1234-567890abcdef',
    ];
    for (const target of targets) await rig.control.send(new AttachPolicyCommand({ policyName: 'p', target }));
    expect(rig.iot.policyTargets('p')).toEqual(targets);
    for (const target of targets) {
      expect(await error(rig.control.send(new DeletePolicyCommand({ policyName: 'p' })))).toBe('409 DeleteConflictException');
      await rig.control.send(new DetachPolicyCommand({ policyName: 'p', target }));
    }
    await rig.control.send(new DeletePolicyCommand({ policyName: 'p' }));
  });

  it('refuses a bad policy, an unknown one, and one that is there already', async () => {
    const create = (policyDocument: string) => error(rig.control.send(new CreatePolicyCommand({ policyName: 'p', policyDocument })));
    expect(await create('{')).toBe('400 MalformedPolicyException');
    expect(await create(JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow' }] }))).toBe('400 MalformedPolicyException');
    expect(await error(rig.control.send(new AttachPolicyCommand({ policyName: 'p', target: rig.iot.principal(CERTIFICATE) })))).toBe(
      '404 ResourceNotFoundException',
    );
    expect([await create(JSON.stringify(EVERYTHING)), await create(JSON.stringify(EVERYTHING))]).toEqual(['no error', '409 ResourceAlreadyExistsException']);
  });

  it('does not pretend to know other calls', async () => {
    expect(await error(rig.control.send(new CreateThingTypeCommand({ thingTypeName: 't' })))).toBe('501 NotImplemented');
    expect(await error(rig.data.send(new PublishCommand({ topic: 't' })))).toBe('501 NotImplemented');
  });
});

describe('authorisation (https://docs.aws.amazon.com/service-authorization/latest/reference/list_iot.html)', () => {
  it('names the action and the client to IAM, whose refusal reaches the caller', async () => {
    const asked: string[] = [];
    await rig.start({}, (_caller, action, resource) => {
      asked.push(`${action} ${resource}`);
      throw new AccessDenied('not authorized to perform');
    });
    expect(await error(rig.end('a/b'))).toBe('403 ForbiddenException');
    expect(await error(rig.control.send(new DescribeEndpointCommand({})))).toBe('403 AccessDeniedException');
    expect(asked).toEqual(['iot:DeleteConnection arn:aws:iot:ca-central-1:123456789012:client/a/b', 'iot:DescribeEndpoint *']);
  });

  it('takes the signing name of the text on signing by hand, too (D1)', async () => {
    await rig.start();
    const authorization = 'AWS4-HMAC-SHA256 Credential=AKIA/20260101/ca-central-1/iotdevicegateway/aws4_request, SignedHeaders=host, Signature=0';
    expect((await fetch(`${rig.url}/connections/nobody`, { method: 'DELETE', headers: { authorization } })).status).toBe(404);
  });
});

describe('resource types (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IoT.html)', () => {
  beforeEach(() => rig.start());

  it('a policy and its attachment let a device in; without them it is out', async () => {
    const { 'AWS::IoT::Policy': policy, 'AWS::IoT::PolicyPrincipalAttachment': attachment } = rig.iot.resourceTypes;
    const created = await policy.create({ PolicyDocument: EVERYTHING }, CONTEXT);
    expect(created).toEqual({
      physicalId: 'stack-L-x',
      attributes: { Arn: 'arn:aws:iot:ca-central-1:123456789012:policy/stack-L-x', Id: 'stack-L-x' },
    });
    const properties = { PolicyName: 'stack-L-x', Principal: rig.iot.principal(CERTIFICATE) };
    const { physicalId } = await attachment.create(properties, CONTEXT);
    await rig.device('kiosk-1');
    await expect(async () => policy.delete('stack-L-x', {}, CONTEXT)).rejects.toThrow('attached to one or more principals');
    await attachment.delete(physicalId, properties, CONTEXT);
    await policy.delete('stack-L-x', {}, CONTEXT);
    await policy.delete('stack-L-x', {}, CONTEXT);
    await expect(rig.device('kiosk-2')).rejects.toMatchObject({ code: 5 });
  });

  it('a policy document is replaced in place', async () => {
    const { 'AWS::IoT::Policy': policy } = rig.iot.resourceTypes;
    rig.allow();
    await policy.update!('everything', { PolicyDocument: allowConnect('*', 'Deny') }, {}, CONTEXT);
    await expect(rig.device('kiosk-1')).rejects.toMatchObject({ code: 5 });
  });

  it('a thing is created, updated, deleted, and not adopted', async () => {
    const { 'AWS::IoT::Thing': thing } = rig.iot.resourceTypes;
    const { physicalId, attributes } = await thing.create({ ThingName: 'kiosk-1' }, CONTEXT);
    expect(physicalId).toBe('kiosk-1');
    expect(attributes).toEqual({ Arn: 'arn:aws:iot:ca-central-1:123456789012:thing/kiosk-1', Id: expect.any(String) });
    expect(() => thing.create({ ThingName: 'kiosk-1' }, CONTEXT)).toThrow('already exists');
    await thing.update!('kiosk-1', { AttributePayload: { Attributes: { site: 'oslo' } } }, {}, CONTEXT);
    expect(await rig.control.send(new DescribeThingCommand({ thingName: 'kiosk-1' }))).toMatchObject({ attributes: { site: 'oslo' }, version: 2 });
    await thing.delete('kiosk-1', {}, CONTEXT);
    await thing.delete('kiosk-1', {}, CONTEXT);
  });
});
