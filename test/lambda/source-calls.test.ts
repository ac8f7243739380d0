import { gzipSync } from 'node:zlib';
import { all } from '../support/all';
import { until } from '../../local-aws/test/support/mqtt-device';
import { reads } from '../support/reads';
import { answerHalf, answerWhole, answerWith, Services, SOURCE_NAMES, SOURCES, type SourceName } from '../support/services';

/* The calls of every source: again where an answer breaks off, to the right region, and with no connection left behind. */

let services: Services;
afterEach(() => services.stop());

const PART = 1_048_576;

const source = (name: SourceName, more: object = {}) => SOURCES[name].source({ ...SOURCES[name].parameters, ...more }, reads());

test.each(SOURCE_NAMES)('an answer that is cut in its body is asked for again: %s', async (name) => {
  services = await Services.start((_, nth, response) => {
    if (nth > 1) return answerWhole(name, response);
    answerHalf(name, response);
    setTimeout(() => response.destroy(), 20);
  });
  expect(await all(source(name))).toEqual(['a', 'b']);
  expect(services.asked).toHaveLength(2);
});

test('an answer that stalls in its body is given up after ten seconds, and asked for again', async () => {
  services = await Services.start(({ source: name }, nth, response) => (nth > 1 ? answerWhole : answerHalf)(name, response));
  const begun = performance.now();
  expect(await Promise.all(SOURCE_NAMES.map((name) => all(source(name))))).toEqual(SOURCE_NAMES.map(() => ['a', 'b']));
  expect(performance.now() - begun).toBeGreaterThan(9_900);
  expect(services.asked).toHaveLength(2 * SOURCE_NAMES.length);
});

test.each<[SourceName, object, string]>([
  ['manifest', {}, 'ca-central-1'],
  ['manifest', { BucketRegion: 'eu-west-1' }, 'eu-west-1'],
  ['table', {}, 'ca-central-1'],
  ['table', { Table: 'arn:aws:dynamodb:eu-west-1:123456789012:table/Fleet' }, 'eu-west-1'],
  ['secret', {}, 'ca-central-1'],
  ['secret', { SecretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:tokens-AbCdEf' }, 'eu-west-1'],
])('a %s with %j is asked for in its region', async (name, parameters, region) => {
  services = await Services.start();
  expect(await all(source(name, parameters))).toEqual(['a', 'b']);
  expect(services.asked.map((asked) => asked.region)).toEqual([region]);
});

test('a bucket must belong to the account that the template names, in every part', async () => {
  services = await Services.start();
  await all(source('manifest', { BucketOwner: '123456789012' }));
  await all(source('manifest'));
  expect(services.asked.map(({ request }) => request.headers['x-amz-expected-bucket-owner'])).toEqual(['123456789012', undefined]);
});

describe('no connection is left', () => {
  const closed = () => until(() => services.connections.size === 0);

  test.each(SOURCE_NAMES)('when all has been read: %s', async (name) => {
    services = await Services.start();
    await all(source(name));
    await closed();
  });

  test.each(SOURCE_NAMES)('when the service refuses: %s', async (name) => {
    services = await Services.start((_, __, response) => response.writeHead(400, { 'x-amzn-errortype': 'ValidationException' }).end('{}'));
    await expect(all(source(name))).rejects.toThrow();
    await closed();
  });

  test.each(SOURCE_NAMES)('when nobody reads on: %s', async (name) => {
    services = await Services.start();
    for await (const { id } of source(name)) {
      expect(id).toBe('a');
      break;
    }
    await closed();
  });

  test.each(['CSV', 'LINES'])('when what is called packed is not: %s', async (Format) => {
    services = await Services.start();
    await expect(all(source('manifest', { Key: 'list.gz', Format, Field: 'id' }))).rejects.toThrow('could not be unpacked');
    await closed();
  });

  test.each(['CSV', 'LINES'])('when nobody reads on in a packed manifest of several parts: %s', async (Format) => {
    const packed = gzipSync('id\n'.repeat(1_000_000), { level: 0 });
    services = await Services.start((_, nth, response) =>
      answerWith(packed.subarray((nth - 1) * PART, nth * PART), response, {
        etag: '"1"',
        'content-range': `bytes ${(nth - 1) * PART}-${Math.min(nth * PART, packed.length) - 1}/${packed.length}`,
      }),
    );
    for await (const { id } of source('manifest', { Key: 'list.gz', Format, Field: 'id' })) {
      expect(id).toBe('id');
      break;
    }
    await closed();
  });
});
