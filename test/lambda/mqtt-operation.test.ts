import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describeDataEndpoint } from '../../lambda/mqtt/data-endpoint';
import { deleteConnection } from '../../lambda/mqtt/operation';
import { LocalAws } from '../../local-aws/local-aws';
import { callsFor, Hasty } from '../support/calls';
import { reads } from '../support/reads';
import { scripted } from '../support/scripted';

let aws: LocalAws;
const env = { ...process.env };

beforeAll(async () => {
  aws = await LocalAws.start();
  const { AWS_ENDPOINT_URL, ...rest } = aws.env;
  Object.assign(process.env, rest);
});
afterAll(async () => {
  process.env = env;
  await aws.stop();
});

test.each(['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'])('an endpoint works with %s as well: it may be such an endpoint itself', async (variable) => {
  process.env[variable] = 'true';
  try {
    const { end } = await deleteConnection({ Endpoint: aws.url }, reads());
    expect(await end({ id: 'nobody' }, callsFor())).toBe('alreadyGone');
  } finally {
    delete process.env[variable];
  }
});

test.each(['AWS_ENDPOINT_URL_IOT_DATA_PLANE', 'AWS_ENDPOINT_URL'])('an endpoint that is in %s is not asked of AWS IoT', async (variable) => {
  const given = { [variable]: aws.url, AWS_ENDPOINT_URL_IOT: aws.url };
  Object.assign(process.env, given);
  try {
    const { end } = await deleteConnection({}, reads());
    expect(await end({ id: `nobody-${variable}` }, callsFor())).toBe('alreadyGone');
    expect(aws.calls.some(({ path }) => path === '/endpoint')).toBe(false);
  } finally {
    for (const name of Object.keys(given)) delete process.env[name];
  }
});

describe('AWS IoT is asked for an endpoint', () => {
  async function ask(answer: (url: string) => object) {
    const iot = await scripted({ GET: [async () => [200, answer(iot.url)]] });
    process.env.AWS_ENDPOINT_URL_IOT = iot.url;
    try {
      return await describeDataEndpoint(reads());
    } finally {
      delete process.env.AWS_ENDPOINT_URL_IOT;
      await iot.stop();
    }
  }

  test('of its data plane', async () => {
    expect(await ask((endpointAddress) => ({ endpointAddress }))).toMatch(/^http/);
  });

  test('and if it names none, the run fails with what to do', async () => {
    await expect(ask(() => ({}))).rejects.toThrow(
      'the data endpoint of AWS IoT could not be found (AWS IoT named none): allow iot:DescribeEndpoint, or give the construct its endpoint',
    );
  });
});

test('a call that nobody answers ends by itself, and is not made again when the time is up', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  try {
    const { end } = await deleteConnection({ Endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` }, reads());
    await expect(end({ id: 'nobody' }, new Hasty({}, 0))).rejects.toMatchObject({ name: 'OutOfTime', failure: { name: 'TimeoutError' } });
  } finally {
    silent.close();
  }
});
