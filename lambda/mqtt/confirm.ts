import { GetConnectionCommand, ResourceNotFoundException, type IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { DATA_PLANE } from './rates';
import { OutOfTime, type Calls } from '../calls/calls';
import { Refusal } from '../calls/failure';
import type { Paces } from '../calls/pace';
import { BETWEEN_CALLS_MS } from '../calls/retry';

/** For AWS IoT to know that a connection has ended. */
const LOOKS = 5;
const SECOND = 1_000;

/** As GetConnection tells of it: neither if nothing is known any more. Times are milliseconds since 1970. */
interface Connection {
  readonly connectedSince?: number;
  readonly disconnectedSince?: number;
}

/** Times are milliseconds since 1970. */
export interface Confirmation {
  /** Whether a client that was disconnected now has stayed away for so long; false if it connected again. */
  staysAway(clientId: string, disconnectedAt: number, calls: Calls): Promise<boolean>;
  /** The same of one that another invocation disconnected, perhaps more than once; false if it is connected. */
  afterwards(clientId: string, disconnectedAt: number, calls: Calls): Promise<boolean>;
}

/**
 * Asks AWS IoT whether clients stay away.
 * https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#get-connection-api
 */
export function confirmation(client: IoTDataPlaneClient, paces: Paces, awayMs: number): Confirmation {
  const pace = paces.of('GetConnection', DATA_PLANE);

  async function look(clientId: string, calls: Calls): Promise<Connection> {
    try {
      const permission = `iot:GetConnection on client/${clientId}`;
      const { connected, connectedSince, disconnectedSince } = await calls.make(() => client.send(new GetConnectionCommand({ clientId })), {
        permission,
        pace,
      });
      if (connected === false) return { disconnectedSince };
      if (connected && connectedSince !== undefined) return { connectedSince };
      throw new Refusal(
        'Unconfirmed',
        `was disconnected, but the answer to GetConnection ${
          connected ? 'lacks since when it is connected' : 'does not say whether it is connected'
        }, so that it is not confirmed`,
      );
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return {};
      throw error;
    }
  }

  async function pause(milliseconds: number, calls: Calls): Promise<void> {
    if (!(await calls.pause(milliseconds))) throw new OutOfTime();
  }

  async function staysAway(clientId: string, disconnectedAt: number, calls: Calls): Promise<boolean> {
    // Times may be whole seconds, and whoever comes back does so within the same one.
    const after = disconnectedAt - (disconnectedAt % SECOND);
    for (let looks = 1; ; looks += 1) {
      await pause(BETWEEN_CALLS_MS, calls);
      const { connectedSince: since, disconnectedSince } = await look(clientId, calls);
      if (since === undefined) {
        const awaySince = latest(disconnectedAt, disconnectedSince);
        return disconnectedAt + awayMs <= Date.now() || isAwayFor(clientId, awaySince, Date.now() + BETWEEN_CALLS_MS, calls);
      }
      if (since >= after) return false;
      if (looks === LOOKS) {
        throw new Refusal(
          'StillConnected',
          `is still connected, since ${new Date(since).toISOString()}, though AWS IoT was told at ${new Date(disconnectedAt).toISOString()} to disconnect it`,
        );
      }
    }
  }

  /** Between two looks it may have been back, and gone again. */
  async function isAwayFor(clientId: string, since: number, notBefore: number, calls: Calls): Promise<boolean> {
    const then = Math.max(since + awayMs, notBefore);
    if (then > Date.now()) await pause(then - Date.now(), calls);
    const { connectedSince, disconnectedSince } = await look(clientId, calls);
    if (connectedSince !== undefined) return false;
    const awaySince = latest(since, disconnectedSince);
    return awaySince + awayMs <= then || isAwayFor(clientId, awaySince, Date.now() + BETWEEN_CALLS_MS, calls);
  }

  const explained = async (confirmed: Promise<boolean>): Promise<boolean> =>
    confirmed.catch((error) => {
      throw isBare(error) ? new OutOfTime(new Refusal('OutOfTime', 'was disconnected, but the time was up before that was confirmed')) : error;
    });
  return {
    staysAway: (clientId, disconnectedAt, calls) => explained(staysAway(clientId, disconnectedAt, calls)),
    afterwards: (clientId, disconnectedAt, calls) => explained(isAwayFor(clientId, disconnectedAt, 0, calls)),
  };
}

function latest(known: number, told?: number): number {
  return Math.max(known, told ?? known);
}

function isBare(error: unknown): boolean {
  return error instanceof OutOfTime && error.failure === undefined;
}
