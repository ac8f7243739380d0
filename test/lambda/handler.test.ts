import { handler } from '../../lambda/mqtt';
import { handledEvents } from '../support/handled-events';

/* The handler in this process: what CloudFormation would never send, and what it sends twice. */

const on = handledEvents();

test('answers with all that CloudFormation asks for', async () => {
  expect(await on.answerTo(on.event())).toEqual({
    Status: 'SUCCESS',
    PhysicalResourceId: 'cdk-teardown/request-1',
    StackId: on.event().StackId,
    RequestId: 'request-1',
    LogicalResourceId: 'Kiosks',
    Data: { TargetCount: '1', EndedCount: '0', AlreadyGoneCount: '1', ReconnectedCount: '0', FailedCount: '0' },
  });
});

test('the same request twice gets the same answer', async () => {
  const first = await on.answerTo(on.event());
  expect(await on.answerTo(on.event())).toEqual(first);
});

test.each<[string, () => object, string]>([
  ['an unknown request type', () => on.event({}, { RequestType: 'Destroy' }), 'RequestType "Destroy" is not one of Create, Update, Delete'],
  ['no properties', () => on.event({}, { ResourceProperties: 'x' }), 'ResourceProperties is "x": it must be an object'],
  ['no physical id at Delete', () => on.event({}, { RequestType: 'Delete' }), 'PhysicalResourceId is missing'],
  ['no targets', () => on.event({ Targets: undefined }), 'Targets is missing'],
  ['a source of a later version', () => on.event({ Targets: { Source: 'stars' } }), 'this version of the provider has no source "stars" of MQTT clients'],
  ['ids that are no list', () => on.event({ Targets: { Source: 'ids', Ids: 'kiosk' } }), 'Ids is "kiosk": it must be a list of strings'],
  ['a switch that is neither on nor off', () => on.event({ Operation: { CleanSession: 'maybe' } }), 'CleanSession is "maybe": it must be true or false'],
  ['a limit that is no number', () => on.event({ MaxTargets: 'many' }), 'MaxTargets is "many": it must be a number above 0'],
  ['an unknown onFailure', () => on.event({ OnFailure: 'IGNORE' }), 'OnFailure is "IGNORE": it must be one of FAIL, CONTINUE'],
  [
    'a source that is a method of objects',
    () => on.event({ Targets: { Source: 'constructor' } }),
    'this version of the provider has no source "constructor" of MQTT clients',
  ],
  ['no moments', () => on.event({ RunOn: undefined }), 'RunOn is missing: it must be a list of strings'],
  [
    'a construct of another service',
    () => on.event({}, { ResourceType: 'Custom::ManagedThingDeletion' }),
    'a Custom::ManagedThingDeletion has the provider of a Custom::MqttDisconnection: nothing was touched; give it a provider of its own kind',
  ],
  [
    'more targets than allowed',
    () => on.event({ MaxTargets: '1', Targets: { Source: 'ids', Ids: ['a', 'b', 'a'] } }),
    '2 MQTT clients were found, maxTargets allows 1: nothing was touched',
  ],
])('%s is answered with one sentence', async (_, what, message) => {
  const answer = await on.answerTo(what());
  expect(answer).toMatchObject({ Status: 'FAILED', RequestId: 'request-1', LogicalResourceId: 'Kiosks', StackId: on.event().StackId });
  expect(answer.Reason).toContain(message);
  expect(answer.PhysicalResourceId).not.toBe('');
});

test('a failed Create is marked, so that the Delete that follows does nothing', async () => {
  const { PhysicalResourceId } = await on.answerTo(on.event({ MaxTargets: '0' }));
  const calls = on.aws.calls.length;
  expect(await on.answerTo(on.event({ RunOn: ['REMOVAL', 'TEARDOWN'] }, { RequestType: 'Delete', PhysicalResourceId }))).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId,
  });
  expect(on.aws.calls).toHaveLength(calls);
});

