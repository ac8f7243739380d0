import { runFunction } from './support/function-process';
import type { LambdaRuntime } from './support/lambda-runtime';
import { OWN, ownHandler } from './support/services';
import { StandIn } from './support/stand-in';
import type { Recorded } from '../local-aws/server';

/** Rows for the table of drains, and the goals that were missed. */
export interface Scene {
  readonly rows: string[][];
  readonly missed: string[];
}

const TOO_MANY_REQUESTS = 429;

/** Of MQTT clients that are not connected: a quota counts their calls as it does others. */
export async function threeConstructs(runtime: LambdaRuntime): Promise<Scene> {
  const [constructs, each, quota] = [3, 1_000, 100];
  const standIn = await StandIn.start();
  try {
    const events = Array.from({ length: constructs }, (_, n) =>
      standIn.ownEvent('mqtt', { Source: 'ids', Ids: Array.from({ length: each }, (__, index) => `kiosk-${n}-${index}`) }),
    );
    // Lambda runs what comes at the same time in environments of their own.
    const runs = await Promise.all(events.map((event) => runFunction(runtime, { file: ownHandler('mqtt'), events: [event], env: standIn.aws.env })));
    const failed = constructs * each - events.reduce((sum, event) => sum + Number(standIn.takeAnswer(event).Data.AlreadyGoneCount), 0);
    const calls = standIn.aws.calls.filter(({ method, path }) => method === 'DELETE' && path.startsWith('/connections/'));
    const took = Math.max(...runs.map(({ answeredMs }) => answeredMs)) / 1000;
    const ideal = (constructs * each) / quota;
    const throttled = throttledPercent(calls);
    return {
      rows: [
        [
          'mqtt, three constructs at once',
          'none',
          OWN,
          String(constructs * each),
          ideal.toFixed(1),
          took.toFixed(1),
          (ideal / took).toFixed(2),
          callingSeconds(calls).toFixed(1),
          `${throttled.toFixed(1)} %`,
          '-',
          String(failed),
        ],
      ],
      missed: missedOf('three constructs', [
        [failed === 0, `${failed} failed`],
        [throttled < 5, `${throttled.toFixed(1)} % throttled, not below 5 %`],
        [ideal / took >= 0.9, `${(ideal / took).toFixed(2)} of the quota in sum, not 0.9`],
      ]),
    };
  } finally {
    await standIn.stop();
  }
}

/** The worst order in which hubs and the devices on them can be listed. */
export async function hubsBeforeDevices(runtime: LambdaRuntime): Promise<Scene> {
  const [count, pace] = [300, 9];
  const standIn = await StandIn.start();
  try {
    const hubs = Array.from({ length: count }, () => standIn.aws.things.create({ Role: 'CONTROLLER', acknowledgesAfter: 1_000 }).Id);
    const devices = hubs.map((ParentControllerId) => standIn.aws.things.create({ ParentControllerId, acknowledgesAfter: 1_000 }).Id);
    const event = standIn.ownEvent('things', { Source: 'ids', Ids: [...hubs, ...devices] }, { Operation: { WaitForDeletion: 'true' } });
    const { answeredMs } = await runFunction(runtime, { file: ownHandler('things'), events: [event], env: standIn.aws.env });
    const failed = 2 * count - Number(standIn.takeAnswer(event).Data.EndedCount);
    const calls = standIn.aws.calls.filter(({ method, path }) => method === 'DELETE' && path.startsWith('/managed-things/'));
    const ideal = (2 * count) / pace;
    const ratio = ideal / callingSeconds(calls);
    const refused = calls.filter(({ status }) => status === 409).length;
    return {
      rows: [
        [
          'things, hubs before devices',
          'none',
          OWN,
          String(2 * count),
          ideal.toFixed(1),
          (answeredMs / 1000).toFixed(1),
          ratio.toFixed(2),
          callingSeconds(calls).toFixed(1),
          `${throttledPercent(calls).toFixed(1)} %`,
          '-',
          String(failed),
        ],
      ],
      missed: missedOf('hubs before devices', [
        [failed === 0, `${failed} failed`],
        [ratio >= 1 / 1.1, `${(1 / ratio).toFixed(2)} times as long as ideal, not at most 1.1`],
        [refused === 0, `${refused} calls refused`],
      ]),
    };
  } finally {
    await standIn.stop();
  }
}

function throttledPercent(calls: readonly Recorded[]): number {
  return (100 * calls.filter(({ status }) => status === TOO_MANY_REQUESTS).length) / calls.length;
}

/** From the end of the first call to the end of the last. */
function callingSeconds(calls: readonly Recorded[]): number {
  return (calls[calls.length - 1].at - calls[0].at) / 1000;
}

function missedOf(scene: string, goals: ReadonlyArray<readonly [boolean, string]>): string[] {
  return goals.filter(([met]) => !met).map(([, words]) => `${scene}: ${words}`);
}
