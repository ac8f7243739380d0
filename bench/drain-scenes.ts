import { setTimeout as sleep } from 'node:timers/promises';
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
/** The control plane of AWS IoT throttles with another status than all others. */
const BAD_REQUEST = 400;

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

/** A policy that is attached to a fleet's certificates, more of which come while it is detached. */
export async function policyOfAFleet(runtime: LambdaRuntime): Promise<Scene> {
  const [count, latecomers, pace] = [300, 20, 13.5];
  const standIn = await StandIn.start();
  try {
    const { iot } = standIn.aws;
    const attach = (n: number) => iot.attachPolicy('fleet', iot.principal(String(n).padStart(64, '0')));
    iot.createPolicy('fleet', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] });
    for (let n = 0; n < count; n += 1) attach(n);
    const event = standIn.ownEvent('iot-policies', { Source: 'policyTargets', PolicyName: 'fleet' }, { Operation: { PolicyName: 'fleet' } });
    const run = runFunction(runtime, { file: ownHandler('iot-policies'), events: [event], env: standIn.aws.env });
    const calls = () => standIn.aws.calls.filter(({ method, path }) => method === 'POST' && path === '/target-policies/fleet');
    while (calls().length === 0) await sleep(10);
    for (let n = 0; n < latecomers; n += 1) attach(count + n);
    const { answeredMs } = await run;
    const failed = count + latecomers - Number(standIn.takeAnswer(event).Data.EndedCount);
    const ideal = (count + latecomers) / pace;
    const took = answeredMs / 1000;
    const throttled = throttledPercent(calls(), BAD_REQUEST);
    return {
      rows: [
        [
          'policy, 20 attached meanwhile',
          'none',
          OWN,
          String(count + latecomers),
          ideal.toFixed(1),
          took.toFixed(1),
          (ideal / took).toFixed(2),
          callingSeconds(calls()).toFixed(1),
          `${throttled.toFixed(1)} %`,
          '-',
          String(failed),
        ],
      ],
      missed: missedOf('policy of a fleet', [
        [failed === 0 && iot.policyTargets('fleet').length === 0, `${failed} failed`],
        [throttled < 1, `${throttled.toFixed(1)} % throttled, not below 1 %`],
        // With the looks that find the last of them.
        [took <= ideal + 5, `${(took - ideal).toFixed(1)} seconds longer than ideal, not at most 5`],
      ]),
    };
  } finally {
    await standIn.stop();
  }
}

function throttledPercent(calls: readonly Recorded[], status = TOO_MANY_REQUESTS): number {
  return (100 * calls.filter((call) => call.status === status).length) / calls.length;
}

/** From the end of the first call to the end of the last. */
function callingSeconds(calls: readonly Recorded[]): number {
  return (calls[calls.length - 1].at - calls[0].at) / 1000;
}

function missedOf(scene: string, goals: ReadonlyArray<readonly [boolean, string]>): string[] {
  return goals.filter(([met]) => !met).map(([, words]) => `${scene}: ${words}`);
}
