import { join } from 'node:path';
import { hubsBeforeDevices, policyOfAFleet, threeConstructs } from './drain-scenes';
import { runFunction } from './support/function-process';
import { LambdaRuntime } from './support/lambda-runtime';
import type { Report } from './support/report';
import { AWS, OWN, AWS_CUSTOM_RESOURCE, awsCustomResourceProperties, ownHandler, SDK_CALLS, type ServiceName } from './support/services';
import { ACCESS_KEY, SomebodyElse } from './support/somebody-else';
import { StandIn } from './support/stand-in';
import type { Recorded } from '../local-aws/server';
import { Fleet } from '../local-aws/test/support/mqtt-device';

const PROMISE_ALL = join(__dirname, 'peers', 'promise-all.cjs');
/** Of a stack's resources that CloudFormation deletes at a time. */
const RESOURCES_AT_A_TIME = 40;
const CONNECTIONS_AT_A_TIME = 100;
const TOO_MANY_REQUESTS = 429;

const ALL = 'Promise.all on the SDK';
type Name = typeof OWN | typeof AWS | typeof ALL;

/** AWS's documented quota, and the constructs' default pace. */
interface Load {
  readonly service: ServiceName;
  readonly count: number;
  readonly quota: number;
  readonly pace: number;
  readonly call: RegExp;
  /** What the construct's defaults give the operation. */
  readonly operation?: object;
  /** Whether the construct waits until targets are gone. */
  readonly waits?: boolean;
}

