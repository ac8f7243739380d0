import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { deleteConnection } from '../../lambda/mqtt/operation';
import { Paces } from '../../lambda/run/pace';
import { LocalAws } from '../../local-aws/local-aws';
import { callsFor } from '../support/calls';

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

test('an endpoint works with AWS_USE_FIPS_ENDPOINT as well: it may be a FIPS endpoint itself', async () => {
  process.env.AWS_USE_FIPS_ENDPOINT = 'true';
  try {
    const { end } = await deleteConnection({ Endpoint: aws.url }, new Paces());
    expect(await end('nobody', callsFor())).toBe('alreadyGone');
  } finally {
    delete process.env.AWS_USE_FIPS_ENDPOINT;
  }
});

test('a call that nobody answers ends by itself', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  try {
    const { end } = await deleteConnection({ Endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` }, new Paces());
    await expect(end('nobody', callsFor(1_000))).rejects.toMatchObject({ name: 'TimeoutError' });
  } finally {
    silent.close();
  }
}, 20_000);
