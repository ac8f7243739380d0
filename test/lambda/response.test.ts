import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { respond, type Response } from '../../lambda/run/response';

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html */

const RESPONSE: Response = {
  Status: 'FAILED', Reason: 'why', PhysicalResourceId: 'id', StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Kiosks', Data: { EndedCount: '1' },
};

let server: Server;
let url: string;
let puts: Array<{ headers: IncomingHttpHeaders; body: Buffer }>;
let statuses: number[];

beforeEach(async () => {
  puts = [];
  statuses = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      puts.push({ headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?X-Amz-Signature=secret-signature`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('puts the answer as JSON, without a content type that the signature would not cover', async () => {
  await respond(url, RESPONSE);
  expect(puts).toHaveLength(1);
  expect(puts[0].headers['content-type']).toBeUndefined();
  expect(puts[0].headers['content-length']).toBe(String(puts[0].body.length));
  expect(JSON.parse(puts[0].body.toString())).toEqual(RESPONSE);
});

test('tries again when the answer is not taken', async () => {
  statuses = [503, 500];
  await respond(url, RESPONSE);
  expect(puts).toHaveLength(3);
});

test('fails in the end, so that Lambda tries the request again, and never says the URL', async () => {
  statuses = Array(20).fill(503);
  const error = await respond(url, RESPONSE).catch((caught) => caught);
  expect(String(error)).toBe('Error: CloudFormation could not be answered: HTTP status 503');
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-signature');
  expect(puts.length).toBeGreaterThan(3);
}, 20_000);

test.each([['letters', 'x'], ['umlauts', 'ü'], ['what JSON escapes', '"\n']])('never exceeds 4096 bytes with a reason of %s', async (_, unit) => {
  await respond(url, { ...RESPONSE, Reason: unit.repeat(10_000) });
  expect(puts[0].body.length).toBeLessThanOrEqual(4096);
  const { Reason, ...rest } = JSON.parse(puts[0].body.toString());
  expect(Reason).toMatch(/…$/);
  expect(Reason.length).toBeGreaterThan(800);
  expect(rest).toEqual({ ...RESPONSE, Reason: undefined });
});