const LOADS: readonly Load[] = [
  { service: 'mqtt', count: 3_000, quota: 100, pace: 90, call: /^DELETE \/connections\// },
  { service: 'chat', count: 90, quota: 3, pace: 2.7, call: /^POST \/participant\/disconnect/ },
  { service: 'things', count: 300, quota: 10, pace: 9, call: /^DELETE \/managed-things\//, operation: { WaitForDeletion: 'true' }, waits: true },
  { service: 'contacts', count: 300, quota: 10, pace: 9, call: /^POST \/contact\/stop/, waits: true },
];

const PHASES: ReadonlyArray<{ name: Name; shared: boolean }> = [
  { name: OWN, shared: false },
  { name: AWS, shared: false },
  { name: ALL, shared: false },
  { name: OWN, shared: true },
  { name: AWS, shared: true },
];

const GOALS = { ratio: 0.97, ratioShared: 0.9, throttledPercent: 1 };

interface Drained {
  /** In seconds, as all times here. */
  readonly ideal: number;
  readonly took: number;
  /** What was ended a second, of what could have been. */
  readonly ratio: number;
  /** From the end of the first call to the end of the last. */
  readonly calling: number;
  readonly throttledPercent: number;
  /** Of the others' calls. */
  readonly othersThrottledPercent: number;
  readonly failed: number;
}

/** How many targets are ended how quickly where AWS throttles, and what throttling costs. */
export async function run(): Promise<Report> {
  const runtime = await LambdaRuntime.install();
  const rows: Array<Array<string | number>> = [];
  const scenes: string[][] = [];
  const missed: string[] = [];
  try {
    for (const { name, shared } of PHASES) {
      // Full buckets for everybody.
      const standIn = await StandIn.start({ quotas: { connect: { CreateParticipantConnection: { rate: 1_000 } } } });
      try {
        const targets = new Map<Load, string[]>();
        for (const load of LOADS) targets.set(load, await liveTargets(load, standIn));
        const drained = await Promise.all(LOADS.map((load) => drain(name, load, targets.get(load)!, shared, runtime, standIn)));
        LOADS.forEach((load, index) => {
          rows.push(row(load, name, shared, drained[index]));
          if (name === OWN) missed.push(...missedGoals(load, shared, drained[index]));
        });
      } finally {
        await standIn.stop();
      }
    }
    for (const scene of [threeConstructs, hubsBeforeDevices, policyOfAFleet]) {
      const result = await scene(runtime);
      scenes.push(...result.rows);
      missed.push(...result.missed);
    }
  } finally {
    runtime.remove();
  }
  return {
    title: "Drain under AWS's default quotas",
    columns: [
      'service',
      'quota used by others',
      'subject',
      'targets',
      'ideal s',
      'took s',
      'ratio',
      'first to last call s',
      'throttled',
      'others throttled',
      'failed',
    ],
    rows: [...rows.sort((a, b) => order(a[0]) - order(b[0])), ...scenes],
    notes: [
      ...runtime.notes,
      'Ideal: the targets at 90 % of the quota for cdk-teardown, at the whole quota for the peers; where others use the quota, at what was not granted to them.',
      'Ratio: what was ended a second, of the rate that is ideal. It may pass 1, because a quota is a bucket that is full at first.',
      'Of things and contacts, cdk-teardown alone waits until they are gone; a device here takes a second. Its ratio is that of the calls, from first to last.',
      `AwsCustomResource: an invocation per target, ${RESOURCES_AT_A_TIME} at a time in one process; a stack holds at most 249.`,
      'Three constructs: side by side, each at its default pace, as CloudFormation deletes what does not depend on each other; ideal: the whole quota.',
      'Hubs: 300, each with a device, listed before all devices; ideal: all 600 deletions at the default pace. A hub must go after its device.',
      'Policy: attached to 300 certificates, and to 20 more while these are detached; ideal: all at the default pace, without the looks that find them.',
      'The services are drained side by side, each subject at another time.',
    ],
    missed,
  };
}

async function liveTargets({ service, count }: Load, standIn: StandIn): Promise<string[]> {
  switch (service) {
    case 'mqtt': {
      const fleet = new Fleet(standIn.aws);
      const ids = Array.from({ length: count }, (_, index) => `kiosk-${index}`);
      for (let start = 0; start < count; start += CONNECTIONS_AT_A_TIME) {
        await Promise.all(ids.slice(start, start + CONNECTIONS_AT_A_TIME).map((id) => fleet.connect(id)));
      }
      return ids;
    }
    case 'chat':
      return standIn.connectionTokens(count);
    case 'things':
      return standIn.things(count);
    case 'contacts':
      return standIn.contacts(count);
  }
}

async function drain(name: Name, load: Load, targets: string[], shared: boolean, runtime: LambdaRuntime, standIn: StandIn): Promise<Drained> {
  const { quota, pace, call } = load;
  const { aws } = standIn;
  const other = shared ? new SomebodyElse(standIn, load.service, quota / 2) : undefined;
  const before = aws.calls.length;
  const { answeredMs, failed } = await endAll(name, load, targets, runtime, standIn);
  const calls = aws.calls.slice(before).filter(({ method, path }) => call.test(`${method} ${path}`));
  await other?.stop();

  const took = answeredMs / 1000;
  const own = calls.filter(({ accessKeyId }) => accessKeyId !== ACCESS_KEY);
  const others = calls.filter(({ accessKeyId }) => accessKeyId === ACCESS_KEY);
  const grantedToOthers = others.filter(({ status }) => status !== TOO_MANY_REQUESTS).length;
  const calling = (own[own.length - 1].at - own[0].at) / 1000;
  // Devices take their time after the last call, and only cdk-teardown waits for them.
  const waits = name === OWN && load.waits;
  const available = shared ? quota - grantedToOthers / took : name === OWN ? pace : quota;
  return {
    took,
    failed,
    ideal: targets.length / available,
    ratio: (targets.length - failed) / available / (waits ? calling : took),
    calling,
    throttledPercent: throttledPercent(own),
    othersThrottledPercent: throttledPercent(others),
  };
}

function throttledPercent(calls: readonly Recorded[]): number {
  return (100 * calls.filter(({ status }) => status === TOO_MANY_REQUESTS).length) / calls.length;
}

async function endAll(
  name: Name,
  { service, operation }: Load,
  targets: string[],
  runtime: LambdaRuntime,
  standIn: StandIn,
): Promise<{ answeredMs: number; failed: number }> {
  const {
    aws: { env },
    answersPort,
  } = standIn;
  switch (name) {
    case OWN: {
      const event = standIn.ownEvent(service, standIn.sourceOf(service, targets), operation && { Operation: operation });
      const { answeredMs } = await runFunction(runtime, { file: ownHandler(service), events: [event], env });
      const { Data, Reason } = standIn.takeAnswer(event);
      const ended = Number(Data.EndedCount) + Number(Data.AlreadyGoneCount);
      if (ended === 0) throw new Error(`nothing was ended: ${Reason}`);
      return { answeredMs, failed: targets.length - ended };
    }
    case AWS: {
      const events = targets.map((target) => standIn.event(awsCustomResourceProperties(service, target)));
      const { answeredMs } = await runFunction(runtime, { file: AWS_CUSTOM_RESOURCE, events, concurrency: RESOURCES_AT_A_TIME, answersPort, env });
      return { answeredMs, failed: events.filter((event) => standIn.takeAnswer(event).Status !== 'SUCCESS').length };
    }
    case ALL: {
      const { answeredMs, results } = await runFunction(runtime, { file: PROMISE_ALL, events: [{ operation: SDK_CALLS[service], targets }], env });
      return { answeredMs, failed: results[0].failed };
    }
  }
}

function row({ service, count }: Load, name: Name, shared: boolean, { ideal, took, ratio, calling, failed, ...percent }: Drained) {
  return [
    service,
    shared ? 'half' : 'none',
    name,
    count,
    ideal.toFixed(1),
    took.toFixed(1),
    ratio.toFixed(2),
    calling.toFixed(1),
    `${percent.throttledPercent.toFixed(1)} %`,
    shared ? `${percent.othersThrottledPercent.toFixed(1)} %` : '-',
    failed,
  ];
}

function missedGoals({ service }: Load, shared: boolean, { ratio, failed, ...percent }: Drained): string[] {
  const goal = shared ? GOALS.ratioShared : GOALS.ratio;
  const where = shared ? `${service}, half of the quota used by others` : service;
  const missed: string[] = [];
  if (ratio < goal) missed.push(`${where}: ratio ${ratio.toFixed(3)}, not ${goal}`);
  if (!shared && percent.throttledPercent >= GOALS.throttledPercent)
    missed.push(`${where}: ${percent.throttledPercent.toFixed(1)} % throttled, not below ${GOALS.throttledPercent} %`);
  if (failed > 0) missed.push(`${where}: ${failed} failed`);
  return missed;
}

function order(service: string | number): number {
  return LOADS.findIndex((load) => load.service === service);
}
