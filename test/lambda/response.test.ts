import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { respond, type Response } from '../../lambda/run/response';

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html */

const RESPONSE: Response = {
  Status: 'FAILED',
  Reason: 'why',
  PhysicalResourceId: 'id',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Kiosks',
  Data: { EndedCount: '1' },
};

let server: Server;
let url: string;
let puts: Array<{ url?: string; headers: IncomingHttpHeaders; body: Buffer }>;
let unanswered: number;
let statuses: number[];

beforeEach(async () => {
  puts = [];
  statuses = [];
  unanswered = 0;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      puts.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks) });
      if (puts.length <= unanswered) return;
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  // Whoever opens a connection closes it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?X-Amz-Signature=secret-signature`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('puts the answer as JSON, without a content type that the signature would not cover', async () => {
  await respond(new URL(url), RESPONSE);
  expect(puts).toHaveLength(1);
  expect(puts[0].url).toBe('/answer?X-Amz-Signature=secret-signature');
  expect(puts[0].headers['content-type']).toBeUndefined();
  expect(puts[0].headers['content-length']).toBe(String(puts[0].body.length));
  expect(JSON.parse(puts[0].body.toString())).toEqual(RESPONSE);
});

test('tries again when the answer is not taken, nor where it is sent elsewhere', async () => {
  statuses = [503, 302, 300];
  await respond(new URL(url), RESPONSE);
  expect(puts).toHaveLength(4);
});

test('tries again when nobody answers for ten seconds', async () => {
  unanswered = 1;
  const began = jest.spyOn(globalThis, 'setTimeout');
  try {
    const answered = respond(new URL(url), RESPONSE);
    while (puts.length < 1) await new Promise(setImmediate);
    const [limit] = began.mock.calls.filter(([, ms]) => ms === 10_000);
    limit[0]();
    await answered;
    expect(puts).toHaveLength(2);
  } finally {
    began.mockRestore();
  }
});

test('leaves no connection open', async () => {
  const closed = new Promise<void>((resolve) => server.once('connection', (socket) => socket.once('close', () => resolve())));
  await respond(new URL(url), RESPONSE);
  await closed;
});

test('fails in the end, so that Lambda tries the request again, and never says the URL', async () => {
  statuses = Array(20).fill(503);
  const error = await respond(new URL(url), RESPONSE).catch((caught) => caught);
  expect(String(error)).toBe('Error: CloudFormation could not be answered: HTTP status 503');
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-signature');
  expect(puts.length).toBeGreaterThan(3);
});

test.each([
  ['letters', 'x'],
  ['umlauts', 'ü'],
  ['what JSON escapes', '"\n'],
])('never exceeds 4096 bytes with a reason of %s', async (_, unit) => {
  await respond(new URL(url), { ...RESPONSE, Reason: `It began ${unit.repeat(10_000)} and what to do.` });
  expect(puts[0].body.length).toBeLessThanOrEqual(4096);
  const { Reason, ...rest } = JSON.parse(puts[0].body.toString());
  expect(Reason).toMatch(/^It began .*….* and what to do\.$/s);
  expect(Reason.length).toBeGreaterThan(800);
  expect(rest).toEqual({ ...RESPONSE, Reason: undefined });
});
