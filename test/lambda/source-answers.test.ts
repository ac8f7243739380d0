import { tokenProblem } from '../../contract/chat';
import { contactIdProblem } from '../../contract/contacts';
import { ids } from '../../lambda/sources/ids';
import { manifest } from '../../lambda/sources/manifest';
import { thingGroup } from '../../lambda/sources/thing-group';
import { tokenTable } from '../../lambda/chat/token-table';
import { clientIdProblem } from '../../contract/mqtt';
import { thingIdentifierProblem } from '../../contract/things';
import { all } from '../support/all';
import { reads } from '../support/reads';
import { answerWith, Services, SOURCE_NAMES, SOURCES, type SourceName } from '../support/services';

/* An answer that lacks what it must have is no proof that there is nothing to end. */

let services: Services;
afterEach(() => services.stop());

const found = (name: SourceName) => all(SOURCES[name].source(SOURCES[name].parameters, reads()));

async function refusal(name: SourceName, body: object | string, headers?: Record<string, string>): Promise<string> {
  services = await Services.start((_, __, response) => answerWith(body, response, headers));
  return found(name).then(
    (ids) => `found ${JSON.stringify(ids)}`,
    ({ message }) => message,
  );
}

test.each(SOURCE_NAMES)('a whole answer: %s', async (name) => {
  services = await Services.start();
  expect(await found(name)).toEqual(['a', 'b']);
});

test.each<[SourceName, string]>([
  ['table', 'the answer to the listing of table Fleet has no list in it: try again'],
  ['secret', 'secret tokens could not be read: the answer has no value in it; try again'],
  ['parameter', 'parameter tokens could not be read: the answer has no value in it; try again'],
  ['thing group', 'the answer to the listing of thing group kiosks has no list in it: try again'],
  ['fleet index', 'the answer to the listing of the fleet index has no list in it: try again'],
  ['policy targets', 'the answer to the listing of targets of the IoT policy kiosks has no list in it: try again'],
  ['managed things', 'the answer to the listing of managed things has no list in it: try again'],
  ['contacts in progress', 'the answer to the listing of contacts in progress has no list in it: try again'],
])('an empty object: %s', async (name, message) => {
  expect(await refusal(name, {})).toBe(message);
});

test('a parameter without its type, or without its value', async () => {
  expect(await refusal('parameter', { Parameter: { Value: '["a"]' } })).toBe('parameter tokens could not be read: the answer has no value in it; try again');
  await services.stop();
  expect(await refusal('parameter', { Parameter: { Type: 'SecureString' } })).toBe(
    'parameter tokens could not be read: the answer has no value in it; try again',
  );
});

test('a secret that holds bytes', async () => {
  expect(await refusal('secret', { SecretBinary: 'YQ==' })).toBe('secret tokens could not be read: it holds bytes and not a string');
});

test('a search of an index whose configuration the answer does not have', async () => {
  services = await Services.start((_, __, response) => answerWith({}, response));
  await expect(all(SOURCES['fleet index'].source({ Query: 'thingName:*' }, reads()))).rejects.toThrow('thing indexing is off');
});

test.each<[SourceName, object, string]>([
  ['thing group', { things: ['a', ''] }, 'thing group kiosks has an entry without its id: nothing can be done by such a list'],
  ['fleet index', { things: [{ thingName: 'a' }, { thingId: 'b' }] }, 'the fleet index has an entry without its id: nothing can be done by such a list'],
  ['policy targets', { targets: ['a', ''] }, 'the list of targets of the IoT policy kiosks has an entry without its id: nothing can be done by such a list'],
  ['managed things', { Items: [{ Id: 'a' }, { Name: 'b' }] }, 'the list of managed things has an entry without its id: nothing can be done by such a list'],
  [
    'contacts in progress',
    { Contacts: [{ Id: 'a', Channel: 'CHAT' }, { Channel: 'TASK' }] },
    'the list of contacts in progress has an entry without its id: nothing can be done by such a list',
  ],
])('an entry without its name: %s', async (name, body, message) => {
  expect(await refusal(name, body)).toBe(message);
});

test('a value that is empty, or has blanks at an end, is a target as it is, and one that every service would refuse if it is empty', async () => {
  expect(await refusal('table', { Items: [{ id: { S: '' } }, { id: { S: ' a ' } }] })).toBe('found [""," a "]');
  expect(await all(ids({ Ids: ['', ' a '] }))).toEqual(['', ' a ']);
  for (const problemOf of [clientIdProblem, thingIdentifierProblem, tokenProblem, contactIdProblem]) expect(problemOf('')).toMatch(/^is (empty|not )/);
});

