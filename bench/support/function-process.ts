import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import type { LambdaRuntime } from './lambda-runtime';

const PROCESS = join(__dirname, 'function-process.cjs');
/** The constructs' default. */
const MEMORY_MB = 256;

export interface Job {
  /** The handler's file, and what it exports. */
  readonly file: string;
  readonly exported?: string;
  readonly events: readonly object[];
  /** How many events are handled at a time. */
  readonly concurrency?: number;
  /** Where answers to CloudFormation go to, for handlers that take no port from their URL. */
  readonly answersPort?: number;
  readonly sampleEveryMs?: number;
  /** Of the function's time. */
  readonly remainingMs?: number;
  readonly env: Readonly<Record<string, string>>;
}

export interface Run {
  readonly loadMs: number;
  /** From the start of loading to the last answer. */
  readonly answeredMs: number;
  /** Of all threads, in the same time. */
  readonly cpuMs: number;
  /** In bytes. */
  readonly rss: number;
  readonly peakRss: number;
  readonly samples: readonly number[];
  /** What the handler returned. */
  readonly results: readonly any[];
}

/** Thrown by a process that did not live to the end. */
export class Died extends Error {}

/** Runs a job in a fresh process on Lambda's Node. */
export async function runFunction(runtime: LambdaRuntime, { env, exported = 'handler', concurrency = 1, ...job }: Job): Promise<Run> {
  const child = spawn(runtime.node, [...memoryFlags(), PROCESS], {
    // What is logged is taken and thrown away, as quickly for one handler as for another.
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    env: { ...env, NODE_PATH: runtime.nodePath, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MEMORY_MB), AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  });
  child.stdin!.on('error', () => undefined).end(JSON.stringify({ ...job, exported, concurrency }));
  const [report, errors] = await Promise.all([text(child.stdio[3] as Readable), text(child.stderr!)]);
  if (report === '') throw new Died(/heap out of memory/.test(errors) ? 'out of memory' : errors.slice(0, 2000));
  return JSON.parse(report);
}

/** As in the bootstrap script of Lambda's Node runtimes: a tenth is for new objects. */
function memoryFlags(): string[] {
  const newSpace = Math.floor(MEMORY_MB / 10);
  return ['--expose-gc', `--max-semi-space-size=${Math.floor(newSpace / 2)}`, `--max-old-space-size=${MEMORY_MB - newSpace}`];
}