test('where the targets cannot be counted, or are too many, none is called for', async () => {
  const before = on.aws.calls.length;
  expect(await on.answerTo(on.event({ MaxTargets: '1', Targets: { Source: 'ids', Ids: ['a', 'b'] } }))).toMatchObject({ Status: 'FAILED' });
  expect(await on.answerTo(on.event({ MaxTargets: '1', Targets: { Source: 'ids', Ids: ['a', 'b'] }, OnFailure: 'CONTINUE' }))).toMatchObject({
    Status: 'SUCCESS',
  });
  expect(await on.answerTo(on.event({ Targets: { Source: 'thingGroup', ThingGroup: 'none' } }))).toMatchObject({ Status: 'FAILED' });
  expect(on.aws.calls.slice(before).filter(({ method }) => method === 'DELETE')).toEqual([]);
});

test.each<[string, string, string]>([
  ['TEARDOWN', 'DELETE_IN_PROGRESS', 'Mend the cause and run the same command again'],
  ['REMOVAL', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'The construct has left the stack, so nothing tries again'],
])('a %s that fails says whether there is a next time', async (moment, status, advice) => {
  const { Reason } = await on.answerTo(
    on.event({ RunOn: [moment], Targets: { Source: 'ids', Ids: ['$bad'] } }, { RequestType: 'Delete', PhysicalResourceId: 'cdk-teardown/request-0' }),
    status,
  );
  expect(Reason).toContain(advice);
});

test('a deploy that fails can be repeated, also where it acted on what left the list', async () => {
  const again = 'Mend the cause and run the same command again';
  expect((await on.answerTo(on.event({ Targets: { Source: 'ids', Ids: ['$bad'] } }))).Reason).toContain(again);
  const [before, after] = [['$bad', 'stays'], ['stays']].map((Ids) => on.event({ RunOn: ['REMOVAL'], Targets: { Source: 'ids', Ids } }).ResourceProperties);
  const update = on.event(
    {},
    { RequestType: 'Update', PhysicalResourceId: 'cdk-teardown/request-0', ResourceProperties: after, OldResourceProperties: before },
  );
  expect((await on.answerTo(update)).Reason).toContain(again);
});

test('an id that AWS IoT would refuse fails by itself and stops no other', async () => {
  const answer = await on.answerTo(on.event({ Targets: { Source: 'ids', Ids: ['$bad', 'nobody'] } }));
  expect(answer).toMatchObject({ Status: 'FAILED', Data: { TargetCount: '2', AlreadyGoneCount: '1', FailedCount: '1' } });
  expect(answer.Reason).toContain('1 of 2 MQTT clients could not be disconnected (1 InvalidTarget), for example $bad: starts with "$"');
});

test('a stack whose status cannot be read is not guessed about', async () => {
  const answer = await on.answerTo(
    on.event({ RunOn: ['TEARDOWN'] }, { RequestType: 'Delete', PhysicalResourceId: 'cdk-teardown/request-0', StackId: `${on.stack.id}x` }),
  );
  expect(answer.Status).toBe('FAILED');
  expect(answer.Reason).toMatch(/the status of the stack could not be read \(ValidationError: .*\): nothing was touched/);
});

test.each([
  ['without a scheme', 'response.example.com/secret-signature'],
  ['with a bad port', 'https://response.example.com:99999/secret-signature'],
  ['that is a file', 'file:///secret-signature'],
])('a ResponseURL %s fails the invocation and is not repeated', async (_, ResponseURL) => {
  const error = await handler({ ...on.event(), ResponseURL }, on.context).catch((caught) => caught);
  expect(error.message).toBe('ResponseURL is no URL of http or https: CloudFormation cannot be answered');
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-signature');
});

test('an event that names nowhere to answer fails the invocation', async () => {
  await expect(handler({ RequestType: 'Create' }, on.context)).rejects.toThrow('ResponseURL is missing');
});