test('a token in a table that Amazon Connect would refuse fails by itself, and says where it is', async () => {
  services = await Services.start((_, __, response) => answerWith({ Items: [{ token: { S: 'a' } }, { token: { S: 'a b' } }] }, response));
  const found = [];
  for await (const { problem } of tokenTable({ Table: 'Tokens', Attribute: 'token' }, reads())) found.push(problem);
  expect(found).toEqual([
    undefined,
    { name: 'InvalidTarget', message: expect.stringMatching(/^attribute "token" of an item of table Tokens has a blank in it: /) },
  ]);
});

const NOT_THE_PART = 'manifest s3://fleet/list.txt could not be read: the answer is not the part that was asked for; try again';
const ETAG = { etag: '"1"' };
test.each<[string, string, Record<string, string>]>([
  ['nothing, as a whole', '', ETAG],
  ['no word of which part it is', 'a\nb\n', ETAG],
  ['less than it says', 'a\n', { ...ETAG, 'content-range': 'bytes 0-3/4' }],
  ['more than it says', 'a\nb\nc\n', { ...ETAG, 'content-range': 'bytes 0-3/4' }],
  ['a shorter part than there is', 'a\n', { ...ETAG, 'content-range': 'bytes 0-1/4' }],
  ['another part', 'b\n', { ...ETAG, 'content-range': 'bytes 2-3/4' }],
  ['a size that nobody knows', 'a\nb\n', { ...ETAG, 'content-range': 'bytes 0-3/*' }],
  ['no version', 'a\nb\n', { 'content-range': 'bytes 0-3/4' }],
])('a part of a manifest with %s', async (_, body, headers) => {
  expect(await refusal('manifest', body, headers)).toBe(NOT_THE_PART);
});

test('the second part of a manifest that is the first once more', async () => {
  const part = 'x\n'.repeat(524_288);
  services = await Services.start((_, __, response) => answerWith(part, response, { ...ETAG, 'content-range': 'bytes 0-1048575/2097152' }));
  await expect(all(manifest(SOURCES.manifest.parameters, reads()))).rejects.toThrow(NOT_THE_PART);
  expect(services.asked.map(({ request }) => request.headers.range)).toEqual(['bytes=0-1048575', 'bytes=1048576-2097151']);
});

describe('a listing that turns in a circle ends', () => {
  const circle = (name: SourceName) => `the listing of ${name} came back to a page that it had given before: try again`;

  test.each<[SourceName, object, string]>([
    ['thing group', { things: ['a'], nextToken: 'again' }, 'thing group kiosks'],
    ['fleet index', { things: [{ thingName: 'a' }], nextToken: 'again' }, 'the fleet index'],
    ['policy targets', { targets: ['a'], nextMarker: 'YWdhaW4=' }, 'targets of the IoT policy kiosks'],
    ['managed things', { Items: [{ Id: 'a' }], NextToken: 'again' }, 'managed things'],
    ['contacts in progress', { Contacts: [{ Id: 'a', Channel: 'CHAT' }], NextToken: 'again' }, 'contacts in progress'],
    ['table', { Items: [{ id: { S: 'a' } }], LastEvaluatedKey: { id: { S: 'again' } } }, 'table Fleet'],
  ])('%s', async (name, body, what) => {
    expect(await refusal(name, body)).toBe(circle(what as SourceName));
    expect(services.asked).toHaveLength(2);
  });

  test('also a large one', async () => {
    services = await Services.start((_, nth, response) => answerWith({ things: [`thing-${nth % 3}`], nextToken: `page-${nth % 3}` }, response));
    await expect(all(thingGroup({ ThingGroup: 'kiosks' }, reads()))).rejects.toThrow('came back to a page');
    expect(services.asked).toHaveLength(4);
  });

  test('but not one whose token stays the same while its pages go on', async () => {
    const pages = [['a'], ['b'], ['c']];
    services = await Services.start((_, nth, response) =>
      answerWith({ things: pages[(nth - 1) % 3], nextToken: nth % 3 === 0 ? undefined : 'scroll' }, response),
    );
    expect(await all(thingGroup({ ThingGroup: 'kiosks' }, reads()))).toEqual(['a', 'b', 'c']);
  });
});
