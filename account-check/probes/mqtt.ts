import { DetachPolicyCommand } from '@aws-sdk/client-iot';
import { DeleteConnectionCommand, GetConnectionCommand, type GetConnectionCommandOutput } from '@aws-sdk/client-iot-data-plane';
import { until } from '../clock';
import { certificateLetIn, connect, connectWhenLetIn } from '../devices';
import { outcomeOf } from '../described';
import { judged, notLooked, seconds, type Finding, type Probe } from '../finding';
import type { Room } from '../room';

/** The quota is one call a second and client id: https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
const BETWEEN_LOOKS_MS = 1_100;
const CLIENTS = 10;
/** As the handler looks: five times. */
const MOST_LAG_MS = 5 * BETWEEN_LOOKS_MS;
const MOST_DIFFERENCE_MS = 1_000;
const MOST_POLICY_DELAY_MS = 8 * 60_000;
const REFUSALS_IN_A_ROW = 12;

/** Undefined if nothing is known of the client. */
async function connectionOf({ clients }: Room, clientId: string): Promise<GetConnectionCommandOutput | undefined> {
  return clients.data.send(new GetConnectionCommand({ clientId })).catch((error) => {
    if (error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  });
}

async function isConnected(room: Room, clientId: string): Promise<boolean> {
  return (await connectionOf(room, clientId))?.connected === true;
}

async function offlineSession(room: Room): Promise<Finding> {
  const { certificate } = await certificateLetIn(room, 'offline');
  const clientId = `${room.prefix}-offline`;
  const { client } = await connectWhenLetIn(room, certificate, clientId, { clean: false });
  await client.subscribeAsync(`${room.prefix}/orders`, { qos: 1 });
  await client.endAsync(true);
  const offline = await until(room.clock, async () => !(await isConnected(room, clientId)), { everyMs: BETWEEN_LOOKS_MS, mostMs: 120_000 });
  if (offline === undefined) return notLooked('AWS IoT still took the client for connected two minutes after its connection broke');
  const answer = await outcomeOf(room.clients.data.send(new DeleteConnectionCommand({ clientId, cleanSession: true })));
  const { sessionPresent } = await connectWhenLetIn(room, certificate, clientId, { clean: false });
  return judged(answer === 'success' && !sessionPresent, `DeleteConnection: ${answer}; after it the session is ${sessionPresent ? 'still there' : 'gone'}`);
}

async function getConnectionLag(room: Room): Promise<Finding> {
  const { certificate } = await certificateLetIn(room, 'lag');
  const lags: number[] = [];
  for (let n = 1; n <= CLIENTS; n += 1) {
    const clientId = `${room.prefix}-lag-${n}`;
    await connectWhenLetIn(room, certificate, clientId);
    await room.clients.data.send(new DeleteConnectionCommand({ clientId }));
    // One client can be asked about once a second: so each is looked at a little later than the one before.
    await room.clock.sleep(n * 100);
    const lag = await until(room.clock, async () => !(await isConnected(room, clientId)), { everyMs: BETWEEN_LOOKS_MS, mostMs: 60_000 });
    lags.push(lag === undefined ? Infinity : n * 100 + lag);
  }
  const [longest] = lags.sort((a, b) => b - a);
  const told = longest === Infinity ? 'of some not within a minute' : `of all within ${seconds(longest)}`;
  return judged(longest <= MOST_LAG_MS, `of ${CLIENTS} clients, GetConnection told ${told}`);
}

async function clocks(room: Room): Promise<Finding> {
  const { certificate } = await certificateLetIn(room, 'clocks');
  const differences: number[] = [];
  for (let n = 1; n <= CLIENTS; n += 1) {
    const clientId = `${room.prefix}-clocks-${n}`;
    await connectWhenLetIn(room, certificate, clientId);
    const acknowledged = room.clock.now();
    let since: number | undefined;
    await until(room.clock, async () => (since = (await connectionOf(room, clientId))?.connectedSince) !== undefined, {
      everyMs: BETWEEN_LOOKS_MS,
      mostMs: 30_000,
    });
    if (since === undefined) return notLooked('GetConnection told no connectedSince within 30 s');
    differences.push(since - acknowledged);
  }
  const [largest] = differences.sort((a, b) => Math.abs(b) - Math.abs(a));
  return judged(Math.abs(largest) <= MOST_DIFFERENCE_MS, `connectedSince differs from this machine's time of the CONNACK by up to ${Math.round(largest)} ms`);
}

async function policyInForce(room: Room): Promise<Finding> {
  const { certificate, policyName } = await certificateLetIn(room, 'in-force');
  await (await connectWhenLetIn(room, certificate, `${room.prefix}-in-force`)).client.endAsync();
  await room.clients.iot.send(new DetachPolicyCommand({ policyName, target: certificate.arn }));
  const detached = room.clock.now();
  let lastLetIn = 0;
  let refusals = 0;
  const isKeptOut = async () => {
    const device = await connect(room, certificate, `${room.prefix}-in-force`).catch(() => undefined);
    if (device) {
      lastLetIn = room.clock.now() - detached;
      await device.client.endAsync();
    }
    refusals = device ? 0 : refusals + 1;
    return refusals === REFUSALS_IN_A_ROW;
  };
  const keptOut = await until(room.clock, isKeptOut, { everyMs: 5_000, mostMs: MOST_POLICY_DELAY_MS + 5 * 60_000 });
  return judged(
    keptOut !== undefined && lastLetIn <= MOST_POLICY_DELAY_MS,
    keptOut === undefined ? `the client was still let in ${seconds(lastLetIn)} after` : `the client was let in for the last time ${seconds(lastLetIn)} after`,
  );
}

export const MQTT: readonly Probe[] = [
  { row: 'offline-session', asks: 'DeleteConnection with cleanSession of a client that left a persistent session', look: offlineSession },
  { row: 'get-connection-lag', asks: `GetConnection of ${CLIENTS} clients after DeleteConnection, until it says that they are gone`, look: getConnectionLag },
  { row: 'clocks', asks: `connectedSince of ${CLIENTS} clients; this machine's clock must be set by NTP`, look: clocks },
  { row: 'policy-in-force', asks: 'connecting every 5 s after DetachPolicy, until refused for a minute', look: policyInForce },
];
