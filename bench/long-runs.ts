import { Duration } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { runFunction, type Run } from './support/function-process';
import { LambdaRuntime } from './support/lambda-runtime';
import type { Report } from './support/report';
import { ownHandler } from './support/services';
import { tableOf } from './support/sources';
import { StandIn } from './support/stand-in';
import { ManifestFormat, MqttClients, MqttDisconnection } from '../lib';
import { LocalAws } from '../local-aws/local-aws';
import { MACHINE, StateMachine } from '../test/support/state-machine';
import { TestStack } from '../local-aws/test/support/test-stack';

const CLIENTS = 3_000;
/** For five stretches at the default pace. */
const TOLD_SECONDS = 17;
const TARGETS = 250_000;
/** As much as one process can do; docs/scale.md. */
const RAISED_PER_SECOND = 1_000;
const STRETCH_MS = 100_000;
const RESERVED_MS = 10_000;
const SAMPLE_EVERY_MS = 100;
const LONGEST_DESTROY_MS = 300_000;
const MB = 2 ** 20;
const GOALS = { ratio: 0.95, mostMb: 256, growth: 1.15 };

/** What it costs that a run is carried on by other invocations. */
export async function run(): Promise<Report> {
  const [one, several] = [await destroy(900), await destroy(TOLD_SECONDS)];
  const ratio = one.seconds / several.seconds;
  const { stretches, memory, seconds } = await aTable();
  const growth = Math.max(...memory.slice(1)) / memory[0];
  const goals: ReadonlyArray<readonly [boolean, string]> = [
    [several.stretches >= 5, `${several.stretches} stretches, not 5`],
    [ratio >= GOALS.ratio, `${ratio.toFixed(3)} of the pace, not ${GOALS.ratio}`],
    [Math.max(...memory) < GOALS.mostMb, `${Math.max(...memory).toFixed(0)} MB at the peak, not below ${GOALS.mostMb}`],
    [growth <= GOALS.growth, `${growth.toFixed(2)} times as much memory in a later stretch as in the first, not at most ${GOALS.growth}`],
  ];
  return {
    title: 'Runs over several invocations',
    columns: ['targets', 'stretches', 'seconds', 'of the pace in one', 'peak RSS MB of each stretch'],
    rows: [
      [`${CLIENTS} of a manifest, at the default pace`, one.stretches, one.seconds.toFixed(1), '1.00', 'n/a'],
      [`${CLIENTS} of a manifest, at the default pace`, several.stretches, several.seconds.toFixed(1), ratio.toFixed(2), 'n/a'],
      [`${TARGETS} of a table, at ${RAISED_PER_SECOND} a second`, stretches, seconds.toFixed(0), 'n/a', memory.map((mb) => mb.toFixed(0)).join(', ')],
    ],
    notes: [
      `Of a manifest: through CloudFormation and the state machine of the stand-in; functions are told that they have ${TOLD_SECONDS} seconds, of which they keep ten; from the first call to the last.`,
      `Of a table: each stretch, of ${STRETCH_MS / 1000} seconds, in a process of its own with the memory flags of 256 MB; the clients are gone already.`,
    ],
    missed: goals.filter(([isMet]) => !isMet).map(([, words]) => words),
  };
}

/** Destroys a stack whose construct disconnects the clients of a manifest. */
async function destroy(toldTimeoutSeconds: number): Promise<{ stretches: number; seconds: number }> {
  const aws = await LocalAws.start({ toldTimeoutSeconds });
  try {
    aws.s3.buckets.set('fleet', { objects: new Map(), sseAlgorithm: 'AES256' });
    aws.s3.put('fleet', 'all.txt', Buffer.from(Array.from({ length: CLIENTS }, (_, n) => `kiosk-${n}\n`).join('')));
    const stack = new TestStack(aws, 'Bench', LONGEST_DESTROY_MS);
    await stack.deploy((scope) => {
      const bucket = Bucket.fromBucketName(scope, 'Bucket', 'fleet');
      new MqttDisconnection(scope, 'Kiosks', {
        clients: MqttClients.fromManifest(bucket, 'all.txt', { format: ManifestFormat.lines() }),
        timeout: Duration.hours(1.5),
      });
    });
    await stack.destroy();
    const calls = aws.calls.filter(({ method, path }) => method === 'DELETE' && path.startsWith('/connections/'));
    if (new Set(calls.map(({ path }) => path)).size !== CLIENTS) throw new Error(`${calls.length} calls, not ${CLIENTS}`);
    const carriedOn = aws.stepFunctions.executions.flatMap(({ history }) => history).filter((entry) => entry.includes('"Task":"WORK"'));
    return { stretches: 1 + carriedOn.length, seconds: (calls.at(-1)!.at - calls[0].at) / 1000 };
  } finally {
    await aws.stop();
  }
}

/** Ends the targets of a table about as quickly as one process makes calls. */
async function aTable(): Promise<{ stretches: number; seconds: number; memory: number[] }> {
  const runtime = await LambdaRuntime.install();
  const standIn = await StandIn.start({ quotas: { iot: 'none' } });
  const machine = new StateMachine();
  await machine.start();
  const runs: Run[] = [];
  const stretch = async (event: object) => {
    const env = { ...standIn.aws.env, AWS_ENDPOINT_URL_SFN: machine.url, AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/bench' };
    const job = { file: ownHandler('mqtt'), events: [event], sampleEveryMs: SAMPLE_EVERY_MS, remainingMs: RESERVED_MS + STRETCH_MS, env };
    const measured = await runFunction(runtime, job);
    runs.push(measured);
    return measured.results[0];
  };
  try {
    const timing = { RequestsPerSecond: String(RAISED_PER_SECOND), TimeoutSeconds: '3000', ServiceTimeout: '3300', StateMachineArn: MACHINE };
    const event = standIn.ownEvent('mqtt', await tableOf(TARGETS, standIn), timing);
    await stretch(event);
    let state: any = machine.stateOf(machine.executions[0].name);
    while (state.Next === 'WORK') state = await stretch({ Task: 'WORK', State: state });
    const worked = runs.length;
    await stretch({ Task: 'REPORT', State: state });
    const { Status, Reason, Data } = standIn.takeAnswer(event);
    if (Status !== 'SUCCESS' || Number(Data.AlreadyGoneCount) !== TARGETS)
      throw new Error(`of ${TARGETS} targets ${Data.AlreadyGoneCount} are gone: ${Reason}`);
    const work = runs.slice(0, worked);
    return {
      stretches: worked,
      seconds: work.reduce((sum, { answeredMs }) => sum + answeredMs / 1000, 0),
      memory: work.map(({ peakRss }) => peakRss / MB),
    };
  } finally {
    await machine.stop();
    await standIn.stop();
    runtime.remove();
  }
}
