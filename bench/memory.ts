import { join } from 'node:path';
import { Died, runFunction, type Run } from './support/function-process';
import { LambdaRuntime } from './support/lambda-runtime';
import type { Report } from './support/report';
import { OWN, ownHandler, SDK_CALLS } from './support/services';
import { manifestOf, tableOf } from './support/sources';
import { StandIn } from './support/stand-in';

const WHOLE_LIST = join(__dirname, 'peers', 'whole-list.cjs');
const DRAINED = 100_000;
const FOUND = 1_000_000;
const SAMPLE_EVERY_MS = 100;
const MB = 2 ** 20;
const GOALS = { mostMb: 256, growth: 1.15 };

const LIST = 'SDK, the whole list held';

type Source = Readonly<Record<string, string>>;

interface Task {
  readonly name: string;
  readonly source: Source;
  readonly count: number;
  readonly ends: boolean;
}

/** What a run over very many MQTT clients, found when it happens, takes in time and memory. */
export async function run(): Promise<Report> {
  const runtime = await LambdaRuntime.install();
  const standIn = await StandIn.start({ quotas: { iot: 'none' } });
  const rows: Array<Array<string | number>> = [];
  const missed: string[] = [];
  try {
    const tasks: Task[] = [
      { name: 'manifest, found and ended', source: manifestOf(DRAINED, standIn), count: DRAINED, ends: true },
      { name: 'manifest, found', source: manifestOf(FOUND, standIn), count: FOUND, ends: false },
      { name: 'table, found', source: await tableOf(FOUND, standIn), count: FOUND, ends: false },
    ];
    for (const task of tasks) {
      const measured = await own(task, runtime, standIn);
      rows.push(row(task, OWN, measured));
      missed.push(...missedGoals(task, measured));
      rows.push(row(task, LIST, await peer(task, runtime, standIn)));
    }
  } finally {
    await standIn.stop();
    runtime.remove();
  }
  return {
    title: 'Memory of one worker',
    columns: ['task', 'subject', 'targets', 'seconds', 'targets/s', 'peak RSS MB', 'first half MB', 'second half MB', 'growth'],
    rows,
    notes: [
      ...runtime.notes,
      'No quotas and no pace: calls go out as fast as one process makes them. The clients are gone already, so that each call is answered with 404.',
      'The stand-in is one process too and shares the machine: targets/s are what both reach together, not what AWS would give.',
      `RSS is sampled every ${SAMPLE_EVERY_MS} ms; halves are of the samples. Growth: the peak of the second half by that of the first.`,
    ],
    missed,
  };
}

async function own({ source, count, ends }: Task, runtime: LambdaRuntime, standIn: StandIn): Promise<Run> {
  const event = standIn.ownEvent('mqtt', source, ends ? { RequestsPerSecond: String(count) } : { RunOn: ['TEARDOWN'] });
  const measured = await runFunction(runtime, { file: ownHandler('mqtt'), events: [event], sampleEveryMs: SAMPLE_EVERY_MS, env: standIn.aws.env });
  const {
    Status,
    Reason,
    Data: { TargetCount, AlreadyGoneCount },
  } = standIn.takeAnswer(event);
  if (Status !== 'SUCCESS' || Number(TargetCount) !== count || (ends && Number(AlreadyGoneCount) !== count)) {
    throw new Error(`of ${count} targets ${TargetCount} were found and ${AlreadyGoneCount} gone: ${Reason}`);
  }
  return measured;
}

async function peer({ source, count, ends }: Task, runtime: LambdaRuntime, { aws: { env } }: StandIn): Promise<Run | string> {
  const event = { source, ...(ends && { operation: SDK_CALLS.mqtt }) };
  try {
    const measured = await runFunction(runtime, { file: WHOLE_LIST, events: [event], sampleEveryMs: SAMPLE_EVERY_MS, env });
    if (measured.results[0].count !== count) throw new Error(`the peer found ${measured.results[0].count} of ${count} targets`);
    return measured;
  } catch (error) {
    if (error instanceof Died) return error.message;
    throw error;
  }
}

function row({ name, count }: Task, subject: string, measured: Run | string): Array<string | number> {
  if (typeof measured === 'string') return [name, subject, count, 'died', measured, 'n/a', 'n/a', 'n/a', 'n/a'];
  const { answeredMs, peakRss } = measured;
  const { first, second } = halves(measured);
  return [
    name,
    subject,
    count,
    (answeredMs / 1000).toFixed(1),
    Math.round(count / (answeredMs / 1000)),
    (peakRss / MB).toFixed(0),
    first.toFixed(0),
    second.toFixed(0),
    (second / first).toFixed(2),
  ];
}

function missedGoals({ name, ends }: Task, measured: Run): string[] {
  const missed: string[] = [];
  const { first, second } = halves(measured);
  if (measured.peakRss / MB >= GOALS.mostMb) missed.push(`${name}: ${(measured.peakRss / MB).toFixed(0)} MB at its peak, not below ${GOALS.mostMb}`);
  // Counting remembers a few bytes of each target; ending them must not take more and more.
  if (ends && second / first > GOALS.growth)
    missed.push(`${name}: ${(second / first).toFixed(2)} times as much memory in the second half, not at most ${GOALS.growth}`);
  return missed;
}

function halves({ samples }: Run): { first: number; second: number } {
  const middle = Math.floor(samples.length / 2);
  return { first: Math.max(...samples.slice(0, middle)) / MB, second: Math.max(...samples.slice(middle)) / MB };
}
