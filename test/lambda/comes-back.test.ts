import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deleteConnection } from '../../lambda/mqtt/operation';
import { callsFor } from '../support/calls';
import { reads } from '../support/reads';
import { VirtualTime } from '../support/virtual-time';

/*
 * Confirm.staysDisconnected means it: a client that comes back for as long as its old policy is in force is disconnected until it stays away.
 * https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html
 */

const SECOND = 1_000;
const BACK_AFTER_MS = 300;

const time = new VirtualTime();
const env = { ...process.env };
beforeAll(() => {
  Object.assign(process.env, { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' });
  time.start();
});
afterAll(() => {
  time.stop();
  process.env = env;
});

interface Device {
  /** Until when it is let in, and when it goes by itself. */
  readonly letInMs: number;
  readonly backAfterMs?: number;
  readonly leavesAfterMs?: number;
}

/** AWS IoT with one client, which was connected all the time before. */
async function disconnect({ letInMs, backAfterMs = BACK_AFTER_MS, leavesAfterMs = Infinity }: Device, ConfirmAwaySeconds: string, millisecondsLeft: number) {
  const begun = Date.now();
  const disconnects: number[] = [];
  const connection = () => {
    const since = (disconnects.at(-1) ?? -Infinity) + backAfterMs;
    const [now, left] = [Date.now(), since + leavesAfterMs];
    if (disconnects.length === 0) return { connected: true, connectedSince: begun - SECOND };
    if (since > begun + letInMs || now < since) return { connected: false, disconnectedSince: disconnects.at(-1) };
    return now < left ? { connected: true, connectedSince: since } : { connected: false, disconnectedSince: left };
  };
  const server = createServer(({ method }, response) => {
    if (method === 'DELETE') disconnects.push(Date.now());
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(method === 'GET' ? connection() : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { end, close } = await deleteConnection({ Endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ConfirmAwaySeconds }, reads());
    const outcome = await end({ id: 'kiosk' }, callsFor(millisecondsLeft)).catch((error) => error.constructor.name);
    close();
    return { outcome, at: disconnects.map((at) => at - begun), took: Date.now() - begun };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('for three minutes, until the changed policy is in force: it is disconnected until it stays away, at growing intervals', () =>
  time.until(
    (async () => {
      const { outcome, at, took } = await disconnect({ letInMs: 180 * SECOND }, '30', 840 * SECOND);
      expect(outcome).toBe('ended');
      const between = at.slice(1).map((each, n) => each - at[n]);
      expect(Math.min(...between)).toBeGreaterThan(SECOND);
      expect(between).toEqual([...between].sort((one, other) => one - other));
      expect(Math.max(...between)).toBeLessThan(35 * SECOND);
      expect(at.at(-2)).toBeLessThan(180 * SECOND);
      expect(at.at(-1)).toBeGreaterThan(180 * SECOND);
      expect(took).toBeLessThan(at.at(-1)! + 32 * SECOND);
    })(),
  ));

test('for longer than the run has time: it counts as reconnected', () =>
  time.until(
    (async () => {
      const { outcome, at } = await disconnect({ letInMs: Infinity }, '30', 100 * SECOND);
      expect(outcome).toBe('ComesBack');
      expect(at.length).toBeGreaterThan(4);
    })(),
  ));

test('Confirm.disconnected disconnects once', () =>
  time.until(
    (async () => {
      const { outcome, at } = await disconnect({ letInMs: Infinity }, '0', 100 * SECOND);
      expect([outcome, at.length]).toEqual(['reconnected', 1]);
    })(),
  ));

test('a client that was back between two looks, and left by itself, stays away from then on', () =>
  time.until(
    (async () => {
      const { outcome, at, took } = await disconnect({ letInMs: Infinity, backAfterMs: 10 * SECOND, leavesAfterMs: 10 * SECOND }, '30', 840 * SECOND);
      expect([outcome, at.length]).toEqual(['ended', 1]);
      expect(took).toBeGreaterThanOrEqual(50 * SECOND);
      expect(took).toBeLessThan(53 * SECOND);
    })(),
  ));
